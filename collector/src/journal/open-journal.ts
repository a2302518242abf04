import { createMetrics, type Metrics } from '../metrics.ts';
import type { Batch } from './batch.ts';
import { openCursors } from './cursors.ts';
import { firstVarint } from './first-varint.ts';
import type { CommitListener, Journal } from './journal.ts';
import { JournalError } from './journal-error.ts';
import { type JournalFs, nodeFs } from './journal-fs.ts';
import { createKeeper } from './keeper.ts';
import { takeLock } from './lock.ts';
import type { Position } from './position.ts';
import { recover } from './recover.ts';
import { isNoRoom } from './reserve.ts';
import { createSeen, type Seen } from './seen.ts';
import { openSegment, type SegmentWriter } from './segment-writer.ts';

export interface JournalOptions {
  readonly dir: string;
  /** Readers that must pass a segment before it is deleted; with none, nothing is ever deleted. */
  readonly readers: readonly string[];
  readonly segmentBytes?: number;
  readonly maxBytes?: number;
  readonly maxWaiting?: number;
  /** How long batch numbers are remembered, and of how many sessions. */
  readonly rememberMs?: number;
  readonly rememberSessions?: number;
  /** Bytes of the file that is given up when the disk is full; 0: none. Default: 1 MiB. */
  readonly reserveBytes?: number;
  readonly metrics?: Metrics;
  /** Told of failures by step; never of data. */
  readonly onFailure?: (step: string, error: unknown) => void;
  readonly files?: JournalFs;
  /** Takes the single-writer lock; tests on an invented disk leave it out. */
  readonly lock?: (dir: string) => () => void;
  /** Wall clock, ms since 1970. */
  readonly now?: () => number;
  /** Monotonic clock, ms. */
  readonly monotonic?: () => number;
}

/** An open journal, with the memory of what it holds. */
export interface OpenJournal extends Journal {
  /** Which batches are kept: asked before appending, so that a resend is stored once. */
  readonly seen: Seen;
  /** Why batches are refused for now; undefined while they are taken. It stays for a while, so that nobody is sent back and forth. */
  readonly trouble: 'full' | 'failing' | undefined;
  /** Resolves when nothing waits for a commit. */
  flush(): Promise<void>;
}

interface Waiting {
  readonly batch: Batch;
  resolve(): void;
  reject(error: Error): void;
}

const MiB = 1024 * 1024;
/** A segment is sealed at this age, so that landed data does not linger in it. */
const MAX_SEGMENT_AGE_MS = 3_600_000;
/** After a failure, appends are refused this long at first, then twice as long each time, at most 1 s. */
const FIRST_BACKOFF_MS = 100;
const MAX_BACKOFF_MS = 1_000;
/** After a failure it is in trouble this long, ms; and once full, until this part of `maxBytes` is free again. */
const TROUBLE_MS = 10_000;
const FREE_AGAIN = 0.1;
/** How often it is looked for a segment to be sealed while nothing is committed, ms. */
const IDLE_MS = 60_000;

/**
 * Opens the journal: takes the lock, cuts a torn tail, remembers what is there. Every start writes a new segment.
 *
 * Group commit is natural: a commit takes all batches that came while the one before it was being written
 * (docs/decisions/journal.md).
 * @throws JournalError `locked`; or the file system's error when the folder cannot be read or synced
 */
export const openJournal = async (options: JournalOptions): Promise<OpenJournal> => {
  const {
    dir,
    readers,
    metrics = createMetrics(),
    files = nodeFs,
    lock = takeLock,
    now = Date.now,
  } = options;
  const { segmentBytes = 64 * MiB, maxBytes = 4_096 * MiB, maxWaiting = 20_000 } = options;
  const { rememberMs = 26 * 3_600_000, rememberSessions = 400_000 } = options;
  const monotonic = options.monotonic ?? (() => performance.now());
  files.mkdir(dir);
  const unlock = lock(dir);
  const seen = createSeen(rememberSessions);
  const failed = (step: string, error: unknown): void => {
    metrics.count('gander_journal_failures_total', 1, { step });
    options.onFailure?.(step, error);
  };
  const cursors = openCursors(files, dir, readers, () =>
    failed('cursors', new JournalError('damaged', 'cursors.json is damaged')),
  );
  const recovered = await recover({
    dir,
    files,
    seen,
    rememberSince: now() - rememberMs,
    onCut: (where, bytes) => metrics.count('gander_journal_cut_bytes_total', bytes, { where }),
    atLeast: cursors.highest,
  }).catch((error: unknown) => {
    unlock();
    throw error;
  });
  const keeper = createKeeper({
    dir,
    files,
    readers,
    cursors,
    recovered,
    rememberMs,
    rememberSessions,
    reserveBytes: options.reserveBytes ?? MiB,
    now,
    failed,
  });

  const listeners = new Set<CommitListener>();
  let waiting: Waiting[] = [];
  let writer: SegmentWriter | undefined;
  let next = recovered.next;
  let last = recovered.last;
  let durable: Position = { segment: last.number, offset: last.end };
  let committing: Promise<void> | undefined;
  let stopped = false;
  let backoffMs = 0;
  let refuseUntil = 0;
  let failedAt = Number.NEGATIVE_INFINITY;
  let isFull = false;
  const bytes = (): number => keeper.bytes + (writer?.end ?? 0);
  /** Whether there is no room on the disk; looks for some again, at most once a second. */
  const isShort = (): boolean => {
    if (keeper.isShort && monotonic() >= refuseUntil) {
      refuseUntil = monotonic() + MAX_BACKOFF_MS;
      keeper.clean();
    }
    return keeper.isShort;
  };

  const sealWriter = async (): Promise<void> => {
    const sealed = await writer!.seal();
    writer = undefined;
    keeper.add(sealed);
  };

  const commitOnce = async (taken: readonly Waiting[]): Promise<void> => {
    let step = 'open';
    try {
      const started = monotonic();
      writer ??= await openSegment(
        files,
        dir,
        { number: next++, previous: last.number, previousEnd: last.end },
        now(),
      );
      step = 'commit';
      const batches = taken.map((w) => w.batch);
      await writer.commit(batches);
      last = { number: writer.number, end: writer.end };
      durable = { segment: writer.number, offset: writer.end };
      backoffMs = 0;
      for (const batch of batches) seen.add(batch.session, firstVarint(batch.frame));
      metrics.count('gander_journal_commits_total');
      metrics.count('gander_journal_batches_total', batches.length);
      metrics.observe('gander_journal_commit_seconds', (monotonic() - started) / 1_000);
      for (const w of taken) w.resolve();
      for (const listener of listeners) listener(batches, durable);
    } catch (error) {
      failed(step, error);
      // A failed sync may have dropped what it could not write, and the next one would not say so: never use the file again.
      const kept = await writer?.poison();
      if (kept) keeper.add(kept);
      writer = undefined;
      if (isNoRoom(error)) keeper.relieve();
      failedAt = monotonic();
      backoffMs = Math.min(MAX_BACKOFF_MS, backoffMs * 2 || FIRST_BACKOFF_MS);
      refuseUntil = monotonic() + backoffMs;
      for (const w of taken) w.reject(new JournalError('failing', 'the journal cannot be written'));
    }
  };

  const sealIfDue = async (): Promise<void> => {
    if (writer && (writer.end >= segmentBytes || now() - writer.firstMs >= MAX_SEGMENT_AGE_MS))
      await sealWriter().catch((error: unknown) => failed('seal', error));
  };
  const commitLoop = async (): Promise<void> => {
    while (waiting.length > 0) {
      const taken = waiting;
      waiting = [];
      await commitOnce(taken);
      await sealIfDue();
    }
    committing = undefined;
  };
  const idle = setInterval(() => {
    committing ??= sealIfDue().then(commitLoop);
  }, IDLE_MS).unref();

  let forgotten = 0;
  metrics.onScrape(() => {
    metrics.count('gander_forgotten_sessions_total', seen.forgotten - forgotten);
    forgotten = seen.forgotten;
    metrics.set('gander_journal_bytes', bytes());
    metrics.set('gander_journal_segments', keeper.segments + (writer ? 1 : 0));
    metrics.set('gander_journal_waiting_batches', waiting.length);
    metrics.set('gander_remembered_sessions', seen.sessions);
  });

  return {
    dir,
    seen,
    get durable() {
      return durable;
    },
    get trouble() {
      isFull = bytes() >= maxBytes * (isFull ? 1 - FREE_AGAIN : 1);
      if (isFull || isShort()) return 'full';
      return monotonic() - failedAt < TROUBLE_MS ? 'failing' : undefined;
    },
    get oldest() {
      return keeper.oldest ?? (writer ? { segment: writer.number, offset: 0 } : durable);
    },
    firstSince: (ms) => keeper.firstSince(ms) ?? (writer ? { segment: writer.number, offset: 0 } : durable),
    append: (batch) =>
      new Promise((resolve, reject) => {
        if (stopped) return reject(new JournalError('stopped', 'the journal is closed'));
        if (waiting.length >= maxWaiting || bytes() >= maxBytes || isShort()) {
          return reject(new JournalError('full', 'the journal is full'));
        }
        if (backoffMs > 0 && monotonic() < refuseUntil) {
          return reject(new JournalError('failing', 'the journal could not be written a moment ago'));
        }
        waiting.push({ batch, resolve, reject });
        // All that arrives in this turn of the loop goes into one commit.
        committing ??= new Promise((go) => setImmediate(go)).then(commitLoop);
      }),
    onCommitted: (listener) => {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
    cursorOf: (reader) =>
      cursors.get(reader) ?? keeper.oldest ?? { segment: writer?.number ?? last.number, offset: 0 },
    release: (reader, position) => {
      cursors.set(reader, position);
      keeper.clean();
    },
    flush: async () => {
      await committing;
    },
    stop: async () => {
      stopped = true;
      clearInterval(idle);
      await committing;
      if (writer) await sealWriter().catch((error: unknown) => failed('seal', error));
      await keeper.stop();
      unlock();
    },
  };
};
