import { attributeText, className, codeLabel, fieldName, typeName, versionText } from '../../shell/format.ts';
import { merchantName } from '../../shell/session.ts';

/** Columns that the logs are filtered by, as the API names them. */
export const FILTERS = [
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
  'transaction',
  'session',
] as const;
export type FilterName = (typeof FILTERS)[number];

/** Stretches of time to choose from. */
export const RANGES = [
  { id: '15m', label: '15 minutes', ms: 900_000 },
  { id: '1h', label: '1 hour', ms: 3_600_000 },
  { id: '24h', label: '24 hours', ms: 86_400_000 },
  { id: '7d', label: '7 days', ms: 604_800_000 },
  { id: '30d', label: '30 days', ms: 2_592_000_000 },
  { id: '365d', label: '1 year', ms: 31_536_000_000 },
] as const;
export const DEFAULT_RANGE = '24h';

/** The API's query for the address's: chosen values, and the range as times, whole seconds so that a page and its counts agree. */
export const apiQuery = (query: URLSearchParams, nowMs: number): string => {
  const out = new URLSearchParams();
  for (const name of FILTERS) for (const value of query.getAll(name)) out.append(name, value);
  const from = query.get('from');
  const to = query.get('to');
  const range = RANGES.find((r) => r.id === (query.get('range') ?? DEFAULT_RANGE)) ?? RANGES[2];
  out.set('from', from ?? String(Math.floor((nowMs - range.ms) / 1000) * 1000));
  if (to) out.set('to', to);
  return out.toString();
};

/** The address with one value of a column chosen, or not any more. */
export const toggled = (query: URLSearchParams, name: FilterName, value: string): string => {
  const out = new URLSearchParams(query);
  const values = out.getAll(name);
  out.delete(name);
  const next = values.includes(value) ? values.filter((v) => v !== value) : [...values, value];
  for (const v of next) out.append(name, v);
  return out.toString();
};

/** A filter's value as people read it. @example valueLabel('code', '220') // '220 Paste' */
export const valueLabel = (name: FilterName, value: string): string => {
  if (name === 'merchant') return merchantName(value);
  if (name === 'class') return `${value}xx ${className(Number(value))}`;
  if (name === 'code') return `${value} ${codeLabel(Number(value))}`;
  if (name === 'type') return typeName(Number(value));
  if (name === 'field') return fieldName(Number(value));
  if (name === 'method') return attributeText('method', Number(value));
  if (name === 'assurance') return `A${value}`;
  if (name === 'sdk') return versionText(Number(value));
  if (name === 'late') return value === 'true' ? 'late' : 'in time';
  return value;
};

/** Class of a value's colour: a class's own, a code's by its first digit. */
export const valueClass = (name: FilterName, value: string): string =>
  name === 'class' ? `class-${value}` : name === 'code' ? `class-${value[0]}` : '';
