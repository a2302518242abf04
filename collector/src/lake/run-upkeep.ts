import { mkdirSync, rmSync } from 'node:fs';
import { rm } from 'node:fs/promises';
import { join } from 'node:path';
import { JournalError } from '../journal/journal-error.ts';
import { takeLock } from '../journal/lock.ts';
import { applyRetention, type RetentionResult } from './apply-retention.ts';
import type { DayResult } from './compact-day.ts';
import { compactLake } from './compact-lake.ts';
import type { LakeConfig } from './lake-config.ts';
import type { LakeStore } from './lake-store.ts';
import type { ShardDay } from './layout.ts';
import { type Duck, openDuck } from './open-duck.ts';
import { removeLeftovers } from './remove-leftovers.ts';
import { trimCache } from './trim-cache.ts';
import { takeLease } from './upkeep-lease.ts';
import { walkFolder } from './walk-folder.ts';

/** Thrown when another process looks after the same lake. */
export class UpkeepBusyError extends Error {
  override readonly name = 'UpkeepBusyError';
}

export interface UpkeepOptions {
  readonly dataDir: string;
  readonly store: LakeStore;
  readonly config: LakeConfig;
  /** Wall clock, ms since 1970. */
  readonly nowMs: number;
  readonly threads?: number;
  readonly onProgress?: (done: number, total: number, day: ShardDay) => void;
  /** Called after each shard's day that was changed. */
  readonly onCompacted?: (day: DayResult) => void;
  readonly stopped?: () => boolean;
}

/** What one run did. */
export interface UpkeepResult {
  readonly compacted: readonly DayResult[];
  readonly removed: RetentionResult;
}

/**
 * Compaction, then retention, once. A day that cannot be compacted does not keep retention from what is past its time: it removes only
 * what a part covers.
 * @throws UpkeepBusyError, and what compaction failed with, once all the rest is done
 */
export const runUpkeep = (options: UpkeepOptions): Promise<UpkeepResult> =>
  withUpkeep(options, async (duck, lost) => {
    const { store, config, nowMs } = options;
    const stopped = (): boolean => lost() || (options.stopped?.() ?? false);
    const [compaction] = await Promise.allSettled([
      compactLake({ ...options, duck, store, nowMs, graceMs: config.graceMs, stopped }),
    ]);
    const removed = stopped()
      ? { landing: 0, lake: 0, deadLetter: 0, kept: 0 }
      : await applyRetention({ duck, store, config, nowMs });
    if (compaction.status === 'rejected') throw compaction.reason;
    return { compacted: compaction.value, removed };
  });

/**
 * Does work on the lake as the only one: takes the lock of the data folder and the lease of the bucket, clears what a killed run left,
 * opens DuckDB.
 * @param work is told by `lost()` that another process has taken over, and stops then
 * @throws UpkeepBusyError
 */
export const withUpkeep = async <T>(
  options: Pick<UpkeepOptions, 'dataDir' | 'store' | 'config' | 'threads'>,
  work: (duck: Duck, lost: () => boolean) => Promise<T>,
): Promise<T> =>
  withUpkeepLock(options.dataDir, options.store, async (lost) => {
    const { store, config, threads } = options;
    rmSync(store.scratch, { recursive: true, force: true });
    const duck = await openDuck({ scratch: store.scratch, memoryLimit: config.memory, threads });
    try {
      return await work(duck, lost);
    } finally {
      duck.close();
      rmSync(store.scratch, { recursive: true, force: true });
      await removeLeftovers(options.dataDir, Date.now());
      await removeOldSnapshots(join(options.dataDir, 'cache', 'snapshots'));
      await trimCache(join(options.dataDir, 'cache', 's3'), Date.now());
    }
  });

/**
 * Does work as the only one that changes this lake. Correctness does not rest on it, since every step is whole or not at all; without
 * it, work would be done twice.
 * @throws UpkeepBusyError
 */
export const withUpkeepLock = async <T>(
  dataDir: string,
  store: LakeStore,
  work: (lost: () => boolean) => Promise<T>,
): Promise<T> => {
  const unlock = lock(join(dataDir, 'cache'));
  try {
    const { claim } = store;
    if (!claim) return await work(() => false);
    const lease = await takeLease({ store: { ...store, claim }, now: Date.now });
    if (!lease) throw new UpkeepBusyError('another process compacts or erases in this bucket');
    try {
      return await work(lease.lost);
    } finally {
      await lease.release();
    }
  } finally {
    unlock();
  }
};

const lock = (dir: string): (() => void) => {
  mkdirSync(dir, { recursive: true });
  try {
    return takeLock(dir);
  } catch (error) {
    if (error instanceof JournalError)
      throw new UpkeepBusyError('another process compacts or erases in this lake');
    throw error;
  }
};

/** A snapshot is a name of its own for a file that a query may be reading. */
const SNAPSHOT_MS = 3_600_000;

/** Removes snapshots of what was replaced, once no query can be reading them any more. Of what is still there they take no room. */
const removeOldSnapshots = (folder: string): Promise<void> =>
  walkFolder(folder, Date.now(), async (path, { nlink, ctimeMs }) => {
    // The loss of its other name changes the status time.
    if (nlink < 2 && ctimeMs < Date.now() - SNAPSHOT_MS) await rm(path, { force: true });
  });
