import { rm } from 'node:fs/promises';
import { DAY_MS } from './days.ts';
import { walkFolder } from './walk-folder.ts';

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
export const trimCache = async (folder: string, nowMs: number, maxBytes = CACHE_BYTES): Promise<void> => {
  const files: { path: string; bytes: number; usedMs: number }[] = [];
  await walkFolder(folder, nowMs, (path, stat) => {
    files.push({ path, bytes: stat.size, usedMs: stat.mtimeMs });
  });
  let bytes = 0;
  for (const file of files.sort((a, b) => b.usedMs - a.usedMs)) {
    bytes += file.bytes;
    const unused = nowMs - file.usedMs;
    if (unused > UNUSED_MS || (bytes > maxBytes && unused > KEEP_MS)) await rm(file.path, { force: true });
  }
};
