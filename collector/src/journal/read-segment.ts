import { crc32c } from '@node-rs/crc32';
import type { Batch } from './batch.ts';
import type { JournalFs } from './journal-fs.ts';
import {
  FLAG_LATE,
  FLAG_NEW_ENTRY,
  HEADER_BYTES,
  MAX_PAYLOAD,
  type SegmentHeader,
} from './segment-format.ts';

const CHUNK = 256 * 1024;

interface Entry {
  readonly merchant: string;
  readonly session: string;
  readonly transaction: string;
}

/** Where a scan of a segment stands; kept by a reader that comes back for more, so that it need not begin again. */
export interface SegmentScan {
  offset: number;
  lastMs: number;
  readonly entries: Entry[];
}

export const startScan = (header: SegmentHeader): SegmentScan => ({
  offset: HEADER_BYTES,
  lastMs: header.baseMs,
  entries: [],
});

/**
 * Reads whole, sound records from where `scan` stands up to `limit`, moving it. Ends early, at the last sound record, when the
 * next is torn or damaged. Frames are views of buffers that are not used again, so they may be kept.
 */
export function* readSegment(
  files: JournalFs,
  fd: number,
  header: SegmentHeader,
  scan: SegmentScan,
  limit: number,
): Generator<Batch> {
  let chunk = Buffer.alloc(0);
  let at = 0;
  while (scan.offset < limit) {
    const need = Math.min(MAX_PAYLOAD + 16, limit - scan.offset);
    if (chunk.length - at < need) {
      const bytes = Buffer.allocUnsafe(Math.min(CHUNK, limit - scan.offset));
      chunk = bytes.subarray(0, fill(files, fd, bytes, scan.offset));
      at = 0;
    }
    const end = decodeRecord(chunk, at, header.seed, scan);
    if (!end) return;
    scan.offset += end.next - at;
    at = end.next;
    yield end.batch;
  }
}

const fill = (files: JournalFs, fd: number, into: Buffer, position: number): number => {
  let done = 0;
  while (done < into.length) {
    const n = files.read(fd, into.subarray(done), into.length - done, position + done);
    if (n === 0) break;
    done += n;
  }
  return done;
};

const decodeRecord = (
  bytes: Buffer,
  from: number,
  seed: number,
  scan: SegmentScan,
): { batch: Batch; next: number } | undefined => {
  let at = from;
  let length = 0;
  for (let scale = 1; ; scale *= 128) {
    const byte = bytes[at++];
    if (byte === undefined || scale > 128 * 128) return;
    length += (byte & 127) * scale;
    if (byte < 128) break;
  }
  const start = at + 4;
  const next = start + length;
  if (length < 3 || length > MAX_PAYLOAD || next > bytes.length) return;
  if (crc32c(bytes.subarray(start, next), seed) !== bytes.readUInt32LE(at)) return;
  at = start;
  const flags = bytes[at++]!;
  const varint = (): number => {
    let value = 0;
    for (let scale = 1; ; scale *= 128) {
      const byte = bytes[at++]!;
      value += (byte & 127) * scale;
      if (byte < 128) return value;
    }
  };
  let entry: Entry | undefined;
  if (flags & FLAG_NEW_ENTRY) {
    const merchant = bytes.toString('hex', at, at + 8);
    const session = bytes.toString('hex', at + 8, at + 24);
    const own = bytes.toString('latin1', at + 25, at + 25 + bytes[at + 24]!);
    at += 25 + own.length;
    entry = { merchant, session, transaction: own || `~${session}` };
    scan.entries.push(entry);
  } else entry = scan.entries[varint()];
  if (!entry) return;
  const folded = varint();
  scan.lastMs += folded % 2 ? -(folded + 1) / 2 : folded / 2;
  const batch: Batch = {
    merchant: entry.merchant,
    session: entry.session,
    transaction: entry.transaction,
    assurance: (flags & 3) as Batch['assurance'],
    late: (flags & FLAG_LATE) > 0,
    receivedMs: scan.lastMs,
    frame: bytes.subarray(at, next),
  };
  return { batch, next };
};
