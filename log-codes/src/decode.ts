import { ATTRIBUTE, type AttributeName } from './attributes.ts';
import { LOG_CODE } from './codes.ts';
import {
  createLogCursor,
  FrameError,
  type FrameHead,
  type LogCursor,
  openFrame,
  readHead,
  readLog,
  readTail,
} from './frame.ts';
import { beginsStay } from './limits.ts';
import { unzigzag } from './zigzag.ts';

export { readBits, readNumber } from './bits.ts';
export type { FrameFault, FrameHead, LogCursor } from './frame.ts';
export { createLogCursor, FrameError, inspectFrame, openFrame, readHead, readLog } from './frame.ts';

/** A log with its attributes by name. Absent attributes are left out; labels are text, all else numbers. */
export interface DecodedLog {
  /** Event code (`EEE`), 0 or more; of a newer version when {@link LOG_CODE} does not know it. */
  readonly code: number;
  /** Number of the log in its session. */
  readonly seq: number;
  /** Device time of the log, ms since 1970. */
  readonly timeMs: number;
  readonly attributes: Readonly<Partial<Record<AttributeName, number | string>>>;
  /** Arguments this version has no name for: all of an unknown code, or a newer SDK's additions. */
  readonly unknownArgs: readonly number[];
}

export interface DecodedFrame extends FrameHead {
  readonly logs: readonly DecodedLog[];
}

/** A log with its attributes by place, as its code's row of the table lists them; for who reads very many. */
export interface PlacedLog extends Omit<DecodedLog, 'attributes'> {
  /** Absent attributes are `undefined`; nothing of an unknown code. */
  readonly values: readonly AttributeValue[];
}

export interface PlacedFrame extends FrameHead {
  readonly logs: readonly PlacedLog[];
}

type AttributeValue = number | string | undefined;

interface Reader {
  readonly name: AttributeName;
  readonly label: boolean;
  readonly signed: boolean;
  readonly optional: boolean;
  readonly elapsed: boolean;
  /** Place of the attribute that this one is told above. */
  readonly above: number | undefined;
}

/** For each known code, how to read each of its arguments; built once from the tables. */
const READERS: ReadonlyMap<number, readonly Reader[]> = new Map(
  [...LOG_CODE].map(([code, { attributes }]) => [
    code,
    attributes.map((name) => {
      const attribute = ATTRIBUTE.get(name)!;
      return {
        name,
        label: attribute.type === 'label',
        signed: attribute.type === 'int',
        optional: !!attribute.optional,
        elapsed: !!attribute.elapsed,
        above: attribute.above ? attributes.indexOf(attribute.above as AttributeName) : undefined,
      };
    }),
  ]),
);
const NO_READERS: readonly Reader[] = [];

/**
 * Decodes a frame. Codes of a newer version keep their number and their raw arguments.
 * @throws FrameError when the bytes are no frame
 * @example decodeFrame(bytes).logs[0] // { code: 220, seq: 0, timeMs: 1700000000000, attributes: { field: 1, field_no: 3 }, unknownArgs: [] }
 */
export const decodeFrame = (bytes: Uint8Array): DecodedFrame => {
  const { logs, ...head } = decodePlaced(bytes);
  return { ...head, logs: logs.map(named) };
};

/**
 * Decodes a frame without giving its attributes their names: half the time of {@link decodeFrame}.
 * @throws FrameError when the bytes are no frame
 * @example decodePlaced(bytes).logs[0] // { code: 220, seq: 0, timeMs: 1700000000000, values: [1, 3, undefined], unknownArgs: [] }
 */
export const decodePlaced = (bytes: Uint8Array): PlacedFrame => {
  const reader = openFrame(bytes);
  const head = readHead(reader);
  const logs: PlacedLog[] = [];
  const log = createLogCursor();
  let timeMs = head.baseTimeMs;
  let stayFrom = timeMs;
  for (let i = 0; i < head.logCount; i++) {
    readLog(reader, log);
    timeMs += log.sincePreviousMs;
    logs.push(placedLog(log, head.labels, head.firstLogSeq + i, timeMs, timeMs - stayFrom));
    if (beginsStay(log.code)) stayFrom = timeMs;
  }
  return {
    batchSeq: head.batchSeq,
    firstLogSeq: head.firstLogSeq,
    baseTimeMs: head.baseTimeMs,
    sentAfterMs: timeMs - head.baseTimeMs + readTail(reader),
    transactionType: head.transactionType,
    labels: head.labels,
    logCount: head.logCount,
    logs,
  };
};

const NONE: readonly number[] = [];

/** Reads what a log's arguments say. @param stayedMs since the log that began the stay, if any, else since the base time */
const placedLog = (
  { code, args, count }: LogCursor,
  labels: readonly string[],
  seq: number,
  timeMs: number,
  stayedMs: number,
): PlacedLog => {
  const readers = READERS.get(code) ?? NO_READERS;
  const values: AttributeValue[] = [];
  for (let i = 0; i < readers.length; i++) {
    const reader = readers[i]!;
    const arg = i < count ? args[i]! : 0;
    values.push(arg > 0 || !reader.optional ? readValue(reader, arg, labels, values, stayedMs) : undefined);
  }
  const unknownArgs = count > readers.length ? args.slice(readers.length, count) : NONE;
  return { code, seq, timeMs, values, unknownArgs };
};

const readValue = (
  { label, signed, optional, elapsed, above }: Reader,
  arg: number,
  labels: readonly string[],
  before: readonly AttributeValue[],
  stayedMs: number,
): AttributeValue => {
  const value = optional ? arg - 1 : arg;
  if (label) return labels[value];
  if (elapsed) return Math.max(0, unzigzag(value) + stayedMs);
  if (above !== undefined) return value + Number(before[above] ?? 0);
  return signed ? unzigzag(value) : value;
};

/** Gives a log's attributes their names. */
const named = ({ values, ...log }: PlacedLog): DecodedLog => {
  const attributes: Partial<Record<AttributeName, number | string>> = {};
  const readers = READERS.get(log.code) ?? NO_READERS;
  for (const [i, { name }] of readers.entries()) {
    const value = values[i];
    if (value !== undefined) attributes[name] = value;
  }
  return { ...log, attributes };
};

const VALUES = new Int32Array(256).fill(-1);
for (const [i, c] of [...'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_'].entries()) {
  VALUES[c.charCodeAt(0)] = i;
}

/**
 * Strict base64url (RFC 4648 §5) without padding: any other character, an impossible length or set spare bits is refused, so that
 * one frame has one text.
 * @param text as a string, or as the bytes of its characters
 * @param from where it begins
 * @param allocate makes the array for so many bytes; each byte is written, so it need not be zeros
 * @throws FrameError with fault `base64`
 */
export const fromBase64Url = <Bytes extends Uint8Array = Uint8Array<ArrayBuffer>>(
  text: string | Uint8Array,
  from = 0,
  allocate: (size: number) => Bytes = newBytes as (size: number) => Bytes,
): Bytes => {
  const codes = typeof text === 'string' ? codesOf(text) : text;
  const end = codes.length;
  const bytes = allocate(((end - from) * 3) >> 2);
  let at = 0;
  let i = from;
  for (; i + 4 <= end; i += 4) {
    const bits = bitsOf(codes[i]!, codes[i + 1]!, codes[i + 2]!, codes[i + 3]!);
    if (bits < 0) throw new FrameError('base64');
    bytes[at++] = bits >> 16;
    bytes[at++] = bits >> 8;
    bytes[at++] = bits;
  }
  const rest = end - i;
  if (rest === 0) return bytes;
  const bits = rest === 1 ? -1 : bitsOf(codes[i]!, codes[i + 1]!, rest > 2 ? codes[i + 2]! : ZERO, ZERO);
  if (bits < 0 || (bits & (rest === 2 ? 0xffff : 0xff)) !== 0) throw new FrameError('base64');
  bytes[at++] = bits >> 16;
  if (rest === 3) bytes[at] = bits >> 8;
  return bytes;
};

const newBytes = (size: number): Uint8Array<ArrayBuffer> => new Uint8Array(size);

/** The character of six zeros. */
const ZERO = 65;

/** The 24 bits of four characters; negative when one of them is none of base64url's. */
const bitsOf = (a: number, b: number, c: number, d: number): number =>
  (VALUES[a]! << 18) | (VALUES[b]! << 12) | (VALUES[c]! << 6) | VALUES[d]!;

/** A character beyond one byte is none of base64url's, nor is 0. */
const codesOf = (text: string): Uint8Array => {
  const codes = new Uint8Array(text.length);
  for (let i = 0; i < text.length; i++) {
    const code = text.charCodeAt(i);
    codes[i] = code < 256 ? code : 0;
  }
  return codes;
};
