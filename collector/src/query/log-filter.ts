import type { LakeRow } from '@gander/log-codes';
import { ApiError } from './api-errors.ts';

/** A value of a statement's parameter. */
export type SqlValue = string | number | boolean;

/** How one column is filtered: its parameter in the address, its SQL, and the same for a row in memory. */
interface Dimension {
  readonly name: string;
  /** SQL expression over `logs_all`. */
  readonly sql: string;
  /** The same of a row; null where the log has no such thing. */
  readonly of: (row: LakeRow) => SqlValue | null;
  /** Form of a value in the address. */
  readonly form: RegExp;
  readonly type: 'number' | 'text' | 'boolean';
}

const number = (value: unknown): number | null => (typeof value === 'number' ? value : null);
const text = (value: unknown): string | null => (typeof value === 'string' ? value : null);

/** All columns that the logs view filters by value, in the order in which it shows them. */
// biome-ignore format: one row is one line
export const DIMENSIONS = [
  { name: 'merchant', sql: 'merchant', of: (r) => r.merchant, form: /^[0-9a-f]{16}$/, type: 'text' },
  { name: 'class', sql: '(code % 1000) // 100', of: (r) => Math.floor((r.code % 1000) / 100), form: /^\d$/, type: 'number' },
  { name: 'code', sql: 'code % 1000', of: (r) => r.code % 1000, form: /^\d{1,3}$/, type: 'number' },
  { name: 'type', sql: 'code // 1000', of: (r) => Math.floor(r.code / 1000), form: /^\d$/, type: 'number' },
  { name: 'field', sql: 'field', of: (r) => number(r.field), form: /^\d{1,3}$/, type: 'number' },
  { name: 'method', sql: 'method', of: (r) => number(r.method), form: /^\d$/, type: 'number' },
  { name: 'step', sql: 'step', of: (r) => text(r.step), form: /^[a-z0-9._/-]{1,40}$/, type: 'text' },
  { name: 'sdk', sql: 'sdk_version', of: (r) => number(r.sdk_version), form: /^\d{1,7}$/, type: 'number' },
  { name: 'assurance', sql: 'assurance', of: (r) => r.assurance, form: /^[1-3]$/, type: 'number' },
  { name: 'late', sql: 'late', of: (r) => r.late, form: /^(true|false)$/, type: 'boolean' },
  { name: 'transaction', sql: '"transaction"', of: (r) => r.transaction, form: /^[A-Za-z0-9_~-]{1,64}$/, type: 'text' },
  { name: 'session', sql: 'session', of: (r) => r.session, form: /^[0-9a-f]{32}$/, type: 'text' },
] as const satisfies readonly Dimension[];

export type DimensionName = (typeof DIMENSIONS)[number]['name'];

/** Columns whose values are counted beside the list. */
export const FACETS: readonly DimensionName[] = [
  'merchant',
  'class',
  'code',
  'type',
  'field',
  'method',
  'step',
  'sdk',
  'assurance',
  'late',
];

/** What logs to show: every column's chosen values, and a stretch of time. */
export interface LogFilter {
  /** The merchants that the user may read, or those of them that were asked for. Never empty of meaning: no merchant, no rows. */
  readonly merchants: ReadonlySet<string>;
  readonly values: ReadonlyMap<DimensionName, readonly SqlValue[]>;
  /** By receive time, which is what partitions the lake; ms since 1970, from inclusive, to exclusive. */
  readonly fromMs: number;
  readonly toMs: number;
}

/** Longest stretch of time, ms: as long as the lake keeps logs. */
const MAX_RANGE_MS = 400 * 24 * 3600 * 1000;
const DEFAULT_RANGE_MS = 24 * 3600 * 1000;
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
  const values = new Map<DimensionName, SqlValue[]>();
  for (const { name, form, type } of DIMENSIONS) {
    if (name === 'merchant') continue;
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

/** A condition and its parameters, in order. */
export interface SqlCondition {
  readonly where: string;
  readonly params: readonly SqlValue[];
}

/**
 * The filter as SQL over `logs_all`, values as parameters only.
 * @param without a column whose filter is left out, for counting its values
 */
export const filterSql = (filter: LogFilter, without?: DimensionName): SqlCondition => {
  const parts: string[] = [];
  const params: SqlValue[] = [];
  const oneOf = (sql: string, values: readonly SqlValue[]): void => {
    if (values.length === 0) parts.push('false');
    else if (values.length === 1) parts.push(`${sql} = ?`);
    else parts.push(`${sql} in (${values.map(() => '?').join(', ')})`);
    params.push(...values);
  };
  oneOf('merchant', [...filter.merchants]);
  parts.push('dt between ? and ?', 'event_ts + lag_ms >= ?', 'event_ts + lag_ms < ?');
  params.push(dayOf(filter.fromMs), dayOf(filter.toMs), filter.fromMs, filter.toMs);
  for (const { name, sql } of DIMENSIONS) {
    const values = filter.values.get(name);
    if (values && name !== without) oneOf(sql, values);
  }
  return { where: parts.join(' and '), params };
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
export const passes = (filter: LogFilter, row: LakeRow, without?: DimensionName): boolean => {
  const received = row.event_ts + row.lag_ms;
  if (!filter.merchants.has(row.merchant) || received < filter.fromMs || received >= filter.toMs)
    return false;
  for (const { name, of } of DIMENSIONS) {
    const values = filter.values.get(name);
    if (!values || name === without) continue;
    const value = of(row);
    if (value === null || !values.includes(value)) return false;
  }
  return true;
};

const dayOf = (ms: number): string => new Date(ms).toISOString().slice(0, 10);
