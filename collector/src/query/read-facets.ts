import type { FacetsAnswer } from './api.ts';
import type { ApiContext } from './context.ts';
import { DIMENSIONS, type DimensionName, FACETS, filterSql, type LogFilter, passes } from './log-filter.ts';
import { unlandedRows } from './read-logs.ts';

/** Most values that are told of a column. */
const MAX_VALUES = 40;
/** How often counting starts over when landing moved meanwhile, and so a log may have been counted twice or not at all. */
const TRIES = 3;

const BY_NAME = new Map<string, (typeof DIMENSIONS)[number]>(DIMENSIONS.map((d) => [d.name, d]));

/**
 * How many logs there are, and of each value of each column: a column's own filter does not count for itself, so that one sees what
 * another choice would give.
 */
export const readFacets = async (context: ApiContext, filter: LogFilter): Promise<FacetsAnswer> => {
  const open = FACETS.filter((name) => !isChosen(filter, name));
  const chosen = FACETS.filter((name) => isChosen(filter, name));
  for (let attempt = 1; ; attempt++) {
    const began = positionOf(context);
    const rows = unlandedRows(context, filter);
    const counts = new Map<string, Map<string, number>>();
    const add = (facet: string, value: unknown, n: number): void => {
      if (value === null || value === undefined) return;
      const of = counts.get(facet) ?? new Map<string, number>();
      const text = String(value as string | number | boolean);
      counts.set(facet, of.set(text, (of.get(text) ?? 0) + n));
    };
    const answers = await Promise.all([
      count(context, filter, open),
      ...chosen.map((name) => count(context, filter, [name], name)),
    ]);
    if (attempt < TRIES && positionOf(context) !== began) continue;
    for (const answer of answers) for (const { facet, value, n } of answer) add(facet, value, n);
    for (const row of rows) {
      if (passes(filter, row)) add('', 'total', 1);
      for (const name of FACETS) if (passes(filter, row, name)) add(name, BY_NAME.get(name)!.of(row), 1);
    }
    const facets: Record<string, { value: string; n: number }[]> = {};
    for (const name of FACETS) {
      facets[name] = [...(counts.get(name) ?? [])]
        .map(([value, n]) => ({ value, n }))
        .sort((a, b) => b.n - a.n || (a.value < b.value ? -1 : 1))
        .slice(0, MAX_VALUES);
    }
    return { total: counts.get('')?.get('total') ?? 0, facets };
  }
};

const isChosen = (filter: LogFilter, name: DimensionName): boolean => filter.values.has(name);

const positionOf = ({ landed }: ApiContext): string => (landed ? JSON.stringify(landed()) : '');

interface Counted {
  readonly facet: string;
  readonly value: unknown;
  readonly n: number;
}

/** Counts the values of some columns in one pass; and all rows, when no column's own filter is left out. */
const count = async (
  context: ApiContext,
  filter: LogFilter,
  names: readonly DimensionName[],
  without?: DimensionName,
): Promise<Counted[]> => {
  const { where, params } = filterSql(filter, without);
  const columns = names.map((name) => `${BY_NAME.get(name)!.sql} as f_${name}`);
  const sets = [...names.map((name) => `(f_${name})`), ...(without ? [] : ['()'])];
  const { rows } = await context.lake.query(
    `with f as (select ${[...columns, '1 as one'].join(', ')} from logs_all where ${where})
     select ${names.map((name) => `f_${name}, grouping(f_${name}) as g_${name}, `).join('')}count(*) as n
     from f group by grouping sets (${sets.join(', ')})`,
    params,
  );
  return rows.flatMap((row): Counted[] => {
    const n = Number(row.n);
    const name = names.find((f) => Number(row[`g_${f}`]) === 0);
    return name ? [{ facet: name, value: row[`f_${name}`], n }] : [{ facet: '', value: 'total', n }];
  });
};
