import type { Batch } from './batch.ts';
import { type BatchNumbers, withNumber } from './batch-numbers.ts';
import { firstVarint } from './first-varint.ts';
import { type JournalFs, writeAll } from './journal-fs.ts';
import type { SealedSegment } from './recover.ts';
import { createSegmentEncoder } from './segment-encoder.ts';
import { segmentName } from './segment-format.ts';

/** The segment being written. */
export interface SegmentWriter {
  readonly number: number;
  /** Bytes that are durable. */
  readonly end: number;
  /** Receive time of its first batch, ms since 1970. */
  readonly firstMs: number;
  /** Writes and syncs. After an error the segment must be given up. @returns bytes written */
  commit(batches: readonly Batch[]): Promise<number>;
  /** Closes it for good. */
  seal(): Promise<SealedSegment>;
  /**
   * After an error: makes sure, as far as the disk still listens, that nothing unacknowledged is found in it later. Never throws.
   * @returns what is durable of it; undefined when that is nothing, and the file is gone
   */
  poison(): Promise<SealedSegment | undefined>;
}

/** Makes the file of a segment; its header is written with the first commit. */
export const openSegment = async (
  files: JournalFs,
  dir: string,
  place: { number: number; previous: number; previousEnd: number },
  nowMs: number,
): Promise<SegmentWriter> => {
  const path = `${dir}/${segmentName(place.number)}`;
  const fd = await files.createSynced(path);
  await files.syncDir(dir).catch(async (error: unknown) => {
    await files.close(fd).catch(() => undefined);
    files.remove(path);
    throw error;
  });
  const encoder = createSegmentEncoder({ ...place, baseMs: nowMs });
  const numbers = new Map<string, BatchNumbers>();
  let end = 0;
  let lastMs = nowMs;
  return {
    number: place.number,
    get end() {
      return end;
    },
    firstMs: nowMs,
    commit: async (batches) => {
      for (const batch of batches) encoder.add(batch);
      const bytes = encoder.take();
      const { length } = bytes;
      await writeAll(files.writeSynced, fd, bytes, length, end);
      end += length;
      for (const batch of batches) {
        numbers.set(batch.session, withNumber(numbers.get(batch.session), firstVarint(batch.frame)));
        if (batch.receivedMs > lastMs) lastMs = batch.receivedMs;
      }
      return length;
    },
    seal: async () => {
      await files.close(fd);
      return { number: place.number, end, lastMs, numbers };
    },
    poison: async () => {
      const ignore = (): undefined => undefined;
      await files.truncate(fd, end).catch(ignore);
      await files.close(fd).catch(ignore);
      if (end > 0) return { number: place.number, end, lastMs, numbers };
      try {
        files.remove(path);
      } catch {
        // It stays, cut to nothing; the next start removes it.
      }
      return undefined;
    },
  };
};
