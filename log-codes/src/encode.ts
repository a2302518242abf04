import { createBitWriter } from './bits.ts';
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
  let args = log.length - 1;
  while (args > 0 && log[args] === 0) args--;
  out.push(log[0], sincePreviousMs, args);
  for (let i = 1; i <= args; i++) {
    const arg = log[i];
    if (typeof arg === 'string') {
      const index = labels.indexOf(arg);
      out.push(index < 0 ? labels.push(arg) - 1 : index);
    } else out.push(Number.isInteger(arg) ? arg! : 0);
  }
};

/**
 * The whole frame of a batch (docs/wire.md): header, labels, logs.
 * @param logs numbers made by {@link encodeLog}
 * @param logCount how many logs they are
 */
export const encodeFrame = (
  header: FrameHeader,
  labels: readonly string[],
  logs: readonly number[],
  logCount: number,
): Uint8Array<ArrayBuffer> => {
  const { bits, number, end } = createBitWriter();
  // An unsigned varint (https://en.wikipedia.org/wiki/LEB128), which the journal knows a batch by: seven bits a byte, after one that says
  // whether more come.
  let seq = header.batchSeq;
  for (; seq > 127; seq = Math.floor(seq / 128)) {
    bits(1, 1);
    bits(seq, 7);
  }
  bits(seq, 8);
  number(header.firstLogSeq);
  bits(header.baseTimeMs, CLOCK_BITS);
  bits(header.transactionType, 4);
  number(labels.length);
  for (const label of labels) {
    bits(label.length, 6);
    for (let i = 0; i < label.length; i++) bits(letterOf(label.charCodeAt(i)), 6);
  }
  number(logCount);

  let now = 0;
  let stayFrom = 0;
  let first = 0;
  let second = 0;
  for (let at = 0; at < logs.length; ) {
    const code = logs[at++]!;
    const sincePrevious = logs[at++]!;
    const count = logs[at++]!;
    now += sincePrevious;
    const stayed = now - stayFrom;
    const args = logs.slice(at, at + count).map((arg) => (arg < 0 ? zigzag(-1 - arg - stayed) + 1 : arg));
    at += count;
    const again = +(count > 1 && args[0] === first && args[1] === second);
    [first = 0, second = 0] = args;
    if (beginsStay(code)) stayFrom = now;

    // Not found is −1, whose lowest two bits are 3.
    const frequent = FREQUENT_CODES.indexOf(code) & 3;
    bits(frequent, 2);
    if (frequent > 2) bits(code, 10);
    bits(again, 1);
    number(sincePrevious);
    const more = args.length - again * 2;
    bits(Math.min(more, 7), 3);
    if (more > 6) number(more - 7);
    for (const arg of args.slice(again * 2)) number(arg);
  }
  number(zigzag(header.sentAfterMs - now));
  return new Uint8Array(end());
};

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
