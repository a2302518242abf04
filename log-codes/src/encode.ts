import { bitsOf, bytesOf, numberBits } from './bits.ts';
import { beginsStay, CLOCK_BITS, FREQUENT_CODES } from './limits.ts';
import { zigzag } from './zigzag.ts';

export type { FieldClassId, FieldClassName, Tier } from './field-classes.ts';
export { FIELD_CLASS, FIELD_CLASSES } from './field-classes.ts';
export * from './generated/logs.ts';
export { isLabel, isTransactionReference, MAX_LABELS, MAX_LOGS } from './limits.ts';
export { optional, optionalAbove, optionalElapsed, optionalSigned, zigzag } from './zigzag.ts';

/**
 * One log before it is put into a batch: the event code, then its arguments in the table's order. A string is a label; the batch
 * turns it into its index. A negative number is how long a stay lasted (−1 − ms). Make one with the functions of `generated/logs.ts`, which take attributes by name.
 * @example paste({ field: 1, field_no: 3 }) // [220, 1, 3, 0, 0, 0]
 */
export type Log = readonly [code: number, ...args: (number | string)[]];

/** What stands before the logs of a frame. Times are whole milliseconds. */
export interface FrameHeader {
  /** Number of the batch in its session, from 0. */
  readonly batchSeq: number;
  /** Number of the batch's first log in its session, from 0; runs without gaps, so that a hole is visible. */
  readonly firstLogSeq: number;
  /** Wall-clock time from which the first log is timed, ms since 1970. */
  readonly baseTimeMs: number;
  /** From `baseTimeMs` to the moment the batch was sealed, ms. */
  readonly sentAfterMs: number;
  /** First digit of the stored log codes. */
  readonly transactionType: number;
}

/**
 * Appends one log to a batch's logs: code, time, number of arguments, arguments. Trailing zero arguments are left out: the decoder reads a
 * missing argument as 0, which for an optional attribute says "absent". What is neither a text nor a whole number is written as 0: callers
 * without types must not break the batch.
 * @param out numbers of the logs so far, for {@link encodeFrame}
 * @param log the log
 * @param sincePreviousMs whole milliseconds since the log before (the first: since the frame's base time), ≥ 0
 * @param labels the batch's labels so far; a new label is added
 */
export const encodeLog = (out: number[], log: Log, sincePreviousMs: number, labels: string[]): void => {
  let length = log.length;
  while (length > 1 && log[length - 1] === 0) length--;
  const args = log.slice(1, length).map((arg) => {
    if (typeof arg !== 'string') return Number.isInteger(arg) ? arg : 0;
    const index = labels.indexOf(arg);
    return index < 0 ? labels.push(arg) - 1 : index;
  });
  out.push(log[0], sincePreviousMs, args.length, ...args);
};

/**
 * The whole frame of a batch (docs/wire.md): header, labels, logs. A frame is made each second that has logs, so this is what browsers compile:
 * its parts are small and called from one place each, or the machine code alone is 30 KiB.
 * @param logs numbers made by {@link encodeLog}
 * @param logCount how many logs they are
 */
export const encodeFrame = (
  header: FrameHeader,
  labels: readonly string[],
  logs: readonly number[],
  logCount: number,
): Uint8Array<ArrayBuffer> => {
  let bits = headBits(header, labels, logCount);
  let now = 0;
  let stayFrom = 0;
  let first = 0;
  let second = 0;
  for (let at = 0; at < logs.length; ) {
    const code = logs[at]!;
    const sincePrevious = logs[at + 1]!;
    now += sincePrevious;
    const stayed = now - stayFrom;
    const from = at + 3;
    at = from + logs[at + 2]!;
    const args = logs.slice(from, at).map((arg) => (arg < 0 ? zigzag(-1 - arg - stayed) + 1 : arg));
    const again = +(args.length > 1 && args[0] === first && args[1] === second);
    first = args[0] ?? 0;
    second = args[1] ?? 0;
    if (beginsStay(code)) stayFrom = now;

    const rest = args.slice(again * 2);
    const more = rest.length;
    if (more > 6) rest.unshift(more - 7);
    // Not found is −1, whose lowest two bits are 3.
    const frequent = FREQUENT_CODES.indexOf(code) & 3;
    bits +=
      bitsOf(frequent, 2) +
      (frequent > 2 ? bitsOf(code, 10) : '') +
      again +
      numberBits(sincePrevious) +
      bitsOf(Math.min(more, 7), 3) +
      rest.map(numberBits).join('');
  }
  return bytesOf(bits + numberBits(zigzag(header.sentAfterMs - now)));
};

/** What stands before the logs. */
const headBits = (header: FrameHeader, labels: readonly string[], logCount: number): string => {
  // An unsigned varint (https://en.wikipedia.org/wiki/LEB128), which the journal knows a batch by: seven bits a byte, after one that says
  // whether more come.
  let bits = '';
  let seq = header.batchSeq;
  for (; seq > 127; seq = Math.floor(seq / 128)) bits += `1${bitsOf(seq, 7)}`;
  return (
    bits +
    bitsOf(seq, 8) +
    numberBits(header.firstLogSeq) +
    bitsOf(header.baseTimeMs, CLOCK_BITS) +
    bitsOf(header.transactionType, 4) +
    numberBits(labels.length) +
    labels.map(labelBits).join('') +
    numberBits(logCount)
  );
};

const labelBits = (label: string): string =>
  bitsOf(label.length, 6) +
  label
    .split('')
    .map((letter) => bitsOf(letterOf(letter.charCodeAt(0)), 6))
    .join('');

/** A label's characters are 40: from `-` to `9`, then `_` and the small letters. Any other becomes none of them, and is refused. */
const letterOf = (code: number): number => {
  const letter = code < 58 ? code - 45 : code - 82;
  return letter & ~63 ? 63 : letter;
};

const { btoa } = globalThis;

/** base64url without padding (RFC 4648 §5). */
export const toBase64Url = (bytes: Uint8Array): string =>
  btoa(String.fromCharCode(...bytes))
    .replaceAll('+', '-')
    .replaceAll('/', '_')
    .replaceAll('=', '');
