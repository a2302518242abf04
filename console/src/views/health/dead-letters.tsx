import type { DeadLetterInfo, RedriveAnswer } from '@gander/collector/api';
import { useSignal } from '@preact/signals';
import type { JSX } from 'preact';
import { sendJson } from '../../shell/api-client.ts';
import { count, dateTime } from '../../shell/format.ts';
import { me, merchantName } from '../../shell/session.ts';
import { bytes } from './bytes.ts';

/** What could not become rows, by reason; the owner of the installation may give it another try. */
export const DeadLetters = (props: {
  groups: readonly DeadLetterInfo[];
  canRedrive: boolean;
  onDone: () => void;
}): JSX.Element => {
  const { groups, canRedrive, onDone } = props;
  const result = useSignal('');
  const problem = useSignal('');
  const running = useSignal('');
  const asked = useSignal<DeadLetterInfo | undefined>(undefined);
  const mayRedrive = canRedrive && me.value?.installation === 'owner';

  const redrive = async ({ reason }: DeadLetterInfo): Promise<void> => {
    asked.value = undefined;
    running.value = reason;
    result.value = '';
    problem.value = '';
    try {
      const { results, rows } = await sendJson<RedriveAnswer>('POST', '/health/dead-letters/redrive', {
        reason,
      });
      result.value = `${reason}: ${resultText(results)}; ${count(rows, 'log')} landed.`;
      onDone();
    } catch (error) {
      problem.value = error instanceof Error ? error.message : String(error);
    } finally {
      running.value = '';
    }
  };

  return (
    <section class={groups.length ? 'dead-letters health-part health-bad' : 'dead-letters health-part'}>
      <h2>
        Dead letters <span class="badge">{groups.length ? 'Look here' : 'OK'}</span>
      </h2>
      <p class="muted">
        Batches that were acknowledged and could not become logs. They are kept for 30 days.
        {!groups.length && ' There are none.'}
      </p>
      <p role="status">{result.value}</p>
      {problem.value && (
        <p class="problem" role="alert">
          {problem.value}
        </p>
      )}
      {groups.length > 0 && (
        <div class="table-scroll">
          <table>
            <thead>
              <tr>
                <th scope="col">Reason</th>
                <th scope="col">Gave up</th>
                <th scope="col" class="number">
                  Letters
                </th>
                <th scope="col" class="number">
                  Size
                </th>
                <th scope="col">Received</th>
                <th scope="col">Newest</th>
                <th scope="col">
                  <span class="visually-hidden">Drive again</span>
                </th>
              </tr>
            </thead>
            <tbody>
              {groups.map((g) => (
                <tr key={`${g.stage}/${g.reason}`}>
                  <th scope="row" class="mono">
                    {g.reason}
                  </th>
                  <td>{g.stage}</td>
                  <td class="number">{g.letters.toLocaleString('en')}</td>
                  <td class="number">{bytes(g.bytes)}</td>
                  <td>
                    {dateTime(g.oldestMs)}
                    {g.newestMs > g.oldestMs && ` to ${dateTime(g.newestMs)}`}
                  </td>
                  <td>
                    {g.sample.merchant && <span>{merchantName(g.sample.merchant)} </span>}
                    <code class="head">{g.sample.head ?? 'content not kept'}</code>
                  </td>
                  <td>
                    {mayRedrive && (
                      <button
                        type="button"
                        disabled={running.value !== '' || g.redrivable === 0}
                        title={g.redrivable === 0 ? 'Their content was not kept' : undefined}
                        onClick={() => (asked.value = g)}
                      >
                        {running.value === g.reason ? 'Driving…' : 'Drive again'}
                      </button>
                    )}
                  </td>
                </tr>
              ))}
            </tbody>
          </table>
        </div>
      )}
      {asked.value && (
        <Confirm
          group={asked.value}
          onYes={redrive}
          onNo={() => {
            asked.value = undefined;
          }}
        />
      )}
    </section>
  );
};

const Confirm = (props: {
  group: DeadLetterInfo;
  onYes: (group: DeadLetterInfo) => Promise<void>;
  onNo: () => void;
}): JSX.Element => {
  const { group, onYes, onNo } = props;
  return (
    <dialog
      class="confirm-dialog"
      aria-labelledby="confirm-title"
      ref={(dialog) => {
        if (dialog && !dialog.open) dialog.showModal();
      }}
      onClose={onNo}
    >
      <h3 id="confirm-title">
        Drive {count(group.redrivable, 'letter')} of “{group.reason}” again?
      </h3>
      <p>
        They go through landing once more. What becomes logs is a dead letter no longer; what fails again
        stays. Your name goes into the trail of changes.
      </p>
      <div class="toolbar">
        <button type="button" class="primary" onClick={() => void onYes(group)}>
          Drive again
        </button>
        <button type="button" onClick={onNo}>
          Leave them
        </button>
      </div>
    </dialog>
  );
};

const resultText = (results: RedriveAnswer['results']): string => {
  const sum = (name: 'landed' | 'failed' | 'suppressed'): number => results.reduce((n, r) => n + r[name], 0);
  const parts = [`${count(sum('landed'), 'letter')} landed`];
  if (sum('failed')) parts.push(`${sum('failed')} failed again`);
  if (sum('suppressed')) parts.push(`${sum('suppressed')} erased meanwhile`);
  return parts.join(', ');
};
