import { readFileSync } from 'node:fs';
import type { Bounds } from './bounds-of.ts';
import { daysApart, daysBetween, shiftDay } from './days.ts';
import type { LakeStore, StoredObject } from './lake-store.ts';
import { foldersOf, LAKE_COMPACTED } from './layout.ts';
import { publishedNames } from './part-source.ts';

/** More days than these are listed at one go. */
const MAX_LISTED_DAYS = 60;

/** Objects of the days that a statement names and of two more around them, where copies may lie; of all days, where it names none. */
export const listDays = async (
  store: LakeStore,
  prefix: string,
  { from, to }: Bounds,
): Promise<readonly StoredObject[]> => {
  const isShort = from !== undefined && to !== undefined && daysApart(from, to) + 5 <= MAX_LISTED_DAYS;
  if (store.change || !isShort) return store.list(prefix);
  const days = daysBetween(shiftDay(from, -2), shiftDay(to, 2));
  return (await inTurns(days, (dt) => store.list(`${prefix}/dt=${dt}`))).flat();
};

/**
 * Names of the landing objects that parts cover, by `<dt>/<shard>`, as compaction publishes them. Other than the parts' own footers
 * they cost no download of the parts; they may be a step behind, and what is then read from both places `logs_all` shows once.
 * @param landed `<dt>/<shard>` of the lists that are wanted
 */
export const publishedLists = async (
  store: LakeStore,
  wanted: Bounds,
  landed: ReadonlySet<string>,
): Promise<ReadonlyMap<string, ReadonlySet<string>>> => {
  const idOf = ({ key }: StoredObject): string =>
    `${foldersOf(key).dt}/${/shard-(\w+)\.ndjson$/.exec(key)?.[1] ?? ''}`;
  const objects = (await listDays(store, LAKE_COMPACTED, wanted)).filter((o) => landed.has(idOf(o)));
  const lists = await inTurns(objects, async (object) => {
    const names = publishedNames(readFileSync(await store.snapshot(object), 'utf8'));
    return [idOf(object), new Set(names)] as const;
  });
  return new Map(lists);
};

/** Downloads under way at a time. */
const AT_ONCE = 16;

/** Does work on all items, some at a time. @returns the results in order */
export const inTurns = async <T, R>(items: readonly T[], work: (item: T) => Promise<R>): Promise<R[]> => {
  const results = new Array<R>(items.length);
  let next = 0;
  const one = async (): Promise<void> => {
    for (let i = next++; i < items.length; i = next++) results[i] = await work(items[i]!);
  };
  await Promise.all(Array.from({ length: Math.min(AT_ONCE, items.length) }, one));
  return results;
};
