import type { Batch } from './batch.ts';
import { chainOf, unlessGone } from './chain.ts';
import { JournalError } from './journal-error.ts';
import { type JournalFs, nodeFs } from './journal-fs.ts';
import { comparePositions, type Position } from './position.ts';
import { readSegment, type SegmentScan, startScan } from './read-segment.ts';
import { HEADER_BYTES, type SegmentHeader, segmentName, segmentNumbers } from './segment-format.ts';

/** A batch and the place behind it. */
export interface ReadBatch {
  readonly batch: Batch;
  readonly next: Position;
}

export interface ReadOptions {
  readonly files?: JournalFs;
  /**
   * Called where a segment is damaged before its end: `bytes` of it cannot be read, and reading goes on with the next segment.
   * Without it, damage throws a JournalError `damaged`.
   */
  readonly onDamage?: (at: Position, bytes: number) => void;
}

/**
 * Reads a journal's batches; keeps its place in a segment, so that reading on costs only what is new. A segment that is deleted
 * meanwhile is passed over: only one that every reader has released is.
 */
export interface JournalReader {
  /** Batches from `from` (behind which one read before, or a start) up to `to`, at most the journal's `durable`. */
  read(from: Position, to: Position): Iterable<ReadBatch>;
}

/** @param dir folder of the segments; the journal may be open in this process, in another or in none */
export const createJournalReader = (dir: string, options: ReadOptions = {}): JournalReader => {
  const { files = nodeFs, onDamage } = options;
  let kept: { number: number; scan: SegmentScan } | undefined;

  function* readOne(header: SegmentHeader, from: Position, limit: number): Generator<ReadBatch> {
    const { number } = header;
    const start = from.segment === number ? from.offset : 0;
    if (kept?.number !== number || kept.scan.offset > Math.max(start, HEADER_BYTES)) {
      kept = { number, scan: startScan(header) };
    }
    const { scan } = kept;
    const fd = unlessGone(() => files.openRead(`${dir}/${segmentName(number)}`));
    if (fd === undefined) return;
    try {
      for (const batch of readSegment(files, fd, header, scan, limit)) {
        if (scan.offset > start) yield { batch, next: { segment: number, offset: scan.offset } };
      }
    } finally {
      files.closeRead(fd);
    }
    if (scan.offset < limit) {
      const at = { segment: number, offset: scan.offset };
      if (!onDamage) throw new JournalError('damaged', `segment ${number} is damaged at ${scan.offset}`);
      onDamage(at, limit - scan.offset);
    }
  }

  function* read(from: Position, to: Position): Generator<ReadBatch> {
    const numbers = segmentNumbers(files.list(dir)).filter((n) => n >= from.segment && n <= to.segment);
    for (const { number, header, end } of chainOf(files, dir, numbers)) {
      if (!header) continue;
      const limit =
        number === to.segment
          ? to.offset
          : (end ?? unlessGone(() => files.size(`${dir}/${segmentName(number)}`)) ?? 0);
      if (comparePositions(from, { segment: number, offset: limit }) < 0) yield* readOne(header, from, limit);
    }
  }
  return { read };
};

/** Reads once; see {@link createJournalReader}. */
export const readJournal = (
  dir: string,
  from: Position,
  to: Position,
  options?: ReadOptions,
): Iterable<ReadBatch> => createJournalReader(dir, options).read(from, to);
