import type { LakeRow } from '@gander/log-codes';
import type { FacetsAnswer, FilterName } from './api.ts';
import { type ApiContext, withoutNulls } from './context.ts';
import { COUNTED, countSql } from './day-counts.ts';
import { aroundRestSql, type DayFiles, type DayPlan, readFilesSql, restSql } from './day-files.ts';
import {
  allOf,
  DIMENSIONS,
  dayOf,
  daysSql,
  FACETS,
  FILTER_NAMES,
  filterSql,
  type LogFilter,
  passes,
  type SessionFacts,
} from './log-filter.ts';
import type { KnowSessions } from './session-facts.ts';
import { readUnlanded } from './unlanded.ts';

/** Most values that are told of a column. */
const MAX_VALUES = 40;
/** Counts of so many ranges are kept in memory. */
const MAX_KEPT = 4;
const DAY_MS = 24 * 3600 * 1000;

/** Logs of one combination of values: how many, and a row that looks like each of them. */
interface Combination {
  readonly row: LakeRow;
  readonly facts: SessionFacts;
  readonly n: number;
}

export type ReadFacets = (context: ApiContext, filter: LogFilter) => Promise<FacetsAnswer>;

/**
 * Tells how many logs there are, and of each value of each column: a column's own filter does not count for itself, so that one sees
 * what another choice would give. Counted are combinations of values, which do not depend on what is chosen: another choice needs no
 * other statement but for the days that are not counted yet.
 */
export const createReadFacets = (counts: DayFiles | undefined, knowSessions: KnowSessions): ReadFacets => {
  const kept = new Map<string, Promise<Combination[]>>();

  const closedDays = (
    context: ApiContext,
    { files }: DayPlan,
    merchants: ReadonlySet<string>,
  ): Promise<Combination[]> => {
    if (files.length === 0) return Promise.resolve([]);
    const key = [...files, ...merchants].join();
    const known = kept.get(key);
    if (known) return known;
    const { where, params } = DIMENSIONS.merchant.where([...merchants], '');
    // Not stopped with its request: the next one asks for the same.
    const work = combinations(
      { ...context, lake: context.lake },
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

  return async (context, filter) => {
    const unlanded = readUnlanded(context, filter.merchants);
    const factsOf = await knowSessions(unlanded.rows);
    // Which merchants, transactions and sessions: the rest is counted below.
    const isOne = filter.values.has('transaction') || filter.values.has('session');
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
    const days = plan && (plan.rest.length ? restSql(plan) : 'false');
    const around = plan
      ? aroundRestSql(plan)
      : daysSql(dayOf(filter.fromMs - DAY_MS), dayOf(filter.toMs + DAY_MS));
    const condition = allOf(filterSql(scope, days), unlanded.notInLake);
    const [closed, open] = await Promise.all([
      plan ? closedDays(context, plan, filter.merchants) : [],
      days === 'false' ? [] : combinations(context, countSql(condition.where, around), condition.params),
    ]);
    const tally = createTally(filter);
    for (const { row, facts, n } of closed) tally.add(row, facts, n);
    for (const { row, facts, n } of open) tally.add(row, facts, n);
    for (const row of unlanded.rows) {
      const facts = factsOf(row);
      if (passes(scope, row, facts)) tally.add(row, facts, 1);
    }
    return tally.answer();
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
    answer(): FacetsAnswer {
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
