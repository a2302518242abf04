import type { Dirent, Stats } from 'node:fs';
import { readdir, rmdir, stat } from 'node:fs/promises';
import { join } from 'node:path';

/** A folder that was made a moment ago is about to get its file. */
const FRESH_MS = 3_600_000;

/**
 * Goes through a folder and removes folders that are empty: every version of a part has had one of its own in the cache, and every hour
 * one in landing. Not synchronously: whoever shares this thread gets a turn between files. What goes away meanwhile is passed over.
 * @param nowMs wall clock, ms since 1970
 * @param visit told of each file
 * @param isMeant which files, by their name; by default all
 */
export const walkFolder = async (
  folder: string,
  nowMs: number,
  visit: (path: string, stats: Stats) => void | Promise<void>,
  isMeant: (name: string) => boolean = () => true,
): Promise<void> => {
  const entries = await readdir(folder, { withFileTypes: true }).catch(ifThere<Dirent[]>);
  for (const entry of entries ?? []) {
    const path = join(folder, entry.name);
    if (entry.isDirectory()) {
      await walkFolder(path, nowMs, visit, isMeant);
      const stats = await stat(path).catch(ifThere<Stats>);
      // Refused for one that holds something.
      if (stats && stats.mtimeMs < nowMs - FRESH_MS) await rmdir(path).catch(() => undefined);
    } else if (isMeant(entry.name)) {
      const stats = await stat(path).catch(ifThere<Stats>);
      if (stats) await visit(path, stats);
    }
  }
};

const ifThere = <T>(error: NodeJS.ErrnoException): T | undefined => {
  if (error.code === 'ENOENT') return;
  throw error;
};
