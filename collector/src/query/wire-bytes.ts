import { ATTRIBUTE, type LakeRow, LOG_CODE } from '@gander/log-codes';
import {
  createLogCursor,
  openFrame,
  readBits,
  readHead,
  readLog,
  readNumber,
} from '@gander/log-codes/decode';
import {
  encodeFrame,
  encodeLog,
  type Log,
  optional,
  optionalAbove,
  optionalElapsed,
  zigzag,
} from '@gander/log-codes/encode';
import type { WirePart } from './api.ts';

/**
 * The bits of one log of a frame, piece by piece: code, whether it repeats the two arguments of the log before, time since that log,
 * number of further arguments, those arguments as they stand there (docs/wire.md).
 * @param frame a frame that decodes
 * @param logSeq number of the log in its session
 * @returns undefined when the frame does not hold it
 */
export const wireOfLog = (frame: Uint8Array, logSeq: number): WirePart[] | undefined => {
  const reader = openFrame(frame);
  const head = readHead(reader);
  const index = logSeq - head.firstLogSeq;
  if (index < 0 || index >= head.logCount) return;
  const log = createLogCursor();
  for (let i = 0; i < index; i++) readLog(reader, log);
  const from = reader.at;
  readLog(reader, log);
  reader.at = from;

  const parts: WirePart[] = [];
  const part = (name: string, read: () => number, value?: number): number => {
    const start = reader.at;
    const raw = read();
    let bits = '';
    for (let at = start; at < reader.at; at++) bits += (reader.bytes[at >> 3]! >> (7 - (at & 7))) & 1;
    parts.push({ name, value: value ?? raw, bits });
    return raw;
  };
  part('code', () => (readBits(reader, 2) === 3 ? readBits(reader, 10) : 0), log.code);
  const again = part('same field as before', () => readBits(reader, 1)) * 2;
  part('since previous, ms', () => readNumber(reader));
  part('arguments', () => (readBits(reader, 3) === 7 ? readNumber(reader) : 0), log.count - again);
  const row = LOG_CODE.get(log.code);
  for (let a = again; a < log.count; a++)
    part(row?.attributes[a] ?? `argument ${a + 1}`, () => readNumber(reader));
  return parts;
};

/**
 * Makes a log's bits again from the rows of its batch in the lake, as the SDK's encoder would.
 * @param batch all rows of the batch, in their order
 */
export const wireOfRows = (batch: readonly LakeRow[], logSeq: number): WirePart[] => {
  const numbers: number[] = [];
  const labels: string[] = [];
  let before = batch[0]!.event_ts;
  for (const row of batch) {
    encodeLog(numbers, logOf(row), Math.max(0, row.event_ts - before), labels);
    before = row.event_ts;
  }
  const header = {
    batchSeq: 0,
    firstLogSeq: batch[0]!.log_seq,
    baseTimeMs: 0,
    sentAfterMs: 0,
    transactionType: 0,
  };
  return wireOfLog(encodeFrame(header, labels, numbers, batch.length), logSeq)!;
};

/** A row's log, as the functions that make logs would make it. */
const logOf = (row: LakeRow): Log => {
  const event = row.code % 1000;
  const args = (LOG_CODE.get(event)?.attributes ?? []).map((name): number | string => {
    const attribute = ATTRIBUTE.get(name)!;
    const value = row[name];
    if (typeof value === 'string') return value;
    if (typeof value !== 'number') return 0;
    if (attribute.elapsed) return optionalElapsed(value);
    if (attribute.above) return optionalAbove(value, Number(row[attribute.above] ?? 0));
    const folded = attribute.type === 'int' ? zigzag(value) : value;
    return attribute.optional ? optional(folded) : folded;
  });
  for (const unknown of String(row.unknown_args ?? '').split(',')) if (unknown) args.push(Number(unknown));
  return [event, ...args];
};
