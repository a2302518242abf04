import { compactDay, type DayInput, type DayResult } from './compact-day.ts';
import { daysApart } from './days.ts';
import { LakeChangedError, type LakeStore, type StoredObject } from './lake-store.ts';
import {
  foldersOf,
  inventoryKey,
  LAKE_INVENTORY,
  LAKE_LOGS,
  LAKE_TRANSACTIONS,
  LANDING_LOGS,
  nameOf,
  partKey,
  type ShardDay,
  shardDayOf,
  transactionsKey,
} from './layout.ts';
import type { Duck } from './open-duck.ts';
import { digestOf, inventoryText } from './part-source.ts';
import { inTurns, publishedLists } from './remote-lists.ts';
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

/**
 * Compacts every shard's day that has something new, the oldest first. Days of which nothing is in landing any more are not looked at:
 * a year of parts would have to be read, and from a bucket downloaded, each time. A day that cannot be compacted, such as one with an
 * object that cannot be read, keeps no other from it.
 * @returns what was changed
 * @throws the first error of a day, once all the others are done
 */
export const compactLake = async (options: CompactOptions): Promise<DayResult[]> => {
  const { duck, store, nowMs, graceMs } = options;
  const suppressed = await readSuppressions(store);
  const landing = (await store.list(LANDING_LOGS)).filter((o) => isClosed(o, nowMs - graceMs));
  const parts = new Map((await store.list(LAKE_LOGS)).map((o) => [o.key, o]));
  const transactions = new Map((await store.list(LAKE_TRANSACTIONS)).map((o) => [o.key, o]));
  const byDay = new Map<string, StoredObject[]>();
  for (const object of landing) {
    const id = shardDayOf(object.key);
    const known = byDay.get(id);
    if (known) known.push(object);
    else byDay.set(id, [object]);
  }
  // What was lost, and can be made again.
  for (const { key } of parts.values()) {
    const id = shardDayOf(key);
    if (!byDay.has(id) && !transactions.has(transactionsKey(dayOfId(id)))) byDay.set(id, []);
  }
  // Published last of all, so a day whose list names all that landed is done. A local store's parts are read at no cost.
  const lists = store.change ? undefined : await publishedLists(store, {}, new Set(byDay.keys()));
  // By its inventory retention knows what a part covers: without it landing would never be emptied.
  const inventories =
    lists && (await inventoriesOf(store, new Set([...byDay.keys()].map((id) => dayOfId(id).dt))));
  const isDone = (id: string, objects: readonly StoredObject[]): boolean => {
    const day = dayOfId(id);
    const list = lists?.get(id);
    return (
      parts.has(partKey(day)) &&
      transactions.has(transactionsKey(day)) &&
      objects.every((o) => list?.has(nameOf(o.key))) &&
      (!list || !inventories || inventories.has(inventoryKey(day, digestOf(inventoryText(list)))))
    );
  };
  const open = [...byDay]
    .filter(([id, objects]) => !isDone(id, objects))
    .sort(([a], [b]) => (a < b ? -1 : 1));
  const results: DayResult[] = [];
  // A part that this run has written is not in the listing of its start.
  let current: readonly StoredObject[] = [...parts.values()];
  const failures: unknown[] = [];
  for (const [i, [id, objects]] of open.entries()) {
    if (options.stopped?.()) break;
    const day = dayOfId(id);
    options.onProgress?.(i, open.length, day);
    const input: DayInput = {
      day,
      landing: objects,
      part: parts.get(partKey(day)),
      transactions: transactions.get(transactionsKey(day)),
      around: current.filter((part) => part.key !== partKey(day) && isNear(day, part)),
    };
    const result = await compactDay(duck, store, input, suppressed).catch((error: unknown) => {
      // Another process is at it.
      if (error instanceof LakeChangedError) throw error;
      failures.push(error);
    });
    if (!result?.changed) continue;
    results.push(result);
    options.onCompacted?.(result);
    current = await store.list(LAKE_LOGS);
  }
  if (failures.length) throw failures[0];
  return results;
};

/** Keys of the inventories of some days. */
const inventoriesOf = async (store: LakeStore, days: ReadonlySet<string>): Promise<ReadonlySet<string>> => {
  const found = await inTurns([...days], (dt) => store.list(`${LAKE_INVENTORY}/dt=${dt}`));
  return new Set(found.flat().map((o) => o.key));
};

const dayOfId = (id: string): ShardDay => {
  const [dt = '', shard = ''] = id.split('/');
  return { dt, shard };
};

/** Whether an object's hour was over at a time. */
const isClosed = (object: StoredObject, atMs: number): boolean => {
  const { dt, hour } = foldersOf(object.key);
  return dt !== undefined && hour !== undefined && Date.parse(`${dt}T${hour}:00:00Z`) + HOUR_MS <= atMs;
};

/** A session lasts 4 h and an outbox keeps a day: a copy may lie two days before or after. */
const isNear = (day: ShardDay, part: StoredObject): boolean =>
  daysApart(day.dt, foldersOf(part.key).dt ?? '') <= 2;
