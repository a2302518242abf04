import { randomBytes } from 'node:crypto';
import type { Batch } from '../journal/batch.ts';
import { type BatchNumbers, hasNumber, withNumber } from '../journal/batch-numbers.ts';
import { firstVarint } from '../journal/first-varint.ts';
import { comparePositions, JOURNAL_START, type Position } from '../journal/position.ts';
import { createBatchRing, ENTRY_BYTES } from './batch-ring.ts';
import { createFrameSlabs } from './frame-slabs.ts';

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
  /** Bytes held: frames, and about what the records of batches, sessions and transactions take. */
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
  /** Ids of a transaction's sessions that have batches here. */
  sessionsOf(merchant: string, transaction: string): IterableIterator<string>;
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
  /** Most bytes held; the oldest go first. Default: 24 MiB, some 100,000 batches of 25 logs. */
  readonly maxBytes?: number;
  /** Names this process's numbering. Default: random. */
  readonly boot?: string;
}

interface Group {
  readonly merchant: string;
  readonly transaction: string;
  /** Numbers of its oldest and newest batch; the ring links those between. */
  first: number;
  last: number;
  readonly sessions: Map<string, Session>;
}

/** A session's one text, the batch numbers it has had, and how many are held. */
interface Session {
  readonly session: string;
  numbers: BatchNumbers | undefined;
  held: number;
}

/** Memory of a transaction's and of a session's own records, about. */
const GROUP_BYTES = 500;
const SESSION_BYTES = 250;

/**
 * Makes a live store. Frames stay encoded (about 10 bytes a log) and lie packed in slabs; they are decoded when someone looks.
 * @example const live = createLive({ clock: Date.now }); journal.onCommitted((batches) => live.add(batches));
 */
export const createLive = (options: LiveOptions): Live => {
  const { clock, keepMs = 3_600_000, maxBytes = DEFAULT_BYTES } = options;
  const boot = options.boot ?? randomBytes(6).toString('hex');
  const slabs = createFrameSlabs();
  const ring = createBatchRing<Group, Session>();
  const groups = new Map<string, Group>();
  const listeners = new Map<string, Set<() => void>>();
  let bytes = 0;
  const evicted = { age: 0, memory: 0 };

  const evict = (why: 'age' | 'memory'): void => {
    const n = ring.oldest;
    const next = ring.next(n);
    const { group, session, length } = ring.shift();
    bytes -= length + ENTRY_BYTES;
    slabs.releaseBefore(ring.oldest <= ring.newest ? ring.get(ring.oldest).at : slabs.end);
    group.first = next;
    if (--session.held === 0) {
      group.sessions.delete(session.session);
      bytes -= SESSION_BYTES;
    }
    if (next === 0) {
      groups.delete(keyOf(group.merchant, group.transaction));
      bytes -= GROUP_BYTES;
    }
    evicted[why]++;
  };

  const trim = (): void => {
    const limit = clock() - keepMs;
    while (ring.oldest <= ring.newest && ring.receivedMs(ring.oldest) < limit) evict('age');
    while (ring.oldest <= ring.newest && bytes > maxBytes) evict('memory');
  };

  /** Numbers of a transaction's batches over `after`, oldest first. */
  function* numbersOf(group: Group | undefined, after = 0): Generator<number> {
    for (let n = group?.first ?? 0; n !== 0; n = ring.next(n)) if (n > after) yield n;
  }

  const groupOf = (merchant: string, transaction: string): Group => {
    const key = keyOf(merchant, transaction);
    const known = groups.get(key);
    if (known) return known;
    const group = { merchant, transaction, first: 0, last: 0, sessions: new Map<string, Session>() };
    groups.set(key, group);
    bytes += GROUP_BYTES;
    return group;
  };

  const sessionOf = (group: Group, id: string): Session => {
    const known = group.sessions.get(id);
    if (known) return known;
    const session: Session = { session: id, numbers: undefined, held: 0 };
    group.sessions.set(id, session);
    bytes += SESSION_BYTES;
    return session;
  };

  const take = (batch: Batch, end: Position): boolean => {
    const group = groupOf(batch.merchant, batch.transaction);
    const session = sessionOf(group, batch.session);
    const batchSeq = firstVarint(batch.frame);
    if (session.numbers !== undefined && hasNumber(session.numbers, batchSeq)) return false;
    session.numbers = withNumber(session.numbers, batchSeq);
    const { assurance, late, receivedMs } = batch;
    const { length } = batch.frame;
    const at = slabs.keep(batch.frame);
    const n = ring.push({ group, session, assurance, late, receivedMs, at, length, end });
    if (group.first === 0) group.first = n;
    else ring.link(group.last, n);
    group.last = n;
    session.held++;
    bytes += length + ENTRY_BYTES;
    return true;
  };

  const batchOf = (n: number): LiveBatch => {
    const { group, session, at, length, assurance, late, receivedMs } = ring.get(n);
    const { merchant, transaction } = group;
    const frame = slabs.read(at, length);
    return { n, merchant, transaction, session: session.session, assurance, late, receivedMs, frame };
  };

  return {
    boot,
    get newest() {
      return ring.newest;
    },
    get oldest() {
      return ring.oldest;
    },
    add(batches, end) {
      const at = end ?? (ring.oldest <= ring.newest ? ring.end(ring.newest) : JOURNAL_START);
      const touched = new Set<string>();
      for (const batch of batches) {
        // Names are put together only for someone who listens.
        if (!take(batch, at) || listeners.size === 0) continue;
        touched.add(keyOf(batch.merchant, batch.transaction));
        touched.add(keyOf(batch.merchant));
      }
      trim();
      for (const key of touched) for (const listener of listeners.get(key) ?? []) listener();
    },
    numberBefore(position) {
      // Commits came in order: the last entry whose commit ends no later, by halving.
      let low = ring.oldest;
      let high = ring.newest + 1;
      while (low < high) {
        const middle = Math.floor((low + high) / 2);
        if (comparePositions(ring.end(middle), position) <= 0) low = middle + 1;
        else high = middle;
      }
      return low - 1;
    },
    batchesOf(merchant, transaction, after = 0) {
      return [...numbersOf(groups.get(keyOf(merchant, transaction)), after)].map(batchOf);
    },
    sessionsOf: (merchant, transaction) =>
      (groups.get(keyOf(merchant, transaction))?.sessions ?? new Map<string, Session>()).keys(),
    since(merchants, after, limit) {
      const batches: LiveBatch[] = [];
      let n = Math.max(after + 1, ring.oldest);
      for (; n <= ring.newest && batches.length < limit; n++) {
        if (merchants.has(ring.get(n).group.merchant)) batches.push(batchOf(n));
      }
      return { batches, upTo: n - 1 };
    },
    transactions(merchants) {
      trim();
      const found: LiveTransaction[] = [];
      for (const { merchant, transaction, last } of groups.values()) {
        if (!merchants.has(merchant)) continue;
        found.push({ merchant, transaction, lastMs: ring.receivedMs(last), lastN: last });
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
      batches: ring.newest - ring.oldest + 1,
      bytes,
      evicted: { ...evicted },
    }),
  };
};

/** What lands is read from there: this store need only reach back to what has not landed yet, and be quick. */
const DEFAULT_BYTES = 24 * 1024 * 1024;

const keyOf = (merchant: string, transaction = ''): string => `${merchant}/${transaction}`;
