import { type BitReader, readBits, readNumber } from './bits.ts';
import type { FrameHeader } from './encode.ts';
import {
  CLOCK_BITS,
  FREQUENT_CODES,
  isLabel,
  looksLikeCardNumber,
  MAX_ARGS,
  MAX_LABEL_LENGTH,
  MAX_LABELS,
  MAX_LOGS,
} from './limits.ts';
import { unzigzag } from './zigzag.ts';

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

/** Reads the shortest-form varint that a frame begins with, its batch number. Throws {@link FrameError}. */
const readBatchSeq = (reader: BitReader): number => {
  let value = 0;
  for (let scale = 1; ; scale *= 128) {
    const byte = readBits(reader, 8);
    refuseEnd(reader);
    value += (byte & 127) * scale;
    if (byte < 128) {
      if ((byte === 0 && scale > 1) || value > Number.MAX_SAFE_INTEGER) throw new FrameError('varint');
      return value;
    }
    if (scale > 2 ** 49) throw new FrameError('varint');
  }
};

/** Throws when more was read than there is, or a number that is none. */
const refuseEnd = (reader: BitReader): void => {
  if (reader.at > reader.end) throw new FrameError('truncated');
  if (reader.bad) throw new FrameError('varint');
};

/** What stands before a frame's logs; `sentAfterMs` is known when the last log was read. */
export interface FrameHead extends FrameHeader {
  readonly labels: readonly string[];
  readonly logCount: number;
}

/** Zeros that stand behind a frame, so that reading behind its end gives zeros. */
const PADDING = 8;

/** Frames are read one after the other, each in the same place: a new one for each is a microsecond. */
const DESK = new Uint8Array(16 * 1024);

/** Begins to read a frame. What it returns is good until the next call. */
export const openFrame = (bytes: Uint8Array): BitReader => {
  const needed = bytes.length + PADDING;
  const room = needed <= DESK.length ? DESK : new Uint8Array(needed);
  room.set(bytes);
  room.fill(0, bytes.length, bytes.length + PADDING);
  return { bytes: room, end: bytes.length * 8, at: 0, bad: false };
};

/** Reads what stands before the logs, and checks its caps and labels. Throws {@link FrameError}. */
export const readHead = (reader: BitReader): Omit<FrameHead, 'sentAfterMs'> => {
  const batchSeq = readBatchSeq(reader);
  const firstLogSeq = readNumber(reader);
  const baseTimeMs = readBits(reader, CLOCK_BITS);
  const transactionType = readBits(reader, 4);
  const labelCount = readNumber(reader);
  refuseEnd(reader);
  if (transactionType > 9) throw new FrameError('transaction_type');
  if (labelCount > MAX_LABELS) throw new FrameError('too_many_labels');
  const labels: string[] = [];
  for (let i = 0; i < labelCount; i++) labels.push(readLabel(reader));
  const logCount = readNumber(reader);
  refuseEnd(reader);
  if (logCount > MAX_LOGS) throw new FrameError('too_many_logs');
  if (logCount === 0) throw new FrameError('no_logs');
  return { batchSeq, firstLogSeq, baseTimeMs, transactionType, labels, logCount };
};

const readLabel = (reader: BitReader): string => {
  const length = readBits(reader, 6);
  if (length > MAX_LABEL_LENGTH) throw new FrameError('label');
  let text = '';
  for (let i = 0; i < length; i++) {
    const letter = readBits(reader, 6);
    text += String.fromCharCode(letter < 13 ? letter + 45 : letter + 82);
  }
  refuseEnd(reader);
  if (looksLikeCardNumber(text)) throw new FrameError('card_number');
  if (!isLabel(text)) throw new FrameError('label');
  return text;
};

/** One log as it is read, again and again into the same object. */
export interface LogCursor {
  code: number;
  sincePreviousMs: number;
  /** Arguments; those behind the `count`-th are of an earlier log. */
  readonly args: number[];
  count: number;
}

export const createLogCursor = (): LogCursor => ({ code: 0, sincePreviousMs: 0, args: [0, 0], count: 0 });

/** Reads the next log into `log`, which holds the one before. Throws {@link FrameError}. */
export const readLog = (reader: BitReader, log: LogCursor): void => {
  const { args } = log;
  log.code = FREQUENT_CODES[readBits(reader, 2)] ?? readBits(reader, 10);
  // The first two arguments of the log before; what it had not is 0.
  const again = readBits(reader, 1);
  if (!again || log.count < 2) args[1] = 0;
  if (!again || log.count < 1) args[0] = 0;
  log.sincePreviousMs = readNumber(reader);
  let at = again * 2;
  let count = at + readBits(reader, 3);
  if (count === at + 7) count += readNumber(reader);
  if (count > MAX_ARGS) throw new FrameError('too_many_args');
  for (; at < count; at++) args[at] = readNumber(reader);
  log.count = count;
  refuseEnd(reader);
};

/** Reads what stands behind the logs: from the last of them to the sealing, ms. Throws {@link FrameError}. */
export const readTail = (reader: BitReader): number => {
  const sinceLast = unzigzag(readNumber(reader));
  refuseEnd(reader);
  const rest = reader.end - reader.at;
  if (rest > 7 || readBits(reader, rest) !== 0) throw new FrameError('trailing_bytes');
  return sinceLast;
};

/** Event codes have three digits. */
const MAX_EVENT_CODE = 999;
/** Sequence numbers are 32-bit columns of the lake, and a log's lies at most 500 behind its batch's first. */
const MAX_SEQ = 2 ** 31 - 1 - MAX_LOGS;
/** The smallest number of twelve digits: the shortest card number. */
const TWELVE_DIGITS = 1e11;
/** Logs of one batch do not lie further apart: a year and a quarter, so that no stay becomes a number of twelve digits. */
const MAX_SPAN_MS = 4e10;

/**
 * The egress guard for numbers: no card number fits into a label, so none may come as a number either, neither as it stands on the wire nor
 * as what a decoder makes of it (an optional argument is one less, a signed one is unfolded). No honest number has twelve digits.
 */
const refuseLarge = (value: number): void => {
  if (value < TWELVE_DIGITS) return;
  const readings = [value, value - 1, unzigzag(value), unzigzag(value - 1)];
  const isCard = readings.some((n) => looksLikeCardNumber(String(Math.abs(n))));
  throw new FrameError(isCard ? 'card_number' : 'range');
};

/**
 * Walks a whole frame and checks it, without building its logs: the validator of the collector's hot path.
 * @returns the head; the frame is then known to decode, and to fit the lake's columns
 * @throws FrameError
 */
export const inspectFrame = (bytes: Uint8Array): FrameHead => {
  const reader = openFrame(bytes);
  const head = readHead(reader);
  if (head.batchSeq > MAX_SEQ || head.firstLogSeq > MAX_SEQ) throw new FrameError('range');
  const log = createLogCursor();
  let span = 0;
  for (let i = 0; i < head.logCount; i++) {
    readLog(reader, log);
    if (log.code > MAX_EVENT_CODE) throw new FrameError('range');
    refuseLarge(log.sincePreviousMs);
    span += log.sincePreviousMs;
    for (let a = 0; a < log.count; a++) refuseLarge(log.args[a]!);
  }
  const sentAfterMs = span + readTail(reader);
  refuseLarge(Math.abs(sentAfterMs));
  if (span > MAX_SPAN_MS) throw new FrameError('range');
  // By name: a spread of a few fields costs as much as reading ten logs.
  return {
    batchSeq: head.batchSeq,
    firstLogSeq: head.firstLogSeq,
    baseTimeMs: head.baseTimeMs,
    sentAfterMs,
    transactionType: head.transactionType,
    labels: head.labels,
    logCount: head.logCount,
  };
};
