import { ATTRIBUTE, FIELD_CLASSES, type FieldClassId, LOG_CODE } from '@gander/log-codes';
import { encodeFrame, encodeLog, type Log } from '@gander/log-codes/encode';

/**
 * A log in words, and how many bytes it takes on the wire (its time not counted in).
 * @example describeLog(paste({ field: 1, field_no: 3 })) // '220 Paste · field card-number, field_no 3 · 4 B'
 */
export const describeLog = (log: Log): string => {
  const [code, ...args] = log;
  const row = LOG_CODE.get(code);
  const values = new Map<string, number>();
  const words = (row?.attributes ?? []).flatMap((name, i) => {
    const attribute = ATTRIBUTE.get(name)!;
    const arg = args[i] ?? 0;
    if (typeof arg === 'string') return `${name} ${arg}`;
    if (attribute.optional && !arg) return [];
    const raw = arg < 0 ? -1 - arg : attribute.optional ? arg - 1 : arg;
    const below = attribute.above === undefined ? 0 : (values.get(attribute.above) ?? 0);
    const value = attribute.type === 'int' ? (raw % 2 ? -(raw + 1) / 2 : raw / 2) : raw + below;
    values.set(name, value);
    return `${name} ${valueName(name, value)}${attribute.unit ? ` ${attribute.unit}` : ''}`;
  });
  return [`${code} ${row?.label ?? 'unknown'}`, words.join(', '), `${bytesOf(log)} B`]
    .filter(Boolean)
    .join(' · ');
};

/** What a log adds to a batch by itself, in whole bytes. */
const bytesOf = (log: Log): number => {
  const sizeOf = (count: number): number => {
    const numbers: number[] = [];
    for (let i = 0; i < count; i++) encodeLog(numbers, log, 0, []);
    const header = { batchSeq: 0, firstLogSeq: 0, baseTimeMs: 0, sentAfterMs: 0, transactionType: 0 };
    return encodeFrame(header, [], numbers, count).length;
  };
  return sizeOf(1) - sizeOf(0);
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
