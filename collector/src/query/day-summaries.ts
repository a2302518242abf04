import type { LakeRow } from '@gander/log-codes';
import type { DayFileKind } from './day-files.ts';

/**
 * One column of what is known of a transaction on one day: how it is made from logs, how two days of it are put together, and the
 * same for logs in memory. SQL is the same in DuckDB and Trino.
 */
interface SummaryColumn {
  readonly name: string;
  /** Over its logs. */
  readonly sql: string;
  /** Over its days. */
  readonly merge: 'min' | 'max' | 'sum' | 'bool_or' | 'steps';
  /** Over its logs in memory, as SQL text. */
  readonly of: (rows: readonly LakeRow[]) => string;
}

const EVENT = 'code % 1000';
const eventOf = (row: LakeRow): number => row.code % 1000;
const isOdd = (row: LakeRow): boolean => eventOf(row) >= 400 && eventOf(row) < 500;
const any = (name: string, condition: string, of: (row: LakeRow) => boolean): SummaryColumn => ({
  name,
  sql: `bool_or(${condition})`,
  merge: 'bool_or',
  of: (rows) => String(rows.some(of)),
});
const event = (name: string, code: number): SummaryColumn =>
  any(name, `${EVENT} = ${code}`, (r) => eventOf(r) === code);
const extreme = (
  name: string,
  merge: 'min' | 'max',
  sql: string,
  of: (row: LakeRow) => number,
): SummaryColumn => ({
  name,
  sql: `${merge}(${sql})`,
  merge,
  of: (rows) => String(rows.reduce((a, r) => Math[merge](a, of(r)), of(rows[0]!))),
});
const added = (name: string, sql: string, of: (row: LakeRow) => number): SummaryColumn => ({
  name,
  sql: `coalesce(sum(${sql}), 0)`,
  merge: 'sum',
  of: (rows) => String(rows.reduce((sum, r) => sum + of(r), 0)),
});
const quoted = (text: string): string => `'${text.replaceAll("'", "''")}'`;
const countOf = (row: LakeRow): number => Number(row.count ?? 0);

/** Card-number's id in the table of field classes. */
const CARD_NUMBER = 1;

/** What the aggregates need to know of a transaction. */
// biome-ignore format: one row is one line
const COLUMNS: readonly SummaryColumn[] = [
  extreme('first_ms', 'min', 'event_ts + lag_ms', (r) => r.event_ts + r.lag_ms),
  added('logs', '1', () => 1),
  extreme('type', 'max', '(code - code % 1000) / 1000', (r) => Math.floor(r.code / 1000)),
  extreme('assurance', 'min', 'assurance', (r) => r.assurance),
  { name: 'sdk', sql: 'max(sdk_version)', merge: 'max', of: (rows) => {
    const versions = rows.flatMap((r) => (typeof r.sdk_version === 'number' ? [r.sdk_version] : []));
    return versions.length ? String(versions.reduce((a, b) => Math.max(a, b))) : 'cast(null as bigint)';
  } },
  extreme('reported', 'max', `case ${EVENT} when 111 then 2 when 112 then 1 else 0 end`, (r) => (eventOf(r) === 111 ? 2 : eventOf(r) === 112 ? 1 : 0)),
  event('abandoned', 113),
  any('card_pasted', `${EVENT} = 220 and field = ${CARD_NUMBER}`, (r) => eventOf(r) === 220 && r.field === CARD_NUMBER),
  event('left_tab', 300),
  event('autofilled', 230),
  any('scripted', `${EVENT} in (400, 401)`, (r) => eventOf(r) === 400 || eventOf(r) === 401),
  any('suspicious', `${EVENT} between 400 and 499`, isOdd),
  event('page_errors', 501),
  event('sdk_faults', 500),
  any('late', 'late', (r) => r.late),
  extreme('lowest', 'min', 'log_seq', (r) => r.log_seq),
  extreme('highest', 'max', 'log_seq', (r) => r.log_seq),
  { name: 'session_a', sql: 'min(session)', merge: 'min', of: (rows) => quoted([...rows].map((r) => r.session).sort()[0]!) },
  { name: 'session_z', sql: 'max(session)', merge: 'max', of: (rows) => quoted([...rows].map((r) => r.session).sort().at(-1)!) },
  added('dropped', `case when ${EVENT} = 510 then count else 0 end`, (r) => (eventOf(r) === 510 ? countOf(r) : 0)),
  added('refused', `case when ${EVENT} = 503 then count else 0 end`, (r) => (eventOf(r) === 503 ? countOf(r) : 0)),
  { name: 'steps', sql: `array_agg(distinct step) filter (where ${EVENT} = 103 and step is not null)`, merge: 'steps', of: (rows) => {
    const steps = [...new Set(rows.flatMap((r) => (eventOf(r) === 103 && typeof r.step === 'string' ? [r.step] : [])))];
    return steps.length ? `array[${steps.map(quoted).join(', ')}]` : 'null';
  } },
];

/** SELECT of one row for each transaction, of the logs of a condition. */
export const summariesSql = (where: string): string =>
  `select merchant, "transaction", ${COLUMNS.map((c) => `${c.sql} as ${c.name}`).join(', ')}
   from logs_all where ${where} group by merchant, "transaction"`;

/** SELECT that puts together what several days, files and the memory know of a transaction. */
export const mergedSql = (from: string): string =>
  `select merchant, "transaction", ${COLUMNS.map((c) =>
    c.merge === 'steps'
      ? `array_distinct(flatten(array_agg(${c.name}) filter (where ${c.name} is not null))) as ${c.name}`
      : `${c.merge}(${c.name}) as ${c.name}`,
  ).join(', ')} from (${from}) group by merchant, "transaction"`;

/** SELECT of the same rows of logs in memory; undefined of none. */
export const memorySql = (rows: readonly LakeRow[]): string | undefined => {
  const groups = new Map<string, LakeRow[]>();
  for (const row of rows) {
    const key = `${row.merchant}/${row.transaction}`;
    const group = groups.get(key);
    if (group) group.push(row);
    else groups.set(key, [row]);
  }
  if (groups.size === 0) return;
  const lines = [...groups.values()].map(
    (group) =>
      `(${[quoted(group[0]!.merchant), quoted(group[0]!.transaction), ...COLUMNS.map((c) => c.of(group))].join(', ')})`,
  );
  const names = ['merchant', '"transaction"', ...COLUMNS.map((c) => c.name)].join(', ');
  return `select ${names} from (values ${lines.join(', ')}) as m(${names})`;
};

/** The names of the columns, for a SELECT over files. */
export const SUMMARY_NAMES = ['merchant', '"transaction"', ...COLUMNS.map((c) => c.name)].join(', ');

/** One row for each transaction of a closed day: what the aggregates of a month are made of. */
export const DAY_SUMMARIES: DayFileKind = {
  name: 'summaries',
  version: 1,
  sql: (where) => `${summariesSql(where)} order by merchant, first_ms`,
};
