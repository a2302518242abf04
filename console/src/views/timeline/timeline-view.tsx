import type { LogRow } from '@gander/collector/api';
import { useComputed, useSignal } from '@preact/signals';
import type { JSX } from 'preact';
import { useEffect, useMemo } from 'preact/hooks';
import { count, dateTime, duration, typeName, versionText } from '../../shell/format.ts';
import { navigate, route, setQuery } from '../../shell/router.ts';
import { merchantName } from '../../shell/session.ts';
import { OutcomeBadge } from '../outcome-badge.tsx';
import { CutNotice } from './cut-notice.tsx';
import { EventList } from './event-list.tsx';
import { type FollowState, followTransaction } from './follow-transaction.ts';
import { Lanes } from './lanes.tsx';
import { LogPanel } from './log-panel.tsx';
import { rowKey } from './log-row.ts';
import { createTimeScale } from './time-scale.ts';
import { readTimeline, type Timeline } from './timeline-model.ts';
import { Verdict } from './verdict.tsx';

const STATES: Readonly<Record<FollowState, string>> = {
  loading: 'Loading…',
  live: 'Following',
  reconnecting: 'Reconnecting…',
  missing: 'Not found',
  failed: 'Failed',
};
const ASSURANCE: Readonly<Record<number, string>> = {
  1: 'A1 · site key',
  2: 'A2 · grant',
  3: 'A3 · session key',
};
/** After so long without a log, a page that was not left counts as gone, ms. */
const QUIET_MS = 60_000;

/** One transaction: how it progressed, in a picture and in words, while it goes on. */
export const TimelineView = ({
  merchant,
  transaction,
}: {
  merchant: string;
  transaction: string;
}): JSX.Element => {
  const follow = useMemo(() => followTransaction(merchant, transaction), [merchant, transaction]);
  useEffect(() => follow.stop, [follow]);
  const timeline = useComputed(() => readTimeline(follow.logs.value));
  const all = useSignal(false);
  const now = useSignal(Date.now());
  useEffect(() => {
    const timer = setInterval(() => (now.value = Date.now()), 5000);
    return () => clearInterval(timer);
  }, []);

  const selected = route.value.query.get('at') ?? undefined;
  const row = follow.logs.value.find((r) => rowKey(r) === selected);
  const select = (picked: LogRow): void =>
    setQuery({ at: selected === rowKey(picked) ? null : rowKey(picked) });
  useEffect(() => {
    const onKey = (event: KeyboardEvent): void => {
      if (event.key === 'Escape') setQuery({ at: null });
    };
    addEventListener('keydown', onKey);
    return () => removeEventListener('keydown', onKey);
  }, []);

  const state = follow.state.value;
  const head = (
    <div class="page-head">
      <h1>
        <span class="mono">{transaction.startsWith('~') ? `~${transaction.slice(1, 9)}` : transaction}</span>
      </h1>
      <p class="muted">{merchantName(merchant)}</p>
      <span class={`follow follow-${state}`} role="status">
        {STATES[state]}
      </span>
    </div>
  );
  if (follow.logs.value.length === 0) {
    return (
      <>
        {head}
        {state !== 'loading' && (
          <div class="empty">
            <p>{follow.problem.value}</p>
            <p>
              <a href="/">All transactions</a>
            </p>
          </div>
        )}
      </>
    );
  }

  const t = timeline.value;
  const compress =
    (route.value.query.get('scale') ?? (isLong(t, follow.logs.value) ? 'compressed' : 'true')) ===
    'compressed';
  const scale = createTimeScale(
    t.startMs,
    t.endMs,
    follow.logs.value.map((r) => r.event_ts),
    compress,
  );
  const rows = all.value ? follow.logs.value : t.prominent;
  return (
    <>
      {head}
      <div class="facts">
        <OutcomeBadge outcome={t.outcome} live={now.value - t.endMs < QUIET_MS} />
        <span>{duration(t.endMs - t.startMs)}</span>
        <span>{typeName(t.transactionType)}</span>
        <span title="How the session proved itself">{ASSURANCE[t.assurance]}</span>
        <span>{dateTime(t.startMs)}</span>
        {t.sessions > 1 && <span>{count(t.sessions, 'session')}</span>}
        {t.sdkVersion !== undefined && <span class="muted">SDK {versionText(t.sdkVersion)}</span>}
      </div>
      <CutNotice {...{ merchant, transaction }} cutAt={follow.cutAt.value} startMs={t.startMs} />
      <Verdict timeline={t} quiet={now.value - t.endMs >= QUIET_MS} />
      <div class="toolbar">
        <fieldset class="segmented" aria-label="Scale of time">
          <button type="button" aria-pressed={!compress} onClick={() => setQuery({ scale: 'true' })}>
            Time to scale
          </button>
          <button type="button" aria-pressed={compress} onClick={() => setQuery({ scale: 'compressed' })}>
            Gaps shortened
          </button>
        </fieldset>
        <Compare merchant={merchant} transaction={transaction} />
      </div>
      <Lanes timeline={t} scale={scale} selected={selected} onSelect={select} />
      <div class={row ? 'split split-open' : 'split'}>
        <section aria-label="Events">
          <div class="toolbar">
            <fieldset class="segmented" aria-label="Which events">
              <button type="button" aria-pressed={!all.value} onClick={() => (all.value = false)}>
                Prominent ({t.prominent.length})
              </button>
              <button type="button" aria-pressed={all.value} onClick={() => (all.value = true)}>
                All logs ({follow.logs.value.length})
              </button>
            </fieldset>
          </div>
          <EventList rows={rows} startMs={t.startMs} selected={selected} onSelect={select} />
        </section>
        {row && (
          <LogPanel
            merchant={merchant}
            transaction={transaction}
            row={row}
            startMs={t.startMs}
            onClose={() => setQuery({ at: null })}
          />
        )}
      </div>
    </>
  );
};

/** Takes another transaction to look at this one beside it. */
const Compare = ({ merchant, transaction }: { merchant: string; transaction: string }): JSX.Element => {
  const onSubmit = (event: SubmitEvent): void => {
    event.preventDefault();
    const other = (new FormData(event.currentTarget as HTMLFormElement).get('other') as string).trim();
    if (other) navigate(`/compare?a=${merchant}/${transaction}&b=${merchant}/${encodeURIComponent(other)}`);
  };
  return (
    <form class="compare-with" onSubmit={onSubmit}>
      <input
        name="other"
        required
        maxLength={64}
        placeholder="Another order"
        aria-label="Another order to compare with"
      />
      <button type="submit">Compare</button>
    </form>
  );
};

/** Whether a stretch in which nothing happened takes more than a third of the picture. */
const isLong = (t: Timeline, logs: readonly LogRow[]): boolean => {
  let longest = 0;
  for (let i = 1; i < logs.length; i++)
    longest = Math.max(longest, logs[i]!.event_ts - logs[i - 1]!.event_ts);
  return longest > 20_000 && longest > (t.endMs - t.startMs) / 3;
};
