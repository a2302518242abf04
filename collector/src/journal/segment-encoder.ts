import { crc32c } from '@node-rs/crc32';
import type { Batch } from './batch.ts';
import { FLAG_LATE, FLAG_NEW_ENTRY, HEADER_BYTES, MAX_PAYLOAD, writeHeader } from './segment-format.ts';

/** Room for one record: length, checksum, payload. */
const MAX_RECORD = MAX_PAYLOAD + 16;

/** Turns batches into the bytes of one segment. Keeps its dictionary, so that each session's ids are written once a segment. */
export interface SegmentEncoder {
  /** Bytes encoded since the last {@link SegmentEncoder.take}. */
  readonly length: number;
  add(batch: Batch): void;
  /** The bytes since the last call; valid until the next `add`. */
  take(): Buffer;
}

interface Entry {
  readonly index: number;
  readonly transaction: string;
}

/** @param header of the new segment; its bytes come first */
export const createSegmentEncoder = (header: {
  number: number;
  baseMs: number;
  previous: number;
  previousEnd: number;
}): SegmentEncoder => {
  let buffer = Buffer.allocUnsafe(64 * 1024);
  const seed = writeHeader(buffer, header);
  let at = HEADER_BYTES;
  let entries = 0;
  let lastMs = header.baseMs;
  const dictionary = new Map<string, Entry>();

  const putVarint = (value: number): void => {
    let rest = value;
    while (rest > 127) {
      buffer[at++] = (rest % 128) + 128;
      rest = Math.floor(rest / 128);
    }
    buffer[at++] = rest;
  };

  const putEntry = (batch: Batch): void => {
    dictionary.set(batch.session, { index: entries++, transaction: batch.transaction });
    at += buffer.write(batch.merchant, at, 8, 'hex');
    at += buffer.write(batch.session, at, 16, 'hex');
    const own = batch.transaction.startsWith('~') ? '' : batch.transaction;
    buffer[at++] = own.length;
    at += buffer.write(own, at, 'latin1');
  };

  return {
    get length() {
      return at;
    },
    add: (batch) => {
      if (buffer.length - at < MAX_RECORD) {
        const larger = Buffer.allocUnsafe(buffer.length * 2);
        buffer.copy(larger, 0, 0, at);
        buffer = larger;
      }
      const start = at;
      // Length as two varint bytes where it fits: it is not known yet, and payloads of 128 to 16,383 bytes are the rule.
      at += 6;
      const entry = dictionary.get(batch.session);
      const known = entry?.transaction === batch.transaction;
      buffer[at++] = batch.assurance | (batch.late ? FLAG_LATE : 0) | (known ? 0 : FLAG_NEW_ENTRY);
      if (known) putVarint(entry.index);
      else putEntry(batch);
      const delta = batch.receivedMs - lastMs;
      lastMs = batch.receivedMs;
      putVarint(delta < 0 ? -delta * 2 - 1 : delta * 2);
      buffer.set(batch.frame, at);
      at += batch.frame.length;
      const length = at - start - 6;
      let payload = start + 6;
      if (length < 128) {
        buffer.copyWithin(start + 5, payload, at);
        at--;
        payload--;
        buffer[start] = length;
      } else if (length < 16_384) {
        buffer[start] = (length & 127) | 128;
        buffer[start + 1] = length >> 7;
      } else {
        buffer.copyWithin(start + 7, payload, at);
        at++;
        payload++;
        buffer[start] = (length & 127) | 128;
        buffer[start + 1] = ((length >> 7) & 127) | 128;
        buffer[start + 2] = length >> 14;
      }
      buffer.writeUInt32LE(crc32c(buffer.subarray(payload, at), seed), payload - 4);
    },
    take: () => {
      const bytes = buffer.subarray(0, at);
      // A burst's large buffer is given back; the usual one is used again.
      if (buffer.length > 1 << 20) buffer = Buffer.allocUnsafe(64 * 1024);
      at = 0;
      return bytes;
    },
  };
};
