import { ARGS_RADIX, FIRST_CODE } from './limits.ts';
import { writeVarint } from './varint.ts';

export type { FieldClassId, FieldClassName, Tier } from './field-classes.ts';
export { FIELD_CLASS, FIELD_CLASSES } from './field-classes.ts';
export * from './generated/logs.ts';
export { isLabel, isTransactionReference, MAX_LABELS, MAX_LOGS } from './limits.ts';
export { optional, optionalSigned, zigzag } from './varint.ts';

/**
 * One log before it is put into a batch: the event code, then its arguments in the table's order. A string is a label; the batch
 * turns it into its index. Make one with the functions of `generated/logs.ts`, which take attributes by name.
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
 * Appends one log to a batch's log bytes. Trailing zero arguments are left out: the decoder reads a missing argument as 0, which
 * for an optional attribute says "absent".
 * @param out bytes of the logs so far
 * @param log the log
 * @param sincePreviousMs whole milliseconds since the log before (the first: since the frame's base time), ≥ 0
 * @param labels the batch's labels so far; a new label is added
 */
export const encodeLog = (out: number[], log: Log, sincePreviousMs: number, labels: string[]): void => {
  let args = log.length - 1;
  while (args > 0 && log[args] === 0) args--;
  writeVarint(out, log[0] - FIRST_CODE);
  // Most logs have few arguments and follow another within 2 s: both numbers then take one or two bytes together.
  writeVarint(out, sincePreviousMs * ARGS_RADIX + Math.min(args, ARGS_RADIX - 1));
  if (args > ARGS_RADIX - 2) writeVarint(out, args - ARGS_RADIX + 1);
  for (let i = 1; i <= args; i++) {
    const arg = log[i]!;
    if (typeof arg === 'number') writeVarint(out, arg);
    else {
      let index = labels.indexOf(arg);
      if (index < 0) index = labels.push(arg) - 1;
      writeVarint(out, index);
    }
  }
};

/**
 * The whole frame of a batch (docs/wire.md): header, labels, logs.
 * @param logs bytes made by {@link encodeLog}
 * @param logCount how many logs they hold
 */
export const encodeFrame = (
  header: FrameHeader,
  labels: readonly string[],
  logs: readonly number[],
  logCount: number,
): Uint8Array<ArrayBuffer> => {
  const out: number[] = [];
  writeVarint(out, header.batchSeq);
  writeVarint(out, header.firstLogSeq);
  writeVarint(out, header.baseTimeMs);
  writeVarint(out, header.sentAfterMs);
  out.push(header.transactionType);
  writeVarint(out, labels.length);
  for (const label of labels) {
    // Labels are ASCII by their rule, so characters are bytes.
    writeVarint(out, label.length);
    for (let i = 0; i < label.length; i++) out.push(label.charCodeAt(i) & 127);
  }
  writeVarint(out, logCount);
  const frame = new Uint8Array(out.length + logs.length);
  frame.set(out);
  frame.set(logs, out.length);
  return frame;
};

const ALPHABET = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_';

/** base64url without padding (RFC 4648 §5). */
export const toBase64Url = (bytes: Uint8Array): string => {
  let text = '';
  for (let i = 0; i < bytes.length; i += 3) {
    const n = (bytes[i]! << 16) | ((bytes[i + 1] ?? 0) << 8) | (bytes[i + 2] ?? 0);
    for (let j = 0, last = Math.min(bytes.length - i, 3); j <= last; j++)
      text += ALPHABET[(n >> (18 - 6 * j)) & 63];
  }
  return text;
};
