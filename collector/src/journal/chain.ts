import type { JournalFs } from './journal-fs.ts';
import { HEADER_BYTES, readHeader, type SegmentHeader, segmentName } from './segment-format.ts';

/** A segment as the ones behind it see it. */
export interface ChainLink {
  readonly number: number;
  /** Undefined where nothing in it counts: it cannot be read, is gone, or was given up before anything in it was acknowledged. */
  readonly header: SegmentHeader | undefined;
  /** Bytes of it that count, as the next segment says; undefined where none says so. */
  readonly end: number | undefined;
}

/**
 * Walks segments, from the oldest: each one's header says which came before it and how much of that counts; one that the next passes
 * over was given up. Reads one header ahead, and no more.
 * @param numbers of the segments, growing
 */
export function* chainOf(files: JournalFs, dir: string, numbers: Iterable<number>): Generator<ChainLink> {
  /** Segments that wait for the header of the next sound one. */
  let waiting: { number: number; header: SegmentHeader | undefined }[] = [];
  for (const number of numbers) {
    const header = headerOf(files, dir, number);
    if (header) {
      for (const link of waiting) yield linkOf(link, header);
      waiting = [];
    }
    waiting.push({ number, header });
  }
  for (const link of waiting) yield linkOf(link, undefined);
}

const linkOf = (
  { number, header }: Pick<ChainLink, 'number' | 'header'>,
  next: SegmentHeader | undefined,
): ChainLink => ({
  number,
  header: next && next.previous < number ? undefined : header,
  end: next?.previous === number ? next.previousEnd : undefined,
});

const headerOf = (files: JournalFs, dir: string, number: number): SegmentHeader | undefined => {
  const fd = unlessGone(() => files.openRead(`${dir}/${segmentName(number)}`));
  if (fd === undefined) return;
  try {
    const bytes = Buffer.alloc(HEADER_BYTES);
    const header = readHeader(bytes.subarray(0, files.read(fd, bytes, HEADER_BYTES, 0)));
    return header?.number === number ? header : undefined;
  } finally {
    files.closeRead(fd);
  }
};

/** Undefined when the file is not there (any more). */
export const unlessGone = <T>(use: () => T): T | undefined => {
  try {
    return use();
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return;
    throw error;
  }
};
