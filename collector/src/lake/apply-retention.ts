import { DAY_MS, dayOf } from './days.ts';
import type { LakeConfig } from './lake-config.ts';
import type { LakeStore, StoredObject } from './lake-store.ts';
import {
  DEAD_LETTER,
  foldersOf,
  inventoryKey,
  LAKE_COMPACTED,
  LAKE_INVENTORY,
  LAKE_LOGS,
  LAKE_TRANSACTIONS,
  LANDING_LOGS,
  nameOf,
  shardDayOf,
} from './layout.ts';
import type { Duck } from './open-duck.ts';
import { readInventory, readSources } from './part-source.ts';
import { inTurns } from './remote-lists.ts';

export interface RetentionOptions {
  readonly duck: Pick<Duck, 'rows'>;
  readonly store: LakeStore;
  readonly config: Pick<LakeConfig, 'landingDays' | 'lakeDays' | 'deadLetterDays'>;
  /** Wall clock, ms since 1970. */
  readonly nowMs: number;
}

/** What was removed, by zone; `kept` are landing objects past their time that no part covers yet. */
export interface RetentionResult {
  readonly landing: number;
  readonly lake: number;
  readonly deadLetter: number;
  readonly kept: number;
}

/**
 * Removes what is past its time. A landing object goes only when a part covers it: if compaction has stood still for two weeks,
 * the disk fills rather than that data is lost.
 */
export const applyRetention = async ({
  duck,
  store,
  config,
  nowMs,
}: RetentionOptions): Promise<RetentionResult> => {
  const before = (days: number): string => dayOf(nowMs - days * DAY_MS);
  const isPast = (object: StoredObject, days: number): boolean =>
    (foldersOf(object.key).dt ?? '9') < before(days);
  const remove = async (objects: readonly StoredObject[]): Promise<number> => {
    await inTurns(objects, ({ key }) => store.remove(key));
    return objects.length;
  };

  const parts = await store.list(LAKE_LOGS);
  // What is past the lake's time must not come back out of landing.
  const landingDays = Math.min(config.landingDays, config.lakeDays);
  const past = (await store.list(LANDING_LOGS)).filter((o) => isPast(o, landingDays));
  const covered = await coveredOf(duck, store, parts, new Set(past.map((o) => shardDayOf(o.key))));
  const removable = past.filter((o) => covered.get(shardDayOf(o.key))?.names.has(nameOf(o.key)));

  const inventories = await store.list(LAKE_INVENTORY);
  // The part of a day that was looked at names its inventory; the ones before it are of no use once no reader can hold them.
  const stale = inventories.filter((o) => {
    const current = covered.get(shardDayOf(o.key))?.inventory;
    return current !== undefined && o.key !== current && o.modifiedMs < nowMs - DAY_MS;
  });
  const zones = [parts, await store.list(LAKE_TRANSACTIONS), inventories];
  const compacted = (await store.list(LAKE_COMPACTED)).filter((o) => isPast(o, landingDays + 1));
  return {
    landing: await remove(removable),
    kept: past.length - removable.length,
    lake: await remove([...zones.flat().filter((o) => isPast(o, config.lakeDays)), ...stale, ...compacted]),
    deadLetter: await remove((await store.list(DEAD_LETTER)).filter((o) => isPast(o, config.deadLetterDays))),
  };
};

const coveredOf = async (
  duck: Pick<Duck, 'rows'>,
  store: LakeStore,
  parts: readonly StoredObject[],
  days: ReadonlySet<string>,
): Promise<Map<string, { names: ReadonlySet<string>; inventory: string }>> => {
  const covered = new Map<string, { names: ReadonlySet<string>; inventory: string }>();
  for (const part of parts) {
    const id = shardDayOf(part.key);
    if (!days.has(id)) continue;
    const [dt = '', shard = ''] = id.split('/');
    const path = await store.snapshot(part);
    const { inputs } = (await readSources(duck, [path])).get(path)!;
    const inventory = inventoryKey({ dt, shard }, inputs);
    const names = await readInventory(store, { dt, shard }, inputs);
    covered.set(id, { names: names ?? new Set(), inventory });
  }
  return covered;
};
