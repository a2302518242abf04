import type { AggregatesAnswer, Totals } from './api.ts';
import type { ApiContext } from './context.ts';
import { filterSql, type LogFilter } from './log-filter.ts';

/** About so many stretches of time in a chart. */
const BUCKETS = 72;
const STEPS_MS = [60_000, 300_000, 900_000, 3_600_000, 10_800_000, 21_600_000, 86_400_000, 604_800_000];
const TYPING_STEP_MS = 25;
const TYPING_MAX_MS = 600;

/** The sums over transactions, as SQL over {@link TRANSACTIONS}. */
// biome-ignore format: one row is one line
const TOTALS: Readonly<Record<keyof Totals, string>> = {
  transactions: 'count(*)',
  approved: 'count(*) filter (where reported = 2)',
  declined: 'count(*) filter (where reported = 1)',
  unfinished: 'count(*) filter (where reported = 0)',
  cardPasted: 'count(*) filter (where card_pasted)',
  leftTab: 'count(*) filter (where left_tab)',
  autofilled: 'count(*) filter (where autofilled)',
  suspicious: 'count(*) filter (where suspicious)',
  pageErrors: 'count(*) filter (where page_errors)',
  sdkFaults: 'count(*) filter (where sdk_faults)',
  late: 'count(*) filter (where late)',
  holes: 'count(*) filter (where highest + 1 - lowest > logs and sessions = 1)',
  droppedLogs: 'coalesce(sum(dropped), 0)',
  logs: 'coalesce(sum(logs), 0)',
};
const TOTALS_SQL = Object.entries(TOTALS)
  .map(([name, sql]) => `${sql} as "${name}"`)
  .join(', ');

/** One row for each transaction: when it was first seen, and what happened in it. `where` picks its logs. */
const transactionsSql = (where: string): string => `
  select merchant, "transaction", min(event_ts + lag_ms) as first_ms, count(*) as logs,
    max(code // 1000) as type, min(assurance) as assurance, max(sdk_version) as sdk,
    max(case code % 1000 when 111 then 2 when 112 then 1 else 0 end) as reported,
    bool_or(code % 1000 = 220 and field = 1) as card_pasted,
    bool_or(code % 1000 = 300) as left_tab,
    bool_or(code % 1000 = 230) as autofilled,
    bool_or(code % 1000 between 400 and 499) as suspicious,
    bool_or(code % 1000 = 501) as page_errors,
    bool_or(code % 1000 = 500) as sdk_faults,
    bool_or(late) as late,
    min(log_seq) as lowest, max(log_seq) as highest, count(distinct session) as sessions,
    sum(case when code % 1000 = 510 then count else 0 end) as dropped
  from logs_all where ${where} group by merchant, "transaction"`;

const SPLITS = ['merchant', 'type', 'assurance', 'sdk'] as const;

/** Rates and distributions over the filtered logs, and the same over the period of the same length before. */
export const readAggregates = async (context: ApiContext, filter: LogFilter): Promise<AggregatesAnswer> => {
  const length = filter.toMs - filter.fromMs;
  const bucketMs = STEPS_MS.find((step) => length / step <= BUCKETS) ?? STEPS_MS.at(-1)!;
  const buckets = Math.ceil(length / bucketMs);
  const both = filterSql({ ...filter, fromMs: filter.fromMs - length });
  const now = filterSql(filter);
  const t = `with t as (${transactionsSql(both.where)})`;
  const { lake } = context;
  const start = Math.trunc(filter.fromMs - length);
  const isNow = `first_ms >= ${Math.trunc(filter.fromMs)}`;

  const [periods, split, steps, methods, typing, dropped] = await Promise.all([
    lake.query(
      `${t}, p as (select *, (first_ms - ${start}) // ${bucketMs} as b, ${isNow} as is_now from t)
       select b, is_now, grouping(b) as whole, ${TOTALS_SQL} from p group by grouping sets ((b, is_now), (is_now))`,
      both.params,
    ),
    lake.query(
      `${t} select merchant, type, assurance, sdk, grouping(merchant, type, assurance, sdk) as g, ${TOTALS_SQL}
         from t where ${isNow} group by grouping sets ((merchant), (type), (assurance), (sdk))`,
      both.params,
    ),
    lake.query(
      `select step, count(distinct merchant || "transaction") as n, avg(step_no) as place from logs_all
         where ${now.where} and code % 1000 = 103 and step is not null group by step order by n desc, place limit 12`,
      now.params,
    ),
    lake.query(
      `select field, method, count(*) as n from logs_all where ${now.where} and code % 1000 = 201 and method is not null
         group by field, method`,
      now.params,
    ),
    lake.query(
      `select least(flight_p50_ms, ${TYPING_MAX_MS}) // ${TYPING_STEP_MS} as b, event_ts + lag_ms >= ${Math.trunc(filter.fromMs)} as is_now,
         count(*) as n from logs_all where ${both.where} and code % 1000 = 210 and flight_p50_ms is not null group by b, is_now`,
      both.params,
    ),
    lake.query(
      `select drop_reason as reason, sum(count) as n from logs_all where ${now.where} and code % 1000 = 510 group by reason order by n desc`,
      now.params,
    ),
  ]);

  const series: (Totals | null)[] = Array.from({ length: buckets }, () => null);
  const beforeSeries: (Totals | null)[] = Array.from({ length: buckets }, () => null);
  let totals = NONE;
  let before = NONE;
  for (const row of periods.rows) {
    if (Number(row.whole) !== 0) {
      if (row.is_now) totals = totalsOf(row);
      else before = totalsOf(row);
      continue;
    }
    const into = row.is_now ? series : beforeSeries;
    const place = Math.floor((Number(row.b) * bucketMs - (row.is_now ? length : 0)) / bucketMs + 1e-9);
    const at = Math.min(buckets - 1, Math.max(0, place));
    into[at] = plus(into[at] ?? NONE, totalsOf(row));
  }
  return {
    fromMs: filter.fromMs,
    toMs: filter.toMs,
    bucketMs,
    series,
    totals,
    before,
    beforeSeries,
    steps: steps.rows
      .map((r) => ({ step: String(r.step), transactions: Number(r.n), place: Number(r.place) }))
      .sort((a, b) => a.place - b.place)
      .map(({ step, transactions }) => ({ step, transactions })),
    methods: methods.rows.map((r) => ({ field: Number(r.field), method: Number(r.method), n: Number(r.n) })),
    typing: typingOf(typing.rows),
    splits: splitsOf(split.rows),
    dropped: dropped.rows.map((r) => ({ reason: Number(r.reason), n: Number(r.n) })),
  };
};

const NAMES = Object.keys(TOTALS) as (keyof Totals)[];
const totalsOf = (row: Record<string, unknown>): Totals =>
  Object.fromEntries(NAMES.map((name) => [name, Number(row[name] ?? 0)])) as unknown as Totals;
const plus = (a: Totals, b: Totals): Totals =>
  Object.fromEntries(NAMES.map((name) => [name, a[name] + b[name]])) as unknown as Totals;
const NONE = totalsOf({});

const typingOf = (rows: readonly Record<string, unknown>[]): AggregatesAnswer['typing'] =>
  Array.from({ length: TYPING_MAX_MS / TYPING_STEP_MS + 1 }, (_, b) => {
    const of = (now: boolean): number =>
      Number(rows.find((r) => Number(r.b) === b && r.is_now === now)?.n ?? 0);
    return { fromMs: b * TYPING_STEP_MS, n: of(true), before: of(false) };
  });

/** `grouping(a, b, c, d)` has a bit, from the left, for each column that is summed over. */
const splitsOf = (rows: readonly Record<string, unknown>[]): AggregatesAnswer['splits'] => {
  const splits: Record<string, ({ value: string } & Totals)[]> = {};
  for (const [i, name] of SPLITS.entries()) {
    const mask = 0b1111 & ~(1 << (3 - i));
    splits[name] = rows
      .filter((r) => Number(r.g) === mask && r[name] !== null)
      .map((r) => ({ value: String(r[name]), ...totalsOf(r) }))
      .sort((a, b) => b.transactions - a.transactions);
  }
  return splits;
};
