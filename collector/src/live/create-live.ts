import { randomBytes } from 'node:crypto';
import type { Batch } from '../journal/batch.ts';
import { comparePositions, type Position } from '../journal/position.ts';
import { createFrameSlabs, type SlabFrame } from './frame-slabs.ts';

/** A committed batch, with its number in this process: the cursor of everything that follows live. */
export interface LiveBatch extends Batch {
  /** From 1, growing by one for each batch taken. */
  readonly n: number;
}

/** A transaction that has batches in the live store. */
export interface LiveTransaction {
  readonly merchant: string;
  readonly transaction: string;
  /** Server time of its newest batch, ms since 1970. */
  readonly lastMs: number;
  /** Number of its newest batch: changes whenever it does. */
  readonly lastN: number;
}

/** What the live store holds and has let go. */
export interface LiveStats {
  readonly transactions: number;
  readonly batches: number;
  /** Bytes held: frames, and an estimate of 120 for each batch's record. */
  readonly bytes: number;
  /** Batches let go: after their hour, or early because memory was full. */
  readonly evicted: { readonly age: number; readonly memory: number };
}

/** The last hour of every session's batches, still encoded; read and followed by the console. Made by {@link createLive}. */
export interface Live {
  /** Random name of this process's numbering: a cursor of another boot says nothing here. */
  readonly boot: string;
  /** Number of the newest batch, 0 when there was none. */
  readonly newest: number;
  /** Number of the oldest batch still held. */
  readonly oldest: number;
  /** Takes committed batches, in order. A batch that is already held is left out. `end`: where they end in the journal. */
  add(batches: readonly Batch[], end?: Position): void;
  /** Number of the newest batch that lies before a position of the journal: up to there all is landed when that is landing's. */
  numberBefore(position: Position): number;
  /** A transaction's batches with a number over `after`, oldest first; empty when there are none. */
  batchesOf(merchant: string, transaction: string, after?: number): LiveBatch[];
  /** Batches of any of these merchants with a number over `after`, at most `limit`, and how far it looked. */
  since(merchants: ReadonlySet<string>, after: number, limit: number): { batches: LiveBatch[]; upTo: number };
  /** Transactions held, newest batch first. */
  transactions(merchants: ReadonlySet<string>): LiveTransaction[];
  /** Calls back when a batch of the merchant, and of the transaction if one is given, was taken. @returns unsubscribe */
  subscribe(merchant: string, transaction: string | undefined, listener: () => void): () => void;
  stats(): LiveStats;
}

export interface LiveOptions {
  /** Server time, ms since 1970. */
  readonly clock: () => number;
  /** How long a batch is kept after its receipt, ms. Default: one hour. */
  readonly keepMs?: number;
  /** Most bytes held; the oldest go first. Default: 128 MiB, about 400,000 batches. */
  readonly maxBytes?: number;
  /** Names this process's numbering. Default: random. */
  readonly boot?: string;
}

interface Group {
  readonly merchant: string;
  readonly transaction: string;
  readonly entries: Entry[];
  /** Each session's one text, and its highest batch number: a higher one is new without a look at the entries. */
  readonly sessions: Map<string, { readonly session: string; highest: number }>;
}

interface Entry {
  readonly n: number;
  readonly group: Group;
  readonly session: string;
  readonly assurance: Batch['assurance'];
  readonly late: boolean;
  readonly receivedMs: number;
  readonly batchSeq: number;
  readonly frame: SlabFrame;
}

const RECORD_BYTES = 120;

/**
 * Makes a live store. Frames stay encoded (about 10 bytes a log) and lie packed in slabs; they are decoded when someone looks.
 * @example const live = createLive({ clock: Date.now }); journal.onCommitted((batches) => live.add(batches));
 */
export const createLive = (options: LiveOptions): Live => {
  const { clock, keepMs = 3_600_000, maxBytes = 128 * 1024 * 1024 } = options;
  const boot = options.boot ?? randomBytes(6).toString('hex');
  const slabs = createFrameSlabs();
  const groups = new Map<string, Group>();
  const listeners = new Map<string, Set<() => void>>();
  // One queue in order of arrival: entry i has the number `oldest + i`.
  let queue: Entry[] = [];
  let head = 0;
  let oldest = 1;
  let bytes = 0;
  const evicted = { age: 0, memory: 0 };
  /** Ends of commits in the journal, and the newest batch of each. */
  let ends: { readonly end: Position; readonly n: number }[] = [];

  const size = (entry: Entry): number => entry.frame.length + RECORD_BYTES;
  const newest = (): number => oldest + (queue.length - head) - 1;

  const evict = (why: 'age' | 'memory'): void => {
    const entry = queue[head++]!;
    oldest++;
    bytes -= size(entry);
    slabs.release(entry.frame);
    entry.group.entries.shift();
    if (entry.group.entries.length === 0) groups.delete(keyOf(entry.group.merchant, entry.group.transaction));
    evicted[why]++;
    if (head > 4096 && head * 2 > queue.length) {
      queue = queue.slice(head);
      head = 0;
    }
  };

  const trim = (): void => {
    const limit = clock() - keepMs;
    while (head < queue.length && queue[head]!.receivedMs < limit) evict('age');
    while (head < queue.length && bytes > maxBytes) evict('memory');
  };

  const take = (batch: Batch): boolean => {
    const key = keyOf(batch.merchant, batch.transaction);
    let group = groups.get(key);
    const batchSeq = firstVarint(batch.frame);
    if (!group) {
      group = { merchant: batch.merchant, transaction: batch.transaction, entries: [], sessions: new Map() };
      groups.set(key, group);
    }
    let known = group.sessions.get(batch.session);
    if (!known) {
      known = { session: batch.session, highest: -1 };
      group.sessions.set(batch.session, known);
    }
    if (batchSeq > known.highest) known.highest = batchSeq;
    else if (group.entries.some((e) => e.batchSeq === batchSeq && e.session === batch.session)) return false;
    const entry: Entry = {
      n: newest() + 1,
      group,
      session: known.session,
      assurance: batch.assurance,
      late: batch.late,
      receivedMs: batch.receivedMs,
      batchSeq,
      frame: slabs.keep(batch.frame),
    };
    group.entries.push(entry);
    queue.push(entry);
    bytes += size(entry);
    return true;
  };

  const batchOf = (entry: Entry): LiveBatch => ({
    n: entry.n,
    merchant: entry.group.merchant,
    transaction: entry.group.transaction,
    session: entry.session,
    assurance: entry.assurance,
    late: entry.late,
    receivedMs: entry.receivedMs,
    frame: slabs.read(entry.frame),
  });

  return {
    boot,
    get newest() {
      return newest();
    },
    get oldest() {
      return oldest;
    },
    add(batches, end) {
      const touched = new Set<string>();
      for (const batch of batches) {
        if (!take(batch)) continue;
        touched.add(keyOf(batch.merchant, batch.transaction));
        touched.add(keyOf(batch.merchant));
      }
      if (end) ends.push({ end, n: newest() });
      trim();
      for (const key of touched) for (const listener of listeners.get(key) ?? []) listener();
    },
    numberBefore(position) {
      let passed = 0;
      while (passed < ends.length && comparePositions(ends[passed]!.end, position) <= 0) passed++;
      // Landing only goes forward: of what it passed, the last is enough.
      if (passed > 1) ends = ends.slice(passed - 1);
      return passed ? ends[passed > 1 ? 0 : passed - 1]!.n : 0;
    },
    batchesOf(merchant, transaction, after = 0) {
      const entries = groups.get(keyOf(merchant, transaction))?.entries ?? [];
      return entries.filter((e) => e.n > after).map(batchOf);
    },
    since(merchants, after, limit) {
      const batches: LiveBatch[] = [];
      let n = Math.max(after + 1, oldest);
      for (; n <= newest() && batches.length < limit; n++) {
        const entry = queue[head + n - oldest]!;
        if (merchants.has(entry.group.merchant)) batches.push(batchOf(entry));
      }
      return { batches, upTo: n - 1 };
    },
    transactions(merchants) {
      trim();
      const found: LiveTransaction[] = [];
      for (const { merchant, transaction, entries } of groups.values()) {
        const last = entries.at(-1)!;
        if (!merchants.has(merchant)) continue;
        found.push({ merchant, transaction, lastMs: last.receivedMs, lastN: last.n });
      }
      return found.sort((a, b) => b.lastN - a.lastN);
    },
    subscribe(merchant, transaction, listener) {
      const key = keyOf(merchant, transaction);
      const set = listeners.get(key) ?? new Set();
      listeners.set(key, set.add(listener));
      return () => {
        set.delete(listener);
        if (set.size === 0 && listeners.get(key) === set) listeners.delete(key);
      };
    },
    stats: () => ({
      transactions: groups.size,
      batches: queue.length - head,
      bytes,
      evicted: { ...evicted },
    }),
  };
};

const keyOf = (merchant: string, transaction = ''): string => `${merchant}/${transaction}`;

/** The batch number that a frame begins with (docs/wire.md). */
const firstVarint = (frame: Uint8Array): number => {
  let value = 0;
  for (let i = 0, scale = 1; i < 8; i++, scale *= 128) {
    const byte = frame[i] ?? 0;
    value += (byte & 127) * scale;
    if (byte < 128) break;
  }
  return value;
};
