import type { LakeRow } from '@gander/log-codes';
import type { Outcome, TransactionSummary } from './api.ts';

/** Card-number's id in the table of field classes. */
const CARD_NUMBER = 1;

/** Outcome that an event says, weakest first: a page left after an approval is still approved. */
const OUTCOMES: ReadonlyMap<number, Outcome> = new Map([
  [190, 'left'],
  [110, 'submitted'],
  [113, 'abandoned'],
  [112, 'declined'],
  [111, 'approved'],
]);
const STRENGTH: readonly Outcome[] = ['open', 'left', 'submitted', 'abandoned', 'declined', 'approved'];

/** A summary that is being added up; see {@link addRow}. */
export type RunningSummary = { -readonly [K in keyof TransactionSummary]: TransactionSummary[K] } & {
  readonly sessionIds: Set<string>;
};

/** Starts the summary of a transaction. */
export const startSummary = (merchant: string, transaction: string, live: boolean): RunningSummary => ({
  merchant,
  transaction,
  transactionType: 0,
  firstMs: Number.POSITIVE_INFINITY,
  lastMs: 0,
  logs: 0,
  sessions: 0,
  outcome: 'open',
  step: null,
  assurance: 3,
  late: false,
  pastes: 0,
  cardPasted: false,
  autofilled: 0,
  hidden: 0,
  suspicious: 0,
  dropped: 0,
  live,
  sessionIds: new Set(),
});

/**
 * Adds one log. A page that is used again after it was left is open again; among outcomes that the merchant reports the strongest
 * stands (approved, declined, abandoned), since a retry after a decline may succeed.
 */
export const addRow = (summary: RunningSummary, row: LakeRow): void => {
  const event = row.code % 1000;
  summary.logs++;
  summary.sessionIds.add(row.session);
  summary.sessions = summary.sessionIds.size;
  summary.firstMs = Math.min(summary.firstMs, row.event_ts);
  if (row.event_ts >= summary.lastMs) {
    summary.lastMs = row.event_ts;
    summary.transactionType = Math.floor(row.code / 1000);
  }
  summary.assurance = Math.min(summary.assurance, row.assurance);
  summary.late ||= row.late;
  const outcome = OUTCOMES.get(event);
  if (outcome && rank(outcome) > rank(summary.outcome)) summary.outcome = outcome;
  else if (!outcome && summary.outcome === 'left' && event !== 101) summary.outcome = 'open';
  if (event === 103 && typeof row.step === 'string') summary.step = row.step;
  if (event === 220) {
    summary.pastes++;
    if (row.field === CARD_NUMBER) summary.cardPasted = true;
  }
  if (event === 230) summary.autofilled++;
  if (event === 300) summary.hidden++;
  if (event >= 400 && event < 500) summary.suspicious++;
  if (event === 510 && typeof row.count === 'number') summary.dropped += row.count;
};

/** The finished summary. */
export const finishSummary = ({ sessionIds: _sessionIds, ...summary }: RunningSummary): TransactionSummary =>
  summary;

const rank = (outcome: Outcome): number => STRENGTH.indexOf(outcome);

/** The same summary as SQL over logs, in DuckDB and Trino alike; `reported` is the rank in {@link STRENGTH}. */
export const summarySql = (where: string): string => `
  select merchant, "transaction",
    max_by(code, event_ts) as last_code,
    min(event_ts) as first_ms, max(event_ts) as last_ms, count(*) as logs,
    count(distinct session) as sessions,
    max(case code % 1000 when 111 then 5 when 112 then 4 when 113 then 3 when 110 then 2 else 0 end) as reported,
    max(case when code % 1000 = 190 then event_ts end) as left_ms,
    max(case when code % 1000 not in (190, 101) then event_ts end) as used_ms,
    max_by(step, event_ts) filter (where code % 1000 = 103) as step,
    min(assurance) as assurance, bool_or(late) as late,
    count(*) filter (where code % 1000 = 220) as pastes,
    bool_or(code % 1000 = 220 and field = ${CARD_NUMBER}) as card_pasted,
    count(*) filter (where code % 1000 = 230) as autofilled,
    count(*) filter (where code % 1000 = 300) as hidden,
    count(*) filter (where code % 1000 between 400 and 499) as suspicious,
    coalesce(sum(count) filter (where code % 1000 = 510), 0) as dropped
  from logs_all where ${where}
  group by merchant, "transaction"`;

/** Reads a row of {@link summarySql}. */
export const summaryOf = (row: Record<string, unknown>): TransactionSummary => {
  const number = (name: string): number => Number(row[name] ?? 0);
  const reported = number('reported');
  const left = row.left_ms !== null && number('left_ms') >= number('used_ms');
  return {
    merchant: String(row.merchant),
    transaction: String(row.transaction),
    transactionType: Math.floor(number('last_code') / 1000),
    firstMs: number('first_ms'),
    lastMs: number('last_ms'),
    logs: number('logs'),
    sessions: number('sessions'),
    outcome: reported ? STRENGTH[reported]! : left ? 'left' : 'open',
    step: typeof row.step === 'string' ? row.step : null,
    assurance: number('assurance'),
    late: row.late === true,
    pastes: number('pastes'),
    cardPasted: row.card_pasted === true,
    autofilled: number('autofilled'),
    hidden: number('hidden'),
    suspicious: number('suspicious'),
    dropped: number('dropped'),
    live: false,
  };
};
