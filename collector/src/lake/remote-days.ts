import { dayOf, daysBetween, shiftDay } from './days.ts';
import type { LakeStore, StoredObject } from './lake-store.ts';
import { foldersOf, LAKE_LOGS, LANDING_LOGS, nameOf, shardDayOf } from './layout.ts';
import type { LakeDay } from './open-lake.ts';
import { digestOf } from './part-source.ts';
import { inTurns, publishedLists } from './remote-lists.ts';

/** An answer is good for so long, ms: questions come several at a time. */
const KEEP_MS = 15_000;
/** Landing keeps its objects for so many days by default; days that may have nothing but those are told of as well. */
const LANDING_DAYS = 14;

export interface RemoteDaysOptions {
  readonly store: LakeStore;
  /** Wall clock, ms since 1970. */
  readonly now: () => number;
}

/**
 * Receive days of a lake in a bucket, by its listings alone: the parts' ETags are the days' versions. A day before yesterday is
 * settled when the published lists say that its parts cover what landed on it; that is looked up once for each version, so what
 * lands on it later shows when compaction has added it.
 * @example const days = await createRemoteDays({ store, now: Date.now })();
 */
export const createRemoteDays = ({ store, now }: RemoteDaysOptions): (() => Promise<readonly LakeDay[]>) => {
  /** Version of each day that was found settled. */
  const settled = new Map<string, string>();
  let kept: { readonly untilMs: number; readonly days: Promise<readonly LakeDay[]> } | undefined;

  const isCovered = async (dt: string): Promise<boolean> => {
    const landing = await store.list(`${LANDING_LOGS}/dt=${dt}`);
    if (landing.length === 0) return true;
    const lists = await publishedLists(
      store,
      { from: dt, to: dt },
      new Set(landing.map((o) => shardDayOf(o.key))),
    );
    return landing.every((o) => lists.get(shardDayOf(o.key))?.has(nameOf(o.key)));
  };

  const read = async (): Promise<readonly LakeDay[]> => {
    const parts = new Map<string, StoredObject[]>();
    for (const part of await store.list(LAKE_LOGS)) {
      const { dt = '' } = foldersOf(part.key);
      parts.set(dt, [...(parts.get(dt) ?? []), part]);
    }
    const today = dayOf(now());
    const first = [...parts.keys(), shiftDay(today, -LANDING_DAYS)].sort()[0]!;
    return inTurns(daysBetween(first, shiftDay(today, 1)), async (dt) => {
      const own = parts.get(dt) ?? [];
      const version = digestOf(own.map((o) => `${o.key}@${o.version}`).join());
      const mayClose = own.length > 0 && dt < shiftDay(today, -1);
      if (mayClose && settled.get(dt) !== version && (await isCovered(dt))) settled.set(dt, version);
      return { dt, version, settled: mayClose && settled.get(dt) === version };
    });
  };

  return () => {
    if (!kept || now() >= kept.untilMs) {
      const days = read();
      kept = { untilMs: now() + KEEP_MS, days };
      days.catch(() => {
        kept = undefined;
      });
    }
    return kept.days;
  };
};
