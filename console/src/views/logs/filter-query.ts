import type { FilterName } from '@gander/collector/api';
import { attributeText, className, codeLabel, fieldName, typeName, versionText } from '../../shell/format.ts';
import { merchantName } from '../../shell/session.ts';

interface FilterText {
  /** Heading of its values. */
  readonly title: string;
  /** A value as people read it. */
  readonly label: (value: string) => string;
}

/** What each column that logs are filtered by is called; the API's type says which there are. */
// biome-ignore format: one row is one line
export const FILTERS: Readonly<Record<FilterName, FilterText>> = {
  merchant: { title: 'Merchant', label: (v) => merchantName(v) },
  class: { title: 'Class', label: (v) => `${v}xx ${className(Number(v))}` },
  code: { title: 'Code', label: (v) => `${v} ${codeLabel(Number(v))}` },
  field: { title: 'Field', label: (v) => fieldName(Number(v)) },
  method: { title: 'Method', label: (v) => attributeText('method', Number(v)) },
  step: { title: 'Step', label: (v) => v },
  type: { title: 'Payment', label: (v) => typeName(Number(v)) },
  anomaly: { title: 'Anomaly', label: (v) => (v === 'true' ? 'session has one' : 'session has none') },
  assurance: { title: 'Assurance', label: (v) => `A${v}` },
  late: { title: 'Delivery', label: (v) => (v === 'true' ? 'late' : 'in time') },
  sdk: { title: 'SDK version', label: (v) => versionText(Number(v)) },
  typing: { title: 'Between keys', label: (v) => `from ${v} ms` },
  transaction: { title: 'Transaction', label: (v) => v },
  session: { title: 'Session', label: (v) => v },
};
export const FILTER_NAMES = Object.keys(FILTERS) as FilterName[];

/** Stretches of time to choose from. */
export const RANGES = [
  { id: '15m', label: '15 minutes', ms: 900_000 },
  { id: '1h', label: '1 hour', ms: 3_600_000 },
  { id: '24h', label: '24 hours', ms: 86_400_000 },
  { id: '7d', label: '7 days', ms: 604_800_000 },
  { id: '30d', label: '30 days', ms: 2_592_000_000 },
  { id: '365d', label: '1 year', ms: 31_536_000_000 },
] as const;
const DEFAULT_RANGE = '24h';

/** The stretch that an address chooses; the default where it chooses none, or one that there is not. */
export const rangeOf = (query: URLSearchParams): (typeof RANGES)[number] =>
  RANGES.find((r) => r.id === query.get('range')) ?? RANGES.find((r) => r.id === DEFAULT_RANGE)!;

/**
 * The API's query for the address's: chosen values, and the range as times; whole minutes, so that a page and its counts agree, and
 * counts that the server has made a moment ago are good for the next choice.
 */
export const apiQuery = (query: URLSearchParams, nowMs: number): string => {
  const out = new URLSearchParams();
  for (const name of FILTER_NAMES) for (const value of query.getAll(name)) out.append(name, value);
  const from = query.get('from');
  const to = query.get('to');
  out.set('from', from ?? String(Math.floor((nowMs - rangeOf(query).ms) / 60_000) * 60_000));
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
export const valueLabel = (name: FilterName, value: string): string => FILTERS[name].label(value);

/** Class of a value's colour: a class's own, a code's by its first digit. */
export const valueClass = (name: FilterName, value: string): string =>
  name === 'class' ? `class-${value}` : name === 'code' ? `class-${value[0]}` : '';
