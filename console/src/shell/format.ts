import { ATTRIBUTE, FIELD_CLASSES, LOG_CLASSES, LOG_CODE, TRANSACTION_TYPES } from '@gander/log-codes';

/** A length of time as people say it. @example duration(4210) // '4.2 s' */
export const duration = (ms: number): string => {
  if (ms < 1000) return `${Math.round(ms)} ms`;
  if (ms < 59_950) return `${(ms / 1000).toFixed(1)} s`;
  const seconds = Math.round(ms / 1000);
  const minutes = Math.floor(seconds / 60);
  if (minutes < 60) return `${minutes} min ${String(seconds % 60).padStart(2, '0')} s`;
  return `${Math.floor(minutes / 60)} h ${String(minutes % 60).padStart(2, '0')} min`;
};

/**
 * Time since a start, for an axis and a list.
 * @param decimals of the seconds, 1 to 3
 * @example offset(72_400) // '1:12.4'
 */
export const offset = (ms: number, decimals = 1): string => {
  const whole = Math.floor(Math.max(0, ms));
  const hours = Math.floor(whole / 3_600_000);
  const minutes = Math.floor(whole / 60_000) % 60;
  const parts = String(whole % 1000)
    .padStart(3, '0')
    .slice(0, decimals);
  const rest = `${String(Math.floor(whole / 1000) % 60).padStart(2, '0')}.${parts}`;
  return hours ? `${hours}:${String(minutes).padStart(2, '0')}:${rest}` : `${minutes}:${rest}`;
};

/** Local time of day, to the second. */
export const timeOfDay = (ms: number): string => new Date(ms).toLocaleTimeString('en-GB');

/** Local date and time of day. @example dateTime(0) // '1 Jan 1970, 00:00:00' */
export const dateTime = (ms: number): string =>
  `${new Date(ms).toLocaleDateString('en-GB', { day: 'numeric', month: 'short', year: 'numeric' })}, ${timeOfDay(ms)}`;

/** Time of day, with the day where it is another than today. @example dayTime(0, Date.now()) // '1 Jan 00:00:00' */
export const dayTime = (ms: number, nowMs: number): string =>
  new Date(ms).toDateString() === new Date(nowMs).toDateString()
    ? timeOfDay(ms)
    : `${new Date(ms).toLocaleDateString('en-GB', { day: 'numeric', month: 'short' })} ${timeOfDay(ms)}`;

/** How long ago. @example ago(3200) // '3 s ago' */
export const ago = (ms: number): string => {
  if (ms < 2000) return 'now';
  if (ms < 60_000) return `${Math.floor(ms / 1000)} s ago`;
  if (ms < 3_600_000) return `${Math.floor(ms / 60_000)} min ago`;
  if (ms < 172_800_000) return `${Math.floor(ms / 3_600_000)} h ago`;
  return `${Math.floor(ms / 86_400_000)} days ago`;
};

export const count = (n: number, one: string, many = `${one}s`): string =>
  `${n.toLocaleString('en')} ${n === 1 ? one : many}`;

/** Where a class has a name that people know better than ours. */
const KNOWN_AS: Readonly<Record<string, string>> = {
  'card-csc': 'Card security code',
  'card-name': 'Name on card',
  otp: 'One-time code',
  pin: 'PIN',
  'national-id': 'National ID',
  frame: 'Payment frame',
};
const FIELD_NAMES = new Map<number, string>(
  FIELD_CLASSES.map((c) => [c.id, KNOWN_AS[c.name] ?? words(c.name)]),
);

/** A field class as people say it. @example fieldName(1) // 'Card number' */
export const fieldName = (id: number): string => FIELD_NAMES.get(id) ?? `Field class ${id}`;

export const typeName = (id: number): string => TRANSACTION_TYPES[id]?.label ?? `Type ${id}`;
export const className = (id: number): string =>
  LOG_CLASSES.find((c) => c.id === id)?.label ?? `Class ${id}xx`;

/** Label of a code, by its event number; a code of a newer version shows its number. */
export const codeLabel = (event: number): string => LOG_CODE.get(event)?.label ?? `Code ${event}`;

/** One attribute's value as people read it. @example attributeText('method', 2) // 'pasted' */
export const attributeText = (name: string, value: number | string | boolean): string => {
  const attribute = ATTRIBUTE.get(name);
  if (typeof value === 'boolean') return value ? 'yes' : 'no';
  if (name === 'field') return fieldName(Number(value));
  if (name === 'sdk_version') return versionText(Number(value));
  if (!attribute || typeof value === 'string') return String(value);
  if (attribute.type === 'enum') {
    const found = Object.entries(attribute.values ?? {}).find(([, id]) => id === value);
    return found ? found[0].replaceAll('_', ' ') : String(value);
  }
  if (attribute.type === 'bits') {
    const found = Object.entries(attribute.values ?? {}).filter(([, bit]) => value & bit);
    return found.length ? found.map(([n]) => n.replaceAll('_', ' ')).join(', ') : 'none';
  }
  if (attribute.unit === 'ms') return duration(value);
  return value.toLocaleString('en') + (attribute.unit ? ` ${attribute.unit}` : '');
};

/** `major × 10,000 + minor × 100 + patch` as text. */
export const versionText = (version: number): string =>
  `${Math.floor(version / 10_000)}.${Math.floor(version / 100) % 100}.${version % 100}`;

/** An attribute's name as people say it. @example attributeLabel('since_focus_ms') // 'since focus' */
export const attributeLabel = (name: string): string =>
  name.replace(/_(ms|pct|us|px|s|min)$/, '').replaceAll('_', ' ');

function words(name: string): string {
  const text = name.replaceAll('-', ' ');
  return text[0]!.toUpperCase() + text.slice(1);
}

/** How often, in a word. @example times(2) // 'twice' */
export const times = (n: number): string => (n === 1 ? 'once' : n === 2 ? 'twice' : `${n} times`);
