import { rm } from 'node:fs/promises';
import { join } from 'node:path';
import { DAY_MS } from './days.ts';
import { DEAD_LETTER } from './layout.ts';
import { walkFolder } from './walk-folder.ts';

/** What is written beside its place has its name within minutes. */
const UNFINISHED_MS = DAY_MS;

/** Where files are written beside their place and renamed, and where DuckDB puts what does not fit into memory. */
const ZONES = ['landing', 'lake', DEAD_LETTER, 'cache/duckdb'];

/**
 * Removes what killed processes left in the data folder: temporary files, which no listing shows, once they are older than a day; and
 * folders of landing, lake and dead letters whose last object retention has removed.
 * @param nowMs wall clock, ms since 1970
 */
export const removeLeftovers = async (dataDir: string, nowMs: number): Promise<void> => {
  const remove = async (path: string, { mtimeMs }: { readonly mtimeMs: number }): Promise<void> => {
    if (mtimeMs < nowMs - UNFINISHED_MS) await rm(path, { force: true });
  };
  for (const zone of ZONES)
    await walkFolder(join(dataDir, zone), nowMs, remove, (name) => name.endsWith('.tmp'));
};
