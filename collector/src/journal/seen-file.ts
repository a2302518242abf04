import { crc32c } from '@node-rs/crc32';
import { type BatchNumbers, toPairs } from './batch-numbers.ts';

/**
 * What is left of a segment when it is deleted: which batches were in it, so that a client whose acknowledgement was lost can
 * resend one without its being stored twice.
 *
 *     "GNDRSEEN" · f64 last receive time ms · u32 sessions · u32 CRC-32C of the rest · rest
 *     rest = sessions × (16 session · varint pairs · pairs × (varint gap from the last end · varint length))
 */
const MAGIC = Buffer.from('GNDRSEEN', 'latin1');
const HEAD_BYTES = 24;
const NAME = /^([0-9]{10})\.seen$/;

export const seenName = (segment: number): string => `${String(segment).padStart(10, '0')}.seen`;

/** Numbers of the segments that have one, ascending. */
export const seenNumbers = (names: readonly string[]): number[] =>
  names
    .flatMap((name) => NAME.exec(name)?.[1] ?? [])
    .map(Number)
    .toSorted((a, b) => a - b);

/** The bytes of a file; made in slices, since a large segment has tens of thousands of sessions. */
export const encodeSeen = async (
  sessions: ReadonlyMap<string, BatchNumbers>,
  lastMs: number,
): Promise<Buffer> => {
  let bytes = Buffer.allocUnsafe(HEAD_BYTES + sessions.size * 24 + 1024);
  let at = HEAD_BYTES;
  const varint = (value: number): void => {
    let rest = value;
    for (; rest > 127; rest = Math.floor(rest / 128)) bytes[at++] = (rest % 128) + 128;
    bytes[at++] = rest;
  };
  let done = 0;
  for (const [session, numbers] of sessions) {
    const pairs = toPairs(numbers);
    if (bytes.length - at < 64 + pairs.length * 8) {
      bytes = Buffer.concat([bytes.subarray(0, at), Buffer.allocUnsafe(bytes.length + pairs.length * 8)]);
    }
    at += bytes.write(session, at, 16, 'hex');
    varint(pairs.length / 2);
    let last = 0;
    for (let i = 0; i < pairs.length; i += 2) {
      varint(pairs[i]! - last);
      varint(pairs[i + 1]! - pairs[i]!);
      last = pairs[i + 1]!;
    }
    if (++done % 2_000 === 0) await new Promise((resolve) => setImmediate(resolve));
  }
  MAGIC.copy(bytes, 0);
  bytes.writeDoubleLE(lastMs, 8);
  bytes.writeUInt32LE(sessions.size, 16);
  bytes.writeUInt32LE(crc32c(bytes.subarray(HEAD_BYTES, at)), 20);
  return bytes.subarray(0, at);
};

/** How many sessions a file names and how new it is, from its first bytes; undefined when it is none. */
export const readSeenHead = (bytes: Buffer): { sessions: number; lastMs: number } | undefined =>
  bytes.length >= HEAD_BYTES && bytes.subarray(0, 8).equals(MAGIC)
    ? { sessions: bytes.readUInt32LE(16), lastMs: bytes.readDoubleLE(8) }
    : undefined;

/** Reads a file. @returns false when it is damaged: nothing was added then */
export const decodeSeen = (
  bytes: Buffer,
  add: (session: string, pairs: readonly number[]) => void,
): boolean => {
  const head = readSeenHead(bytes);
  if (!head || crc32c(bytes.subarray(HEAD_BYTES)) !== bytes.readUInt32LE(20)) return false;
  let at = HEAD_BYTES;
  const varint = (): number => {
    let value = 0;
    for (let scale = 1; ; scale *= 128) {
      const byte = bytes[at++]!;
      value += (byte & 127) * scale;
      if (byte < 128) return value;
    }
  };
  for (let s = 0; s < head.sessions; s++) {
    const session = bytes.toString('hex', at, at + 16);
    at += 16;
    const pairs: number[] = [];
    let last = 0;
    for (let n = varint(); n > 0; n--) {
      const first = last + varint();
      last = first + varint();
      pairs.push(first, last);
    }
    add(session, pairs);
  }
  return true;
};
