import type { LakeRow } from '@gander/log-codes';
import type { FacetsAnswer, FilterName } from './api.ts';
import { type ApiContext, type LakeReader, withoutNulls } from './context.ts';
import { COUNTED, countSql } from './day-counts.ts';
import { type DayFiles, type DayPlan, readFilesSql } from './day-files.ts';
import { aroundSql } from './days-sql.ts';
import {
  allOf,
  DIMENSIONS,
  FACETS,
  FILTER_NAMES,
  filterSql,
  type LogFilter,
  passes,
  type SessionFacts,
} from './log-filter.ts';
import { afterAnswer, type Moment, momentOf } from './moment.ts';
import type { KnowSessions } from './session-facts.ts';
import { findUnlanded, readUnlanded } from './unlanded.ts';

/** Most values that are told of a column. */
const MAX_VALUES = 40;
/** Counts of open days are good for so long, ms: what came since is added from memory. */
const OPEN_MS = 15_000;
/** Counts of so many ranges are kept in memory. */
const MAX_KEPT = 4;

/** Logs of one combination of values: how many, and a row that looks like each of them. */
interface Combination {
  readonly row: LakeRow;
  readonly facts: SessionFacts;
  readonly n: number;
}

/** Counts of the lake's open days at a moment: what memory has after it is to be added. */
interface OpenCounts {
  readonly atMs: number;
  readonly moment: Moment;
  readonly counted: readonly Combination[];
}

export type ReadFacets = (context: ApiContext, filter: LogFilter) => Promise<FacetsAnswer>;

/**
 * Tells how many logs there are, and of each value of each column: a column's own filter does not count for itself, so that one sees
 * what another choice would give. Counted are combinations of values, which do not depend on what is chosen: another choice needs no
 * other statement but for the days that are not counted yet.
 */
export const createReadFacets = (
  lake: LakeReader,
  counts: DayFiles | undefined,
  knowSessions: KnowSessions,
): ReadFacets => {
  const kept = new Map<string, Promise<Combination[]>>();
  const open = new Map<string, OpenCounts>();

  const closedDays = ({ files }: DayPlan, merchants: ReadonlySet<string>): Promise<Combination[]> => {
    if (files.length === 0) return Promise.resolve([]);
    const key = [...files, ...merchants].join();
    const known = kept.get(key);
    if (known) return known;
    const { where, params } = DIMENSIONS.merchant.where([...merchants], '');
    // Not by the request's own reader, which stops with it: others wait for the same answer.
    const work = combinations(
      { lake },
      `select ${COUNTED.join(', ')}, sum(n) as n from ${readFilesSql(files)} where ${where} group by ${COUNTED.join(', ')}`,
      params,
    );
    kept.set(key, work);
    work.catch(() => kept.delete(key));
    for (const old of kept.keys()) {
      if (kept.size <= MAX_KEPT) break;
      kept.delete(old);
    }
    return work;
  };

  /** Counts of the open days, of some seconds ago at most. */
  const openDays = async (
    context: ApiContext,
    scope: LogFilter,
    plan: DayPlan | undefined,
  ): Promise<OpenCounts> => {
    const now = context.clock();
    // Until now is until now, whenever that is.
    const to = scope.toMs >= now ? 'now' : scope.toMs;
    const key = JSON.stringify([[...scope.merchants], [...scope.values], plan?.rest, scope.fromMs, to]);
    const known = open.get(key);
    if (known && now - known.atMs < OPEN_MS) return known;
    const asked = momentOf(context);
    const { notInLake } = findUnlanded(context, scope.merchants, asked);
    const around = aroundSql(scope, plan?.rest);
    const condition = allOf(filterSql(scope, plan?.rest), notInLake);
    const counted =
      plan && plan.rest.length === 0
        ? []
        : await combinations(context, countSql(condition.where, around), condition.params);
    const found = { atMs: now, moment: afterAnswer(context, asked), counted };
    if (found.moment.newest > asked.newest) open.set(key, found);
    for (const old of open.keys()) {
      if (open.size <= MAX_KEPT) break;
      open.delete(old);
    }
    return found;
  };

  return async (context, filter) => {
    const isOne = filter.values.has('transaction') || filter.values.has('session');
    // Which merchants, transactions and sessions: the rest is counted below.
    const scope: LogFilter = {
      ...filter,
      values: new Map(
        (['transaction', 'session'] as const).flatMap((name) => {
          const values = filter.values.get(name);
          return values ? [[name, values] as const] : [];
        }),
      ),
    };
    const plan = isOne ? undefined : await counts?.plan(filter.fromMs, filter.toMs);
    // The same moment for both: what is not in the one is in the other.
    const [closed, { counted, moment }] = await Promise.all([
      plan ? closedDays(plan, filter.merchants) : [],
      openDays(context, scope, plan),
    ]);
    const { rows, truncated } = await readUnlanded(context, filter.merchants, moment);
    const factsOf = await knowSessions(rows);
    const tally = createTally(filter);
    for (const { row, facts, n } of closed) tally.add(row, facts, n);
    for (const { row, facts, n } of counted) tally.add(row, facts, n);
    for (const row of rows) {
      const facts = factsOf(row);
      if (passes(scope, row, facts)) tally.add(row, facts, 1);
    }
    return { ...tally.answer(), truncated };
  };
};

const combinations = async (
  { lake }: Pick<ApiContext, 'lake'>,
  sql: string,
  params: readonly (string | number | boolean)[],
): Promise<Combination[]> => {
  const { rows } = await lake.query(sql, params);
  return rows.map((raw) => {
    const { n, sdk, anomaly, dt: _dt, ...row } = raw;
    return {
      row: withoutNulls(row),
      facts: { sdk: sdk === null || sdk === undefined ? null : Number(sdk), anomaly: anomaly === true },
      n: Number(n),
    };
  });
};

/** Adds up what each value of each column would give. */
const createTally = (filter: LogFilter) => {
  const chosen = FILTER_NAMES.filter((name) => filter.values.has(name));
  const counted = new Map<FilterName, Map<string, number>>(FACETS.map((name) => [name, new Map()]));
  let total = 0;
  const addTo = (name: FilterName, row: LakeRow, facts: SessionFacts | undefined, n: number): void => {
    const of = counted.get(name);
    const value = DIMENSIONS[name].of(row, facts);
    if (!of || value === null) return;
    const text = String(value);
    of.set(text, (of.get(text) ?? 0) + n);
  };
  return {
    add(row: LakeRow, facts: SessionFacts | undefined, n: number): void {
      if (!filter.merchants.has(row.merchant)) return;
      // The one column that keeps it out, if there is just one: there it counts, since its own filter does not.
      let out: FilterName | undefined;
      for (const name of chosen) {
        const value = DIMENSIONS[name].of(row, facts);
        // A combination says nothing of its transactions and sessions: its statement has picked them.
        if (!DIMENSIONS[name].counted && value === undefined) continue;
        if (value !== null && filter.values.get(name)!.includes(value)) continue;
        if (out) return;
        out = name;
      }
      if (out) {
        addTo(out, row, facts, n);
        return;
      }
      total += n;
      for (const name of FACETS) addTo(name, row, facts, n);
    },
    answer(): Omit<FacetsAnswer, 'truncated'> {
      const facets: Partial<Record<FilterName, { value: string; n: number }[]>> = {};
      for (const [name, values] of counted) {
        facets[name] = [...values]
          .map(([value, n]) => ({ value, n }))
          .sort((a, b) => b.n - a.n || (a.value < b.value ? -1 : 1))
          .slice(0, MAX_VALUES);
      }
      return { total, facets };
    },
  };
};
