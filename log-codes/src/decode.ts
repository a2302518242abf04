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
import { unzigzag } from './varint.ts';

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

interface Reader {
  readonly name: AttributeName;
  readonly label: boolean;
  readonly signed: boolean;
  readonly optional: boolean;
  readonly elapsed: boolean;
  readonly above: AttributeName | undefined;
}

/** For each known code, how to read each of its arguments; built once from the tables. */
const READERS: ReadonlyMap<number, readonly Reader[]> = new Map(
  [...LOG_CODE].map(([code, row]) => [
    code,
    row.attributes.map((name) => {
      const attribute = ATTRIBUTE.get(name)!;
      return {
        name,
        label: attribute.type === 'label',
        signed: attribute.type === 'int',
        optional: !!attribute.optional,
        elapsed: !!attribute.elapsed,
        above: attribute.above as AttributeName | undefined,
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
  const reader = openFrame(bytes);
  const head = readHead(reader);
  const logs: DecodedLog[] = [];
  const log = createLogCursor();
  let timeMs = head.baseTimeMs;
  let stayFrom = timeMs;
  for (let i = 0; i < head.logCount; i++) {
    readLog(reader, log);
    timeMs += log.sincePreviousMs;
    logs.push(namedLog(log, head.labels, head.firstLogSeq + i, timeMs, timeMs - stayFrom));
    if (beginsStay(log.code)) stayFrom = timeMs;
  }
  return { ...head, sentAfterMs: timeMs - head.baseTimeMs + readTail(reader), logs };
};

/** Gives a log's arguments their names. @param stayedMs since the log that began the stay, if any, else since the base time */
const namedLog = (
  { code, args, count }: LogCursor,
  labels: readonly string[],
  seq: number,
  timeMs: number,
  stayedMs: number,
): DecodedLog => {
  const readers = READERS.get(code) ?? NO_READERS;
  const attributes: Partial<Record<AttributeName, number | string>> = {};
  const unknownArgs: number[] = [];
  for (let i = 0; i < count || i < readers.length; i++) {
    const arg = i < count ? args[i]! : 0;
    const reader = readers[i];
    if (!reader) unknownArgs.push(arg);
    else if (arg > 0 || !reader.optional) {
      const value = reader.optional ? arg - 1 : arg;
      if (reader.label) {
        const label = labels[value];
        if (label !== undefined) attributes[reader.name] = label;
      } else if (reader.elapsed) attributes[reader.name] = Math.max(0, unzigzag(value) + stayedMs);
      else if (reader.above) attributes[reader.name] = value + Number(attributes[reader.above] ?? 0);
      else attributes[reader.name] = reader.signed ? unzigzag(value) : value;
    }
  }
  return { code, seq, timeMs, attributes, unknownArgs };
};

const VALUES = new Int16Array(128).fill(-1);
for (const [i, c] of [...'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_'].entries()) {
  VALUES[c.charCodeAt(0)] = i;
}

/**
 * Strict base64url (RFC 4648 §5) without padding: any other character, an impossible length or set spare bits is refused, so that
 * one frame has one text.
 * @throws FrameError with fault `base64`
 */
export const fromBase64Url = (text: string): Uint8Array<ArrayBuffer> => {
  const rest = text.length % 4;
  if (rest === 1) throw new FrameError('base64');
  const bytes = new Uint8Array(Math.floor((text.length * 3) / 4));
  let at = 0;
  let bits = 0;
  let held = 0;
  for (let i = 0; i < text.length; i++) {
    const value = VALUES[text.charCodeAt(i)] ?? -1;
    if (value < 0) throw new FrameError('base64');
    held = ((held << 6) | value) & 0xffff;
    bits += 6;
    if (bits > 7) {
      bits -= 8;
      bytes[at++] = (held >> bits) & 255;
    }
  }
  if (held & ((1 << bits) - 1)) throw new FrameError('base64');
  return bytes;
};
