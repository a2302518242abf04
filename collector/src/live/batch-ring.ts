import type { Batch } from '../journal/batch.ts';
import type { Position } from '../journal/position.ts';

/** What is kept of a batch beside its frame. */
export interface RingEntry<Group, Session> {
  readonly group: Group;
  readonly session: Session;
  readonly assurance: Batch['assurance'];
  readonly late: boolean;
  readonly receivedMs: number;
  /** Where its frame lies (frame-slabs.ts), and its length. */
  readonly at: number;
  readonly length: number;
  /** End of its commit in the journal. */
  readonly end: Position;
}

/** Entries numbered in order of arrival, the oldest leaving first; see {@link createBatchRing}. */
export interface BatchRing<Group, Session> {
  /** Numbers of the oldest entry and of the newest; `oldest` = `newest` + 1 when there is none. */
  readonly oldest: number;
  readonly newest: number;
  /** @returns its number */
  push(entry: RingEntry<Group, Session>): number;
  get(n: number): RingEntry<Group, Session>;
  receivedMs(n: number): number;
  end(n: number): Position;
  /** Number of the next entry of the same group, 0 for none. */
  next(n: number): number;
  link(n: number, next: number): void;
  /** Lets go of the oldest. @returns what it was */
  shift(): RingEntry<Group, Session>;
}

/** Bytes of an entry in its columns. */
export const ENTRY_BYTES = 52;

const LATE = 4;

/**
 * One array for each field and a slot for each entry, used again and again: 52 bytes an entry where an object each would cost three
 * times that, and nothing for the garbage collector to find.
 */
export const createBatchRing = <Group, Session>(): BatchRing<Group, Session> => {
  let capacity = 1_024;
  let oldest = 1;
  let newest = 0;
  const columns = (size: number) => ({
    received: new Float64Array(size),
    at: new Float64Array(size),
    next: new Float64Array(size),
    segment: new Float64Array(size),
    offset: new Float64Array(size),
    length: new Uint16Array(size),
    flags: new Uint8Array(size),
    group: new Array<Group | undefined>(size).fill(undefined),
    session: new Array<Session | undefined>(size).fill(undefined),
  });
  let all = columns(capacity);
  const slot = (n: number): number => n & (capacity - 1);

  const grow = (): void => {
    const old = all;
    const larger = columns(capacity * 2);
    for (let n = oldest; n <= newest; n++) {
      const from = n & (capacity - 1);
      const to = n & (capacity * 2 - 1);
      for (const name of Object.keys(old) as (keyof typeof old)[])
        larger[name][to] = old[name][from] as never;
    }
    all = larger;
    capacity *= 2;
  };

  const get = (n: number): RingEntry<Group, Session> => {
    const i = slot(n);
    return {
      group: all.group[i]!,
      session: all.session[i]!,
      assurance: (all.flags[i]! & 3) as Batch['assurance'],
      late: (all.flags[i]! & LATE) > 0,
      receivedMs: all.received[i]!,
      at: all.at[i]!,
      length: all.length[i]!,
      end: { segment: all.segment[i]!, offset: all.offset[i]! },
    };
  };

  return {
    get oldest() {
      return oldest;
    },
    get newest() {
      return newest;
    },
    push(entry) {
      if (newest - oldest + 1 === capacity) grow();
      const i = slot(++newest);
      all.group[i] = entry.group;
      all.session[i] = entry.session;
      all.flags[i] = entry.assurance | (entry.late ? LATE : 0);
      all.received[i] = entry.receivedMs;
      all.at[i] = entry.at;
      all.length[i] = entry.length;
      all.segment[i] = entry.end.segment;
      all.offset[i] = entry.end.offset;
      all.next[i] = 0;
      return newest;
    },
    get,
    receivedMs: (n) => all.received[slot(n)]!,
    end: (n) => ({ segment: all.segment[slot(n)]!, offset: all.offset[slot(n)]! }),
    next: (n) => all.next[slot(n)]!,
    link: (n, next) => {
      all.next[slot(n)] = next;
    },
    shift() {
      const entry = get(oldest);
      all.group[slot(oldest)] = undefined;
      all.session[slot(oldest)] = undefined;
      oldest++;
      return entry;
    },
  };
};
