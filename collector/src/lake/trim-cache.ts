import { readdirSync, rmSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { DAY_MS } from './days.ts';

/** Bytes that downloaded objects may take, and how long one that was used is kept at least (ms): a query may be reading it. */
export const CACHE_BYTES = 20 * 1024 ** 3;
const KEEP_MS = 3_600_000;
/** What nobody has asked for so long is removed in any case, ms. */
const UNUSED_MS = 7 * DAY_MS;

/**
 * Removes downloaded objects that are not wanted any more: first those unused for a week, then the longest unused beyond
 * {@link CACHE_BYTES}. One that is wanted again is downloaded again.
 * @param folder of the downloads
 * @param nowMs wall clock, ms since 1970
 */
export const trimCache = (folder: string, nowMs: number, maxBytes = CACHE_BYTES): void => {
  const files = filesBelow(folder).sort((a, b) => b.usedMs - a.usedMs);
  let bytes = 0;
  for (const file of files) {
    bytes += file.bytes;
    const unused = nowMs - file.usedMs;
    if (unused > UNUSED_MS || (bytes > maxBytes && unused > KEEP_MS)) rmSync(file.path, { force: true });
  }
};

const filesBelow = (folder: string): { path: string; bytes: number; usedMs: number }[] => {
  try {
    return readdirSync(folder, { withFileTypes: true, recursive: true }).flatMap((entry) => {
      const path = join(entry.parentPath, entry.name);
      const stat = entry.isFile() ? statSync(path, { throwIfNoEntry: false }) : undefined;
      return stat ? [{ path, bytes: stat.size, usedMs: stat.mtimeMs }] : [];
    });
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return [];
    throw error;
  }
};
