import { ATTRIBUTE, FIELD_CLASSES, type FieldClassId, LOG_CODE } from '@gander/log-codes';
import { encodeLog, type Log } from '@gander/log-codes/encode';

/**
 * A log in words, and how many bytes it takes on the wire (its time not counted in).
 * @example describeLog(paste({ field: 1, field_no: 3 })) // '220 Paste · field card-number, field_no 3 · 4 B'
 */
export const describeLog = (log: Log): string => {
  const [code, ...args] = log;
  const row = LOG_CODE.get(code);
  const words = (row?.attributes ?? []).flatMap((name, i) => {
    const attribute = ATTRIBUTE.get(name)!;
    const arg = args[i] ?? 0;
    if (typeof arg === 'string') return `${name} ${arg}`;
    if (attribute.optional && !arg) return [];
    const raw = attribute.optional ? arg - 1 : arg;
    const value = attribute.type === 'int' ? (raw % 2 ? -(raw + 1) / 2 : raw / 2) : raw;
    return `${name} ${valueName(name, value)}${attribute.unit ? ` ${attribute.unit}` : ''}`;
  });
  const bytes: number[] = [];
  encodeLog(bytes, log, 0, []);
  return [`${code} ${row?.label ?? 'unknown'}`, words.join(', '), `${bytes.length} B`]
    .filter(Boolean)
    .join(' · ');
};

const valueName = (name: string, value: number): string => {
  if (name === 'field') return fieldClassName(value as FieldClassId);
  const { type, values } = ATTRIBUTE.get(name)!;
  const names = Object.entries(values ?? {});
  if (type === 'bits')
    return (
      names
        .filter(([, bit]) => value & bit)
        .map(([word]) => word)
        .join('+') || 'none'
    );
  return names.find(([, number]) => number === value)?.[0] ?? String(value);
};

export const fieldClassName = (id: FieldClassId): string =>
  FIELD_CLASSES.find((row) => row.id === id)?.name ?? String(id);
