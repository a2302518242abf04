import type { AuditAnswer, AuditEntry } from '@gander/collector/api';
import { useSignal } from '@preact/signals';
import type { JSX } from 'preact';
import { useEffect } from 'preact/hooks';
import { getJson } from '../../shell/api-client.ts';
import { dateTime } from '../../shell/format.ts';

/** Who changed what, newest first. @param merchant without it: what belongs to none, as accounts and dead letters */
export const ChangesTab = ({ merchant }: { merchant?: string }): JSX.Element => {
  const entries = useSignal<readonly AuditEntry[] | undefined>(undefined);
  const next = useSignal<string | null>(null);
  const problem = useSignal('');
  const load = (): void => {
    const before = next.value;
    // The button goes while a page is on its way: pressed twice, it would bring it twice.
    next.value = null;
    const query = before ? `?before=${before}` : '';
    getJson<AuditAnswer>(`${merchant ? `/merchants/${merchant}` : ''}/audit${query}`)
      .then((answer) => {
        entries.value = [...(entries.value ?? []), ...answer.entries];
        next.value = answer.next;
        problem.value = '';
      })
      .catch((error: Error) => {
        next.value = before;
        problem.value = error.message;
      });
  };
  useEffect(load, []);
  if (!entries.value) return <p class="muted">{problem.value || 'Loading…'}</p>;
  return (
    <section class="block">
      <h2>Changes</h2>
      <p class="muted">
        {merchant
          ? 'Each change of this merchant’s settings, and each export of its logs'
          : 'Each sign-in, and each change of accounts and of the installation'}
        , the newest first. No secret is ever in it.
      </p>
      {entries.value.length === 0 && <p>Nothing was changed yet.</p>}
      <ol class="list changes">
        {entries.value.map((e) => (
          <li key={e.id}>
            <time class="muted" dateTime={new Date(e.atMs).toISOString()}>
              {dateTime(e.atMs)}
            </time>
            <span>
              <strong>{e.user}</strong>: {e.action} {e.target && <code>{e.target}</code>}{' '}
              <span class="muted">{e.detail}</span>
            </span>
          </li>
        ))}
      </ol>
      {next.value && (
        <button type="button" onClick={load}>
          Older changes
        </button>
      )}
      {problem.value && <p role="alert">{problem.value}</p>}
    </section>
  );
};
