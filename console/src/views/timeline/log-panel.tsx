import type { LogAnswer, LogRow } from '@gander/collector/api';
import { ATTRIBUTE, LOG_CODE } from '@gander/log-codes';
import { useSignal } from '@preact/signals';
import type { ComponentChildren, JSX } from 'preact';
import { useEffect, useLayoutEffect, useRef } from 'preact/hooks';
import { getJson } from '../../shell/api-client.ts';
import {
  attributeLabel,
  attributeText,
  className,
  codeLabel,
  dateTime,
  duration,
  offset,
  typeName,
} from '../../shell/format.ts';
import { timelinePath } from '../../shell/paths.ts';
import { eventOf, rowKey } from './log-row.ts';

interface LogPanelProps {
  readonly merchant: string;
  readonly transaction: string;
  readonly row: LogRow;
  /** Start of the timeline, when there is one. */
  readonly startMs?: number | undefined;
  readonly onClose: () => void;
}

const ASSURANCE: Readonly<Record<number, string>> = {
  1: 'A1 site key',
  2: 'A2 grant',
  3: 'A3 grant and session key',
};

/** One log: what it says, what its code means, and its bytes on the wire. */
export const LogPanel = ({ merchant, transaction, row, startMs, onClose }: LogPanelProps): JSX.Element => {
  const answer = useSignal<LogAnswer | undefined>(undefined);
  const problem = useSignal('');
  const event = eventOf(row);
  const code = LOG_CODE.get(event);

  useEffect(() => {
    const abort = new AbortController();
    answer.value = undefined;
    problem.value = '';
    const path = `/merchants/${merchant}/transactions/${encodeURIComponent(transaction)}/logs/${row.session}/${row.log_seq}`;
    getJson<LogAnswer>(path, abort.signal)
      .then((found) => {
        answer.value = found;
      })
      .catch((error: unknown) => {
        if (!abort.signal.aborted) problem.value = error instanceof Error ? error.message : String(error);
      });
    return () => abort.abort();
  }, [merchant, transaction, row.session, row.log_seq]);

  const panel = useRef<HTMLElement>(null);
  // Cleaned up before the panel is taken from the page; an effect would be after that.
  useLayoutEffect(() => {
    const from = document.activeElement;
    // Closed from within, it gives the focus back to where it was opened.
    return () => {
      if (panel.current?.contains(document.activeElement) && from instanceof HTMLElement) from.focus();
    };
  }, []);

  // The envelope's columns are told in their own lines.
  const attributes = Object.entries(row).filter(
    ([name, value]) => ATTRIBUTE.has(name) && value !== null && value !== undefined,
  );
  return (
    <aside ref={panel} class={`panel class-${Math.floor(event / 100)}`} aria-label="One log">
      <div class="panel-head">
        <h2>
          <span class="code">{String(row.code).padStart(4, '0')}</span> {codeLabel(event)}
        </h2>
        <button type="button" class="quiet" aria-label="Close" onClick={onClose}>
          ✕
        </button>
      </div>
      <p>{code?.doc ?? 'A code of a newer version than this console.'}</p>
      <p>
        <CopyLink path={`${timelinePath(merchant, transaction)}?at=${rowKey(row)}`} />
      </p>
      {startMs === undefined && (
        <p>
          <a href={`${timelinePath(merchant, transaction)}?at=${rowKey(row)}`}>
            In the timeline of {transaction.startsWith('~') ? 'its session' : transaction}
          </a>
        </p>
      )}
      <dl>
        {attributes.map(([name, value]) => (
          <Line key={name} name={attributeLabel(name)}>
            {attributeText(name, value as number)}
          </Line>
        ))}
        {row.unknown_args && <Line name="unknown arguments">{String(row.unknown_args)}</Line>}
      </dl>
      <h3>Envelope</h3>
      <dl>
        <Line name="when">
          {dateTime(row.event_ts)}
          {startMs !== undefined && ` (${offset(row.event_ts - startMs)})`}
        </Line>
        <Line name="received">
          {duration(row.lag_ms)} later{row.late ? ', from an outbox' : ''}
        </Line>
        {row.skew_ms !== 0 && <Line name="clock corrected by">{duration(Math.abs(row.skew_ms))}</Line>}
        <Line name="class">{`${Math.floor(event / 100)}xx ${className(Math.floor(event / 100))}`}</Line>
        <Line name="payment">{typeName(Math.floor(row.code / 1000))}</Line>
        <Line name="assurance">{ASSURANCE[row.assurance] ?? String(row.assurance)}</Line>
        <Line name="log, batch">{`${row.log_seq}, ${row.batch_seq}`}</Line>
        <Line name="session">
          <code>{row.session}</code>
        </Line>
        <Line name="collector">{String(row.collector)}</Line>
      </dl>
      <h3>On the wire</h3>
      {problem.value && <p class="problem">{problem.value}</p>}
      {answer.value && (
        <>
          <ol class="wire">
            {answer.value.wire.map((p, i) => (
              <li key={i} title={p.name}>
                <code>{p.bits}</code>
                <span>{i === 0 ? 'code' : p.name.replaceAll('_', ' ')}</span>
                <span class="muted">{p.value.toLocaleString('en')}</span>
              </li>
            ))}
          </ol>
          <p class="muted">
            {answer.value.wire.reduce((sum, p) => sum + p.bits.length, 0)} bits
            {answer.value.exact ? ', as they came' : ', made again from the lake'}
          </p>
        </>
      )}
    </aside>
  );
};

/** The address of this moment, for whoever is to look at it too. */
const CopyLink = ({ path }: { path: string }): JSX.Element => {
  const copied = useSignal(false);
  return (
    <button
      type="button"
      class="small"
      onClick={() => {
        void navigator.clipboard.writeText(new URL(path, location.href).href).then(() => {
          copied.value = true;
        });
      }}
    >
      {copied.value ? 'Link copied' : 'Copy link to this moment'}
    </button>
  );
};

const Line = ({ name, children }: { name: string; children: ComponentChildren }): JSX.Element => (
  <div>
    <dt>{name}</dt>
    <dd>{children}</dd>
  </div>
);
