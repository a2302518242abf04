import type { Dirent, Stats } from 'node:fs';
import { readdir, rmdir, stat } from 'node:fs/promises';
import { join } from 'node:path';

/** A folder that was made a moment ago is about to get its file. */
const FRESH_MS = 3_600_000;

/**
 * Goes through a folder of the cache and removes folders that are empty: every version of a part has had one of its own. Not
 * synchronously: whoever shares this thread gets a turn between files. What goes away meanwhile is passed over.
 * @param nowMs wall clock, ms since 1970
 * @param visit told of each file
 */
export const walkCache = async (
  folder: string,
  nowMs: number,
  visit: (path: string, stats: Stats) => void | Promise<void>,
): Promise<void> => {
  const entries = await readdir(folder, { withFileTypes: true }).catch(ifThere<Dirent[]>);
  for (const entry of entries ?? []) {
    const path = join(folder, entry.name);
    if (entry.isDirectory()) {
      await walkCache(path, nowMs, visit);
      const stats = await stat(path).catch(ifThere<Stats>);
      // Refused for one that holds something.
      if (stats && stats.mtimeMs < nowMs - FRESH_MS) await rmdir(path).catch(() => undefined);
    } else {
      const stats = await stat(path).catch(ifThere<Stats>);
      if (stats) await visit(path, stats);
    }
  }
};

const ifThere = <T>(error: NodeJS.ErrnoException): T | undefined => {
  if (error.code === 'ENOENT') return;
  throw error;
};
