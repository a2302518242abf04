import { FIELD_CLASSES } from './field-classes.ts';

/** A column of one of the lake's other tables. Like those of `logs`, they are added at the end and never renamed. */
export interface TableColumn {
  readonly name: string;
  /** SQL type, the same word in DuckDB, Trino and Athena. */
  readonly type: 'varchar' | 'bigint' | 'integer' | 'smallint' | 'boolean' | 'double';
  readonly doc: string;
}

/** A column of `transactions`, and how it is made from the transaction's logs. */
export interface TransactionColumn extends TableColumn {
  /** Aggregate over the rows of `logs_all` of one merchant's transaction, in DuckDB's SQL. */
  readonly sql: string;
  /** The only event it looks at, where there are many such columns: they are then made of those logs alone. */
  readonly event?: number;
}

const EVENT = 'code % 1000';
const times = (condition: string): string => `count(*) filter (where ${condition})`;
const share = (column: string): string => `round(median(${column}) filter (where ${EVENT} = 210))`;
const inClass = (digit: number): string => times(`${EVENT} between ${digit * 100} and ${digit * 100 + 99}`);

// biome-ignore format: one row is one line
const SUMMARY: readonly TransactionColumn[] = [
  { name: 'merchant', type: 'varchar', sql: 'merchant', doc: 'Merchant id, 16 hex digits.' },
  { name: 'transaction', type: 'varchar', sql: '"transaction"', doc: "The merchant's own reference; `~` and the session id where it gave none." },
  { name: 'sessions', type: 'varchar', sql: "string_agg(distinct session, ',' order by session)", doc: 'Ids of its sessions, comma separated, in order.' },
  { name: 'transaction_type', type: 'smallint', sql: 'max(code // 1000)', doc: 'Transaction type, 0 to 9; the highest seen, 0 where none was told.' },
  { name: 'assurance', type: 'smallint', sql: 'min(assurance)', doc: 'Lowest assurance of its logs.' },
  { name: 'first_ts', type: 'bigint', sql: 'min(event_ts)', doc: 'First log, ms since 1970 UTC.' },
  { name: 'last_ts', type: 'bigint', sql: 'max(event_ts)', doc: 'Last log, ms since 1970 UTC.' },
  { name: 'first_received_ts', type: 'bigint', sql: 'min(event_ts + lag_ms)', doc: 'First receipt, ms since 1970 UTC.' },
  { name: 'last_received_ts', type: 'bigint', sql: 'max(event_ts + lag_ms)', doc: 'Last receipt, ms since 1970 UTC.' },
  { name: 'sdk_version', type: 'bigint', sql: 'max(sdk_version)', doc: 'Highest SDK version seen.' },
  { name: 'outcome', type: 'varchar', sql: `case when ${times(`${EVENT} = 111`)} > 0 then 'approved' when ${times(`${EVENT} = 112`)} > 0 then 'declined' when ${times(`${EVENT} = 113`)} > 0 then 'abandoned' when ${times(`${EVENT} = 110`)} > 0 then 'submitted' else 'open' end`, doc: '`approved`, `declined`, `abandoned`, `submitted` (no outcome told) or `open`; an approval after a decline counts.' },
  { name: 'decline_reason', type: 'bigint', sql: `max_by(decline_reason, event_ts) filter (where ${EVENT} = 112)`, doc: 'Reason class of the last decline.' },
  { name: 'declines', type: 'integer', sql: times(`${EVENT} = 112`), doc: 'Declines.' },
  { name: 'submits', type: 'integer', sql: times(`${EVENT} = 110`), doc: 'Submits of the payment form.' },
  { name: 'pay_presses', type: 'integer', sql: times(`${EVENT} = 250`), doc: 'Presses of the pay button.' },
  { name: 'refusals', type: 'integer', sql: times(`${EVENT} = 251`), doc: 'Refusals by validation.' },
  { name: 'steps', type: 'integer', sql: `count(distinct step) filter (where ${EVENT} = 103)`, doc: 'Different checkout steps entered.' },
  { name: 'last_step', type: 'varchar', sql: `max_by(step, event_ts) filter (where ${EVENT} = 103)`, doc: 'Label of the step entered last.' },
  { name: 'logs', type: 'integer', sql: 'count(*)', doc: 'Logs.' },
  { name: 'session_logs', type: 'integer', sql: inClass(1), doc: 'Logs of class 1xx.' },
  { name: 'input_logs', type: 'integer', sql: inClass(2), doc: 'Logs of class 2xx.' },
  { name: 'attention_logs', type: 'integer', sql: inClass(3), doc: 'Logs of class 3xx.' },
  { name: 'suspicious_logs', type: 'integer', sql: inClass(4), doc: 'Logs of class 4xx.' },
  { name: 'fault_logs', type: 'integer', sql: inClass(5), doc: 'Logs of class 5xx.' },
  { name: 'late_logs', type: 'integer', sql: times('late'), doc: 'Logs that came from an outbox after their token had expired.' },
  { name: 'pastes', type: 'integer', sql: times(`${EVENT} = 220`), doc: 'Pastes.' },
  { name: 'hidden_times', type: 'integer', sql: times(`${EVENT} = 300`), doc: 'Times the tab was hidden.' },
  { name: 'hidden_ms', type: 'bigint', sql: `coalesce(sum(duration_ms) filter (where ${EVENT} = 301), 0)`, doc: 'Time the tab was hidden and came back, ms.' },
  { name: 'window_away_ms', type: 'bigint', sql: `coalesce(sum(duration_ms) filter (where ${EVENT} = 303), 0)`, doc: 'Time the window was without focus, ms.' },
  { name: 'idle_ms', type: 'bigint', sql: `coalesce(sum(duration_ms) filter (where ${EVENT} = 311), 0)`, doc: 'Idle time that ended, ms.' },
  { name: 'corrections', type: 'bigint', sql: `coalesce(sum(corrections) filter (where ${EVENT} = 201), 0)`, doc: 'Deletions over all visits (card number, expiry and bank account: at most 2 a visit).' },
  { name: 'dwell_p50_ms', type: 'bigint', sql: share('dwell_p50_ms'), doc: 'Median over typed visits of the median dwell.' },
  { name: 'flight_p50_ms', type: 'bigint', sql: share('flight_p50_ms'), doc: 'Median over typed visits of the median flight.' },
  { name: 'flight_cv_pct', type: 'bigint', sql: share('flight_cv_pct'), doc: 'Median over typed visits of the coefficient of variation of flight.' },
  { name: 'distinct_pct', type: 'bigint', sql: share('distinct_pct'), doc: 'Median over typed visits of the share of distinct flight times.' },
  { name: 'scripted', type: 'integer', sql: times(`${EVENT} in (400, 401)`), doc: 'Scripted inputs and clicks (400, 401).' },
  { name: 'silent_changes', type: 'integer', sql: times(`${EVENT} = 402`), doc: 'Fields changed without input (402).' },
  { name: 'automation', type: 'bigint', sql: `max(automation)`, doc: 'What declared itself as automation (403); null when nothing did.' },
  { name: 'inhuman_cadences', type: 'integer', sql: times(`${EVENT} = 404`), doc: 'Visits typed as no hand types (404).' },
  { name: 'integrity_logs', type: 'integer', sql: times(`${EVENT} between 410 and 419`), doc: 'Changes to the page itself (410 to 413).' },
  { name: 'dropped', type: 'bigint', sql: `coalesce(sum(count) filter (where ${EVENT} in (503, 510)), 0)`, doc: 'Logs that the SDK says were dropped or refused.' },
  { name: 'missing', type: 'bigint', sql: 'case when count(distinct session) = 1 then max(log_seq) - min(log_seq) + 1 - count(*) end', doc: 'Holes in log_seq between first and last log; null for a transaction of several sessions.' },
  { name: 'complete', type: 'boolean', sql: `${times(`${EVENT} = 190`)} > 0`, doc: 'Ended with a log of the page being left (190).' },
];

/**
 * Columns of `transactions`: one row for each transaction and receive day. After the summary, one column for each field class says
 * how such fields were filled (values of the attribute `method`; null where none was visited).
 */
export const TRANSACTION_COLUMNS: readonly TransactionColumn[] = [
  ...SUMMARY,
  ...FIELD_CLASSES.map(
    (c): TransactionColumn => ({
      name: `method_${c.name.replaceAll('-', '_')}`,
      type: 'smallint',
      sql: `max(method) filter (where ${EVENT} = 201 and field = ${c.id})`,
      event: 201,
      doc: `How fields of class ${c.name} were filled: value of \`method\`, the highest over the visits.`,
    }),
  ),
];

/** Columns of `merchants`: which shard a merchant's rows lie in. */
export const MERCHANT_COLUMNS: readonly TableColumn[] = [
  { name: 'merchant', type: 'varchar', doc: 'Merchant id, 16 hex digits.' },
  {
    name: 'shard',
    type: 'varchar',
    doc: 'Its shard, two digits: FNV-1a of the id modulo the number of shards.',
  },
];

/** Columns of `dead_letter`: batches that could not become rows. */
export const DEAD_LETTER_COLUMNS: readonly TableColumn[] = [
  { name: 'received_ms', type: 'bigint', doc: 'When the collector got it, ms since 1970 UTC.' },
  { name: 'stage', type: 'varchar', doc: 'Which part of Gander gave up: `landing` or `firehose`.' },
  { name: 'reason', type: 'varchar', doc: 'Why: a fault of the frame, or an error code of Firehose.' },
  { name: 'merchant', type: 'varchar', doc: 'Merchant id, where it is known.' },
  { name: 'session', type: 'varchar', doc: 'Session id, where it is known.' },
  { name: 'transaction', type: 'varchar', doc: 'Transaction, where it is known.' },
  { name: 'bytes', type: 'bigint', doc: 'Size of what was given up.' },
  {
    name: 'frame',
    type: 'varchar',
    doc: 'The frame in base64url, so that a repaired version can land it; absent when it may hold a card number.',
  },
  { name: 'assurance', type: 'smallint', doc: 'How the session proved itself, where it is known.' },
  {
    name: 'late',
    type: 'boolean',
    doc: 'Came from an outbox after its token had expired, where it is known.',
  },
];
