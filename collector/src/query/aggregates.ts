import { DAY_MS } from '../lake/days.ts';
import type { AggregatesAnswer, Split, Totals } from './api.ts';
import type { ApiContext, LakeReader } from './context.ts';
import { type DayFiles, type DayPlan, readFilesSql } from './day-files.ts';
import { memorySql, mergedSql, SUMMARY_NAMES, summariesSql } from './day-summaries.ts';
import { aroundSql, daysInSql } from './days-sql.ts';
import {
  allOf,
  DIMENSIONS,
  filterSql,
  inlineSql,
  type LogFilter,
  merchantsOf,
  type SqlCondition,
} from './log-filter.ts';
import { readIntake, readLost } from './read-delivery.ts';
import { readDistributions } from './read-distributions.ts';
import { readUnlanded, type Unlanded } from './unlanded.ts';

/** About so many stretches of time in a chart. */
const BUCKETS = 72;
const STEPS_MS = [60_000, 300_000, 900_000, 3_600_000, 10_800_000, 21_600_000, 86_400_000, 604_800_000];

/** The sums over transactions, as SQL over {@link mergedSql}'s rows. */
// biome-ignore format: one row is one line
const TOTALS: Readonly<Record<keyof Totals, string>> = {
  transactions: 'count(*)',
  approved: 'count(*) filter (where reported = 2)',
  declined: 'count(*) filter (where reported = 1)',
  unfinished: 'count(*) filter (where reported = 0)',
  cardPasted: 'count(*) filter (where card_pasted)',
  leftTab: 'count(*) filter (where left_tab)',
  autofilled: 'count(*) filter (where autofilled)',
  scripted: 'count(*) filter (where scripted)',
  suspicious: 'count(*) filter (where suspicious)',
  pageErrors: 'count(*) filter (where page_errors)',
  sdkFaults: 'count(*) filter (where sdk_faults)',
  late: 'count(*) filter (where late)',
  holes: 'count(*) filter (where highest + 1 - lowest > logs and session_a = session_z)',
  droppedLogs: 'coalesce(sum(dropped), 0)',
  refusedLogs: 'coalesce(sum(refused), 0)',
  logs: 'coalesce(sum(logs), 0)',
};
/** Trino gives names back in lower case. */
const aliasOf = (name: string): string => `t_${name.toLowerCase()}`;
const TOTALS_SQL = Object.entries(TOTALS)
  .map(([name, sql]) => `${sql} as ${aliasOf(name)}`)
  .join(', ');
const SPLITS = ['merchant', 'type', 'assurance', 'sdk'] as const;

/** Where aggregates come from: files of closed days, the logs of the others, and the memory for what is not landed. */
export interface AggregateSources {
  readonly counts: DayFiles | undefined;
  readonly summaries: DayFiles | undefined;
}

/**
 * Rates and distributions over the filtered transactions, and the same over the period of the same length before: what is
 * acknowledged counts at once, and once.
 */
export const readAggregates = async (
  context: ApiContext,
  { counts, summaries }: AggregateSources,
  filter: LogFilter,
): Promise<AggregatesAnswer> => {
  const { lake } = context;
  const length = filter.toMs - filter.fromMs;
  const startMs = Math.trunc(filter.fromMs - length);
  const bucketMs = STEPS_MS.find((step) => length / step <= BUCKETS) ?? STEPS_MS.at(-1)!;
  const buckets = Math.ceil(length / bucketMs);
  const waiting = await readUnlanded(context, merchantsOf(filter));
  const unlanded = fits(lake, waiting) ? waiting : { ...waiting, rows: [], notInLake: undefined };
  // A transaction that began on the day before is not one of today's: its beginning must be in sight.
  const summaryPlan = await summaries?.plan(startMs - DAY_MS, filter.toMs + DAY_MS, false);
  const t = transactionsSql(filter, startMs, unlanded, summaryPlan);
  const isNow = `first_ms >= ${Math.trunc(filter.fromMs)}`;

  const [groups, steps, places, counted, lost] = await Promise.all([
    lake.query(
      `with t as (${t}), p as (
         select *, (first_ms - ${startMs}) - (first_ms - ${startMs}) % ${bucketMs} as b, ${isNow} as is_now from t)
       select b, is_now, merchant, type, assurance, sdk, grouping(b, merchant, type, assurance, sdk) as g, ${TOTALS_SQL}
       from p group by grouping sets ((is_now, b), (is_now), (is_now, merchant), (is_now, type), (is_now, assurance), (is_now, sdk))`,
    ),
    lake.query(
      `with t as (${t}) select s.step as step, count(*) as n from t cross join unnest(t.steps) as s(step)
       where ${isNow} group by 1 order by n desc limit 12`,
    ),
    readPlaces(context, filter),
    readDistributions(context, counts, filter, startMs, unlanded),
    readLost(context, filter, startMs, unlanded),
  ]);

  const series: (Totals | null)[] = Array.from({ length: buckets }, () => null);
  const beforeSeries: (Totals | null)[] = Array.from({ length: buckets }, () => null);
  const periods = { now: NONE, before: NONE };
  const splits = new Map<string, Map<string, { now: Totals; before: Totals }>>();
  for (const row of groups.rows) {
    const when = row.is_now === true ? 'now' : 'before';
    const totals = totalsOf(row);
    // `grouping` has a bit, from the left, for each column that is summed over: here the one without.
    const column = GROUPED.find((_, i) => Number(row.g) === (0b11111 & ~(1 << (4 - i))));
    if (!column) periods[when] = totals;
    else if (column === 'b') {
      const into = when === 'now' ? series : beforeSeries;
      const at = Math.floor((Number(row.b) - (when === 'now' ? length : 0)) / bucketMs + 1e-9);
      const place = Math.min(buckets - 1, Math.max(0, at));
      into[place] = plus(into[place] ?? NONE, totals);
    } else if (row[column] !== null && row[column] !== undefined) {
      const values = splits.get(column) ?? new Map<string, { now: Totals; before: Totals }>();
      splits.set(column, values);
      const value = String(row[column] as string | number);
      const both = values.get(value) ?? { now: NONE, before: NONE };
      values.set(value, { ...both, [when]: totals });
    }
  }
  return {
    fromMs: filter.fromMs,
    toMs: filter.toMs,
    bucketMs,
    series,
    totals: periods.now,
    before: periods.before,
    beforeSeries,
    steps: steps.rows
      .map((r) => ({ step: String(r.step), transactions: Number(r.n) }))
      .sort((a, b) => placeOf(places, a.step) - placeOf(places, b.step) || b.transactions - a.transactions),
    ...counted,
    splits: Object.fromEntries(SPLITS.map((name) => [name, splitsOf(splits.get(name))])),
    ...lost,
    notCounted: waiting.rows.length - unlanded.rows.length,
    truncated: waiting.truncated,
    intake: await readIntake(context, filter, startMs),
  };
};

/** Whether a statement has room for what memory knows of the transactions that have not landed: half of it is for the rest. */
const fits = ({ maxStatementBytes }: LakeReader, { rows }: Unlanded): boolean =>
  maxStatementBytes === undefined || Buffer.byteLength(memorySql(rows) ?? '') < maxStatementBytes / 2;

const GROUPED = ['b', 'merchant', 'type', 'assurance', 'sdk'] as const;
const NAMES = Object.keys(TOTALS) as (keyof Totals)[];
const totalsOf = (row: Record<string, unknown>): Totals =>
  Object.fromEntries(NAMES.map((name) => [name, Number(row[aliasOf(name)] ?? 0)])) as unknown as Totals;
const plus = (a: Totals, b: Totals): Totals =>
  Object.fromEntries(NAMES.map((name) => [name, a[name] + b[name]])) as unknown as Totals;
const NONE = totalsOf({});

const splitsOf = (values: ReadonlyMap<string, { now: Totals; before: Totals }> | undefined): Split[] =>
  [...(values ?? [])]
    .filter(([, { now }]) => now.transactions > 0)
    .map(([value, both]) => ({ value, ...both }))
    .sort((a, b) => b.now.transactions - a.now.transactions || (a.value < b.value ? -1 : 1));

/** The transactions that a filter is about, of both periods. Their type, assurance and SDK version are those of the whole. */
const transactionsSql = (
  filter: LogFilter,
  startMs: number,
  unlanded: Unlanded,
  plan: DayPlan | undefined,
): string => {
  const merchant = DIMENSIONS.merchant.where([...merchantsOf(filter)], '');
  const days = plan ? daysInSql(plan.rest) : aroundSql({ fromMs: startMs, toMs: filter.toMs });
  const memory = memorySql(unlanded.rows);
  const pieces = [
    ...(plan?.files.length
      ? [`select ${SUMMARY_NAMES} from ${readFilesSql(plan.files)} where ${inlineSql(merchant)}`]
      : []),
    ...(plan && plan.rest.length === 0
      ? []
      : [summariesSql(inlineSql(allOf({ where: days, params: [] }, merchant, unlanded.notInLake)))]),
    ...(memory ? [memory] : []),
  ];
  const from = pieces.length ? pieces.join(' union all ') : summariesSql('false');
  const chosen = (['type', 'assurance', 'sdk'] as const).flatMap((name): SqlCondition[] => {
    const values = filter.values.get(name);
    return values ? [{ where: `${name} in (${values.map(() => '?').join(', ')})`, params: values }] : [];
  });
  const condition = allOf(
    { where: 'first_ms >= ? and first_ms < ?', params: [startMs, Math.trunc(filter.toMs)] },
    ...chosen,
  );
  return `select * from (${mergedSql(from)}) where ${inlineSql(condition)}`;
};

/** Which step comes when: the middle of their numbers over the newest day, on which all steps in use are seen. */
const readPlaces = async ({ lake }: ApiContext, filter: LogFilter): Promise<ReadonlyMap<string, number>> => {
  const fromMs = Math.max(filter.fromMs, filter.toMs - DAY_MS);
  const { where, params } = filterSql({ ...filter, fromMs, values: new Map() });
  const { rows } = await lake.query(
    `select step, avg(step_no) as place from logs_all where ${where} and code % 1000 = 103 and step is not null group by step`,
    params,
  );
  return new Map(rows.map((r) => [String(r.step), Number(r.place)]));
};

const placeOf = (places: ReadonlyMap<string, number>, step: string): number =>
  places.get(step) ?? Number.MAX_SAFE_INTEGER;
