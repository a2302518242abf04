import type { FrameHeader } from './encode.ts';
import {
  ARGS_RADIX,
  FIRST_CODE,
  isLabel,
  looksLikeCardNumber,
  MAX_ARGS,
  MAX_LABEL_LENGTH,
  MAX_LABELS,
  MAX_LOGS,
} from './limits.ts';
import { unzigzag } from './varint.ts';

/** Why a frame is refused. `card_number` is the egress guard (422); the rest are malformed (400). */
export type FrameFault =
  | 'truncated'
  | 'varint'
  | 'trailing_bytes'
  | 'transaction_type'
  | 'too_many_labels'
  | 'too_many_logs'
  | 'too_many_args'
  | 'no_logs'
  | 'label'
  | 'card_number'
  | 'range'
  | 'base64';

/** Thrown by the readers below; carries no byte of the input. */
export class FrameError extends Error {
  override readonly name = 'FrameError';
  readonly fault: FrameFault;
  constructor(fault: FrameFault) {
    super(`malformed frame: ${fault}`);
    this.fault = fault;
  }
}

/** A position in a frame's bytes. */
export interface Cursor {
  readonly bytes: Uint8Array;
  at: number;
}

/** Reads one shortest-form varint < 2^53. Throws {@link FrameError}. */
export const readVarint = (cursor: Cursor): number => {
  const { bytes } = cursor;
  let at = cursor.at;
  let byte = bytes[at++];
  if (byte === undefined) throw new FrameError('truncated');
  if (byte < 128) {
    cursor.at = at;
    return byte;
  }
  let value = byte - 128;
  let scale = 128;
  for (;;) {
    byte = bytes[at++];
    if (byte === undefined) throw new FrameError('truncated');
    value += (byte & 127) * scale;
    if (byte < 128) break;
    scale *= 128;
    if (scale > 2 ** 49) throw new FrameError('varint');
  }
  if (byte === 0 || value > Number.MAX_SAFE_INTEGER) throw new FrameError('varint');
  cursor.at = at;
  return value;
};

/** A frame's header and labels, and how many logs follow at `cursor`. */
export interface FrameHead extends FrameHeader {
  readonly labels: readonly string[];
  readonly logCount: number;
}

/** Reads what stands before the logs, and checks its caps and labels. Throws {@link FrameError}. */
export const readHead = (cursor: Cursor): FrameHead => {
  const batchSeq = readVarint(cursor);
  const firstLogSeq = readVarint(cursor);
  const baseTimeMs = readVarint(cursor);
  const sentAfterMs = readVarint(cursor);
  const transactionType = cursor.bytes[cursor.at++];
  if (transactionType === undefined) throw new FrameError('truncated');
  if (transactionType > 9) throw new FrameError('transaction_type');
  const labelCount = readVarint(cursor);
  if (labelCount > MAX_LABELS) throw new FrameError('too_many_labels');
  const labels: string[] = [];
  for (let i = 0; i < labelCount; i++) labels.push(readLabel(cursor));
  const logCount = readVarint(cursor);
  if (logCount > MAX_LOGS) throw new FrameError('too_many_logs');
  if (logCount === 0) throw new FrameError('no_logs');
  return { batchSeq, firstLogSeq, baseTimeMs, sentAfterMs, transactionType, labels, logCount };
};

const readLabel = (cursor: Cursor): string => {
  const length = readVarint(cursor);
  if (length > MAX_LABEL_LENGTH) throw new FrameError('label');
  if (cursor.at + length > cursor.bytes.length) throw new FrameError('truncated');
  let text = '';
  // A byte over 127 becomes a character that no label may hold: bad UTF-8 needs no check of its own.
  for (let i = 0; i < length; i++) text += String.fromCharCode(cursor.bytes[cursor.at++]!);
  if (looksLikeCardNumber(text)) throw new FrameError('card_number');
  if (!isLabel(text)) throw new FrameError('label');
  return text;
};

/** What stands before a log's arguments. */
export interface LogStart {
  readonly code: number;
  readonly sincePreviousMs: number;
  readonly args: number;
}

/** Reads what stands before a log's arguments. Throws {@link FrameError}. */
export const readLogStart = (cursor: Cursor): LogStart => {
  const code = readVarint(cursor) + FIRST_CODE;
  const both = readVarint(cursor);
  let args = both % ARGS_RADIX;
  if (args === ARGS_RADIX - 1) args += readVarint(cursor);
  if (args > MAX_ARGS) throw new FrameError('too_many_args');
  return { code, sincePreviousMs: Math.floor(both / ARGS_RADIX), args };
};

/** Event codes have three digits. */
const MAX_EVENT_CODE = 999;
/** Sequence numbers are 32-bit columns of the lake, and a log's lies at most 500 behind its batch's first. */
const MAX_SEQ = 2 ** 31 - 1 - MAX_LOGS;
/** The smallest number of twelve digits: the shortest card number. */
const TWELVE_DIGITS = 1e11;
/** A wall clock in ms has thirteen digits until the year 5138, and passes Luhn once in ten: it is let through until then. */
const FOURTEEN_DIGITS = 1e14;

/**
 * The egress guard for numbers: no card number fits into a label, so none may come as an argument either: neither as it stands on
 * the wire, nor as what a decoder makes of it (an optional argument is one less, a signed one is unfolded).
 */
const refuseCardNumber = (value: number): void => {
  if (value < TWELVE_DIGITS) return;
  const readings = [value, value - 1, unzigzag(value), unzigzag(value - 1)];
  if (readings.some((n) => looksLikeCardNumber(String(Math.abs(n))))) throw new FrameError('card_number');
};

const checkHead = (head: FrameHead): void => {
  if (head.batchSeq > MAX_SEQ || head.firstLogSeq > MAX_SEQ) throw new FrameError('range');
  if (head.baseTimeMs >= FOURTEEN_DIGITS) refuseCardNumber(head.baseTimeMs);
  refuseCardNumber(head.sentAfterMs);
};

/**
 * Walks a whole frame and checks it, without building its logs: the validator of the collector's hot path.
 * @returns the head; the frame is then known to decode, and to fit the lake's columns
 * @throws FrameError
 */
export const inspectFrame = (bytes: Uint8Array): FrameHead => {
  const cursor: Cursor = { bytes, at: 0 };
  const head = readHead(cursor);
  checkHead(head);
  for (let i = 0; i < head.logCount; i++) {
    const { code, sincePreviousMs, args } = readLogStart(cursor);
    if (code > MAX_EVENT_CODE) throw new FrameError('range');
    refuseCardNumber(sincePreviousMs);
    for (let a = 0; a < args; a++) refuseCardNumber(readVarint(cursor));
  }
  if (cursor.at !== bytes.length) throw new FrameError('trailing_bytes');
  return head;
};
