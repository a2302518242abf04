import { compactDay, type DayInput, type DayResult } from './compact-day.ts';
import { daysApart } from './days.ts';
import type { LakeStore, StoredObject } from './lake-store.ts';
import {
  foldersOf,
  LAKE_LOGS,
  LAKE_TRANSACTIONS,
  LANDING_LOGS,
  partKey,
  type ShardDay,
  transactionsKey,
} from './layout.ts';
import type { Duck } from './open-duck.ts';
import { find } from './part-source.ts';
import { readSuppressions } from './suppressions.ts';

const HOUR_MS = 3_600_000;

export interface CompactOptions {
  readonly duck: Duck;
  readonly store: LakeStore;
  /** Wall clock, ms since 1970. */
  readonly nowMs: number;
  /** An hour is closed this long after its end: landing and clocks are a little behind. */
  readonly graceMs: number;
  /** Called before each shard's day. */
  readonly onProgress?: (done: number, total: number, day: ShardDay) => void;
  /** Called after each shard's day that was changed. */
  readonly onCompacted?: (day: DayResult) => void;
  /** Asked between shard's days. */
  readonly stopped?: () => boolean;
}

/** Compacts every shard's day that has something new, the oldest first. @returns what was changed */
export const compactLake = async (options: CompactOptions): Promise<DayResult[]> => {
  const { duck, store, nowMs, graceMs } = options;
  const suppressed = await readSuppressions(store);
  const landing = (await store.list(LANDING_LOGS)).filter((o) => isClosed(o, nowMs - graceMs));
  const parts = await store.list(LAKE_LOGS);
  const transactions = await store.list(LAKE_TRANSACTIONS);
  const byDay = new Map<string, { day: ShardDay; landing: StoredObject[] }>();
  for (const object of [...landing, ...parts]) {
    const { dt, shard } = foldersOf(object.key);
    if (!dt || !shard) continue;
    const entry = byDay.get(`${dt}/${shard}`) ?? { day: { dt, shard }, landing: [] };
    byDay.set(`${dt}/${shard}`, entry);
    if (object.key.startsWith(LANDING_LOGS)) entry.landing.push(object);
  }
  const results: DayResult[] = [];
  const keys = [...byDay.keys()].sort();
  // A part that this run has written is not in the listing of its start.
  let current = parts;
  for (const [i, key] of keys.entries()) {
    if (options.stopped?.()) break;
    const { day, landing: objects } = byDay.get(key)!;
    options.onProgress?.(i, keys.length, day);
    const input: DayInput = {
      day,
      landing: objects,
      part: find(parts, partKey(day)),
      transactions: find(transactions, transactionsKey(day)),
      around: current.filter((part) => part.key !== partKey(day) && isNear(day, part)),
    };
    const result = await compactDay(duck, store, input, suppressed);
    if (!result.changed) continue;
    results.push(result);
    options.onCompacted?.(result);
    current = await store.list(LAKE_LOGS);
  }
  return results;
};

/** Whether an object's hour was over at a time. */
const isClosed = (object: StoredObject, atMs: number): boolean => {
  const { dt, hour } = foldersOf(object.key);
  return dt !== undefined && hour !== undefined && Date.parse(`${dt}T${hour}:00:00Z`) + HOUR_MS <= atMs;
};

/** A session lasts 4 h and an outbox keeps a day: a copy may lie two days before or after. */
const isNear = (day: ShardDay, part: StoredObject): boolean =>
  daysApart(day.dt, foldersOf(part.key).dt ?? '') <= 2;
