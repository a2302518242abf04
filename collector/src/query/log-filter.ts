import type { LakeRow } from '@gander/log-codes';
import { DAY_MS } from '../lake/days.ts';
import type { FilterName } from './api.ts';
import { ApiError } from './api-errors.ts';
import { aroundSql, daysSql, type Stretch } from './days-sql.ts';

/** A value of a statement's parameter. */
export type SqlValue = string | number | boolean;

/** What holds for a session as a whole, whichever of its logs says it. */
export interface SessionFacts {
  /** SDK version, which only its first log carries; null while unknown. */
  readonly sdk: number | null;
  /** Whether a log of class 4xx came of it. */
  readonly anomaly: boolean;
}

/** How one column is filtered: in the address, in SQL, and the same for a row in memory. */
interface Dimension {
  /** Form of a value in the address. */
  readonly form: RegExp;
  readonly type: 'number' | 'text' | 'boolean';
  /** Value of a row; null where the log has no such thing. */
  readonly of: (row: LakeRow, facts?: SessionFacts) => SqlValue | null;
  /** SQL over `logs_all`, the same in DuckDB and Trino; `days` is a condition on `dt` that a subquery needs too. */
  readonly where: (values: readonly SqlValue[], days: string) => SqlCondition;
  /** Whether its values are counted beside the list. */
  readonly counted: boolean;
}

/** A condition and its parameters, in order. */
export interface SqlCondition {
  readonly where: string;
  readonly params: readonly SqlValue[];
}

/** Typed visits are told apart by their median time between keys in steps of so many ms, */
export const TYPING_STEP_MS = 25;
/** up to here. */
export const TYPING_MAX_MS = 600;

/** A typed visit's step, ms; null of other logs. A row of counts carries it. */
export const typingOf = (row: LakeRow): number | null => {
  const counted = number(row.typing_ms);
  const flight = number(row.flight_p50_ms);
  if (counted !== null || flight === null) return counted;
  const capped = Math.min(flight, TYPING_MAX_MS);
  return capped - (capped % TYPING_STEP_MS);
};

const number = (value: unknown): number | null => (typeof value === 'number' ? value : null);
const text = (value: unknown): string | null => (typeof value === 'string' ? value : null);

const oneOf =
  (sql: string) =>
  (values: readonly SqlValue[]): SqlCondition => ({
    where:
      values.length === 0
        ? 'false'
        : values.length === 1
          ? `${sql} = ?`
          : `${sql} in (${values.map(() => '?').join(', ')})`,
    params: values,
  });
/** Numbers that stand for ranges of another: division is written differently in every engine. */
const ranges =
  (sql: string, width: number) =>
  (values: readonly SqlValue[]): SqlCondition => ({
    where: `(${values.map((v) => `${sql} between ${Number(v) * width} and ${(Number(v) + 1) * width - 1}`).join(' or ')})`,
    params: [],
  });
/** Sessions of which some log holds a condition. */
const sessions = (condition: string, days: string): string =>
  `session in (select session from logs_all where ${days} and ${condition})`;

/** Condition on the logs that say an oddity. */
export const ODDITY_SQL = 'code % 1000 between 400 and 499';

/** All columns that logs are filtered by value, in the order in which their values are shown. */
// biome-ignore format: one row is one line
export const DIMENSIONS: Readonly<Record<FilterName, Dimension>> = {
  merchant: { form: /^[0-9a-f]{16}$/, type: 'text', counted: true, of: (r) => r.merchant, where: oneOf('merchant') },
  class: { form: /^\d$/, type: 'number', counted: true, of: (r) => Math.floor((r.code % 1000) / 100), where: ranges('code % 1000', 100) },
  code: { form: /^\d{1,3}$/, type: 'number', counted: true, of: (r) => r.code % 1000, where: oneOf('code % 1000') },
  type: { form: /^\d$/, type: 'number', counted: true, of: (r) => Math.floor(r.code / 1000), where: ranges('code', 1000) },
  field: { form: /^\d{1,3}$/, type: 'number', counted: true, of: (r) => number(r.field), where: oneOf('field') },
  method: { form: /^\d$/, type: 'number', counted: true, of: (r) => number(r.method), where: oneOf('method') },
  step: { form: /^[a-z0-9._/-]{1,40}$/, type: 'text', counted: true, of: (r) => text(r.step), where: oneOf('step') },
  typing: {
    form: /^\d{1,3}$/, type: 'number', counted: false, of: (r) => typingOf(r),
    where: (values) => ({ where: `(${values.map((v) => `flight_p50_ms between ${Number(v)} and ${Number(v) < TYPING_MAX_MS ? Number(v) + TYPING_STEP_MS - 1 : 2 ** 40}`).join(' or ')})`, params: [] }),
  },
  anomaly: {
    form: /^(true|false)$/, type: 'boolean', counted: true, of: (_r, facts) => facts?.anomaly ?? false,
    where: (values, days) => {
      const odd = sessions(ODDITY_SQL, days);
      return { where: values.length > 1 ? 'true' : values[0] ? odd : `not (${odd})`, params: [] };
    },
  },
  sdk: {
    form: /^\d{1,7}$/, type: 'number', counted: true, of: (_r, facts) => facts?.sdk ?? null,
    where: (values, days) => {
      const { where, params } = oneOf('sdk_version')(values);
      return { where: sessions(`code % 1000 = 100 and ${where}`, days), params };
    },
  },
  assurance: { form: /^[1-3]$/, type: 'number', counted: true, of: (r) => r.assurance, where: oneOf('assurance') },
  late: { form: /^(true|false)$/, type: 'boolean', counted: true, of: (r) => r.late, where: oneOf('late') },
  transaction: { form: /^[A-Za-z0-9_~-]{1,64}$/, type: 'text', counted: false, of: (r) => r.transaction, where: oneOf('"transaction"') },
  session: { form: /^[0-9a-f]{32}$/, type: 'text', counted: false, of: (r) => r.session, where: oneOf('session') },
};

export const FILTER_NAMES = Object.keys(DIMENSIONS) as FilterName[];
/** Columns whose values are counted beside the list. */
export const FACETS = FILTER_NAMES.filter((name) => DIMENSIONS[name].counted);

/** What logs to show: every column's chosen values, and a stretch of time: that of receipt, which is what partitions the lake. */
export interface LogFilter extends Stretch {
  /** The merchants that the user may read. Never empty of meaning: no merchant, no rows. */
  readonly merchants: ReadonlySet<string>;
  readonly values: ReadonlyMap<FilterName, readonly SqlValue[]>;
}

/** Longest stretch of time, ms: as long as the lake keeps logs. */
const MAX_RANGE_MS = 400 * DAY_MS;
const DEFAULT_RANGE_MS = DAY_MS;
/** Most values of one column. */
const MAX_VALUES = 100;

/**
 * Reads a filter from an address: `class=4&field=1&field=2&from=…&to=…`.
 * @throws ApiError `bad_request` on what is not of its form
 */
export const parseFilter = (
  query: URLSearchParams,
  merchants: ReadonlySet<string>,
  nowMs: number,
): LogFilter => {
  const toMs = timeOf(query.get('to')) ?? nowMs + 60_000;
  const fromMs = timeOf(query.get('from')) ?? toMs - DEFAULT_RANGE_MS;
  if (fromMs > toMs || toMs - fromMs > MAX_RANGE_MS) throw new ApiError('bad_request');
  const values = new Map<FilterName, SqlValue[]>();
  for (const name of FILTER_NAMES) {
    const { form, type } = DIMENSIONS[name];
    const given = query.getAll(name);
    if (given.length === 0) continue;
    if (given.length > MAX_VALUES || !given.every((v) => form.test(v))) throw new ApiError('bad_request');
    values.set(
      name,
      given.map((v) => (type === 'number' ? Number(v) : type === 'boolean' ? v === 'true' : v)),
    );
  }
  return { merchants, values, fromMs, toMs };
};

const timeOf = (value: string | null): number | undefined => {
  if (value === null) return;
  if (!/^\d{1,14}$/.test(value)) throw new ApiError('bad_request');
  return Number(value);
};

/** The merchants that a filter is about: those chosen, of those that may be read. */
export const merchantsOf = ({ merchants, values }: LogFilter): Set<string> => {
  const chosen = values.get('merchant');
  return chosen ? new Set(chosen.map(String).filter((m) => merchants.has(m))) : new Set(merchants);
};

/** Joins conditions by AND. */
export const allOf = (...conditions: readonly (SqlCondition | undefined)[]): SqlCondition => {
  const given = conditions.filter((c) => c !== undefined);
  return {
    where: given.map((c) => c.where).join(' and ') || 'true',
    params: given.flatMap((c) => c.params),
  };
};

/**
 * The filter as SQL over `logs_all`, values as parameters only.
 * @param days receive days that it is about, when they are not those of the whole range
 */
export const filterSql = (filter: LogFilter, days?: readonly string[]): SqlCondition => {
  const around = aroundSql(filter, days);
  return allOf(
    DIMENSIONS.merchant.where([...merchantsOf(filter)], ''),
    { where: daysSql(filter, days), params: [] },
    {
      where: 'event_ts + lag_ms >= ? and event_ts + lag_ms < ?',
      params: [Math.trunc(filter.fromMs), Math.trunc(filter.toMs)],
    },
    ...FILTER_NAMES.filter((name) => name !== 'merchant' && filter.values.has(name)).map((name) =>
      DIMENSIONS[name].where(filter.values.get(name)!, around),
    ),
  );
};

/** The same with the values written into the text; they are numbers, or of forms that hold no quote. */
export const inlineSql = ({ where, params }: SqlCondition): string => {
  let i = 0;
  return where.replaceAll('?', () => {
    const value = params[i++];
    return typeof value === 'string' ? `'${value.replaceAll("'", "''")}'` : String(value);
  });
};

/** Whether a row in memory passes the filter: the same answer as {@link filterSql} gives in the lake. */
export const passes = (filter: LogFilter, row: LakeRow, facts?: SessionFacts): boolean => {
  const received = row.event_ts + row.lag_ms;
  if (received < filter.fromMs || received >= filter.toMs) return false;
  return hasValues(filter, row, facts);
};

/** The same without a look at the time. @param without a column whose filter is left out, for counting its values */
export const hasValues = (
  filter: LogFilter,
  row: LakeRow,
  facts?: SessionFacts,
  without?: FilterName,
): boolean => {
  if (!filter.merchants.has(row.merchant)) return false;
  for (const [name, values] of filter.values) {
    if (name === without) continue;
    const value = DIMENSIONS[name].of(row, facts);
    if (value === null || !values.includes(value)) return false;
  }
  return true;
};

/** Whether the filter asks for something that a row alone does not say. */
export const needsFacts = (filter: LogFilter): boolean =>
  filter.values.has('sdk') || filter.values.has('anomaly');
