import { crc32c } from '@node-rs/crc32';

/**
 * A segment file (docs/journal.md):
 *
 *     header = "GNDRJRN1" · u32 number · f64 base time ms · u32 previous segment · u32 its durable end · u32 CRC-32C of the above
 *     record = varint length of payload · u32 CRC-32C of payload, seeded with the header's CRC · payload
 *     payload = u8 flags (1–3 assurance, 4 late, 8 new entry)
 *             · entry: new: 8 merchant · 16 session · u8 n · n transaction (n = 0: none of the merchant's own); else varint number
 *             · varint zigzag(receive time − that of the record before) · frame
 *
 * Numbers are little endian. Entries are numbered from 0 in each segment. The seed keeps a block of another segment from passing.
 */
export const MAGIC = Buffer.from('GNDRJRN1', 'latin1');
export const HEADER_BYTES = 32;
/** No payload is longer: a frame is at most 16 KiB. */
export const MAX_PAYLOAD = 20_000;

export const FLAG_LATE = 4;
export const FLAG_NEW_ENTRY = 8;

/** What stands at the start of a segment. */
export interface SegmentHeader {
  readonly number: number;
  /** Receive times count from here, ms since 1970. */
  readonly baseMs: number;
  /** The segment before, and how much of it was durable when this one began: what lies behind that was never acknowledged. */
  readonly previous: number;
  readonly previousEnd: number;
  /** Seed of the records' checksums. */
  readonly seed: number;
}

/** Writes a header. @returns the seed of the records' checksums */
export const writeHeader = (into: Buffer, header: Omit<SegmentHeader, 'seed'>): number => {
  MAGIC.copy(into, 0);
  into.writeUInt32LE(header.number, 8);
  into.writeDoubleLE(header.baseMs, 12);
  into.writeUInt32LE(header.previous, 20);
  into.writeUInt32LE(header.previousEnd, 24);
  const seed = crc32c(into.subarray(0, 28));
  into.writeUInt32LE(seed, 28);
  return seed;
};

/** Reads a header; undefined when it is torn or of something else. */
export const readHeader = (bytes: Buffer): SegmentHeader | undefined => {
  if (bytes.length < HEADER_BYTES || !bytes.subarray(0, 8).equals(MAGIC)) return;
  const seed = bytes.readUInt32LE(28);
  if (crc32c(bytes.subarray(0, 28)) !== seed) return;
  return {
    number: bytes.readUInt32LE(8),
    baseMs: bytes.readDoubleLE(12),
    previous: bytes.readUInt32LE(20),
    previousEnd: bytes.readUInt32LE(24),
    seed,
  };
};

const NAME = /^([0-9]{10})\.segment$/;

/** File name of a segment. */
export const segmentName = (number: number): string => `${String(number).padStart(10, '0')}.segment`;

/** Numbers of the segments among a folder's files, ascending. */
export const segmentNumbers = (names: readonly string[]): number[] =>
  names
    .flatMap((name) => NAME.exec(name)?.[1] ?? [])
    .map(Number)
    .toSorted((a, b) => a - b);
