import type { BatchNumbers } from './batch-numbers.ts';
import { withNumber } from './batch-numbers.ts';
import { chainOf } from './chain.ts';
import { firstVarint } from './first-varint.ts';
import { type JournalFs, readWhole } from './journal-fs.ts';
import { readSegment, startScan } from './read-segment.ts';
import type { Seen } from './seen.ts';
import { decodeSeen, readSeenHead, seenName, seenNumbers } from './seen-file.ts';
import { type SegmentHeader, segmentName, segmentNumbers } from './segment-format.ts';

/** A segment that is written no more. */
export interface SealedSegment {
  readonly number: number;
  /** Bytes of it that are durable. */
  readonly end: number;
  /** Newest receive time in it, ms since 1970. */
  readonly lastMs: number;
  /** Batch numbers in it by session; undefined once they are in its `.seen` file. */
  readonly numbers?: ReadonlyMap<string, BatchNumbers>;
}

export interface Recovered {
  readonly segments: readonly SealedSegment[];
  /** The segment before the next one, and its end; 0, 0 when there was none. */
  readonly last: { readonly number: number; readonly end: number };
  /** Number of the next segment: none is used twice. */
  readonly next: number;
  /** `.seen` files kept: of which segment, how many sessions, how new. */
  readonly seenFiles: readonly {
    readonly number: number;
    readonly sessions: number;
    readonly lastMs: number;
  }[];
}

export interface RecoverOptions {
  readonly dir: string;
  readonly files: JournalFs;
  readonly seen: Seen;
  /** `.seen` files with nothing newer than this are removed, ms since 1970. */
  readonly rememberSince: number;
  /** Told of every byte that is given up: `torn` was never acknowledged, `damaged` was. */
  readonly onCut: (where: 'torn' | 'damaged', bytes: number) => void;
  /** Highest number known from elsewhere (the readers' cursors). */
  readonly atLeast: number;
}

/** Finds what a journal's folder holds, cuts a torn tail and fills `seen`. Streams: memory does not grow with the backlog. */
export const recover = async (options: RecoverOptions): Promise<Recovered> => {
  const { dir, files, seen, onCut } = options;
  const names = files.list(dir);
  const numbers = segmentNumbers(names);
  const seenAt = seenNumbers(names);
  const next = Math.max(options.atLeast, numbers.at(-1) ?? 0, seenAt.at(-1) ?? 0) + 1;
  const seenFiles = loadSeen(options, seenAt);
  const saved = new Set(seenFiles.map((f) => f.number));
  const segments: SealedSegment[] = [];
  // All of it first: what follows removes segments.
  for (const { number, header, end: limit } of [...chainOf(files, dir, numbers)]) {
    const path = `${dir}/${segmentName(number)}`;
    if (!header) {
      onCut(limit === undefined ? 'torn' : 'damaged', files.size(path));
      files.remove(path);
      continue;
    }
    const seenFile = seenFiles.find((f) => f.number === number);
    if (saved.has(number) && limit !== undefined) {
      segments.push({ number, end: limit, lastMs: seenFile!.lastMs });
      continue;
    }
    const size = limit ?? files.size(path);
    const scan = scanSegment(files, path, header, size, seen);
    if (scan.end < size) onCut(limit === undefined ? 'torn' : 'damaged', size - scan.end);
    if (limit === undefined) await cut(files, path, scan.end);
    segments.push({ number, end: limit ?? scan.end, lastMs: scan.lastMs, numbers: scan.numbers });
  }
  await files.syncDir(dir);
  const last = segments.at(-1);
  return {
    segments,
    last: last ? { number: last.number, end: last.end } : { number: 0, end: 0 },
    next,
    seenFiles,
  };
};

const scanSegment = (files: JournalFs, path: string, header: SegmentHeader, limit: number, seen: Seen) => {
  const numbers = new Map<string, BatchNumbers>();
  const scan = startScan(header);
  let lastMs = header.baseMs;
  const fd = files.openRead(path);
  try {
    for (const batch of readSegment(files, fd, header, scan, limit)) {
      const batchSeq = firstVarint(batch.frame);
      numbers.set(batch.session, withNumber(numbers.get(batch.session), batchSeq));
      seen.add(batch.session, batchSeq);
      lastMs = Math.max(lastMs, batch.receivedMs);
    }
  } finally {
    files.closeRead(fd);
  }
  return { end: scan.offset, lastMs, numbers };
};

/** Cuts the tail and syncs: what was written before a crash may still be in memory only, and from now on it counts as kept. */
const cut = async (files: JournalFs, path: string, end: number): Promise<void> => {
  const fd = await files.openWrite(path);
  try {
    await files.truncate(fd, end);
    await files.datasync(fd);
  } finally {
    await files.close(fd);
  }
};

const loadSeen = ({ dir, files, seen, rememberSince }: RecoverOptions, numbers: readonly number[]) =>
  numbers.flatMap((number) => {
    const path = `${dir}/${seenName(number)}`;
    const bytes = readWhole(files, path);
    const head = bytes && readSeenHead(bytes);
    if (head && head.lastMs >= rememberSince && decodeSeen(bytes, seen.addNumbers))
      return [{ number, ...head }];
    files.remove(path);
    return [];
  });
