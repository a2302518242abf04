import { readFileSync, renameSync, writeFileSync } from 'node:fs';
import type { KnownSources } from './lake-state.ts';

/** Keeps the sources of parts between processes, in a file of the cache: losing it costs a look at each part. */
export const createKnownSources = (
  path: string,
): { recall(): KnownSources; remember(sources: KnownSources): void } => ({
  recall() {
    try {
      return JSON.parse(readFileSync(path, 'utf8')) as KnownSources;
    } catch {
      // Not there yet, or torn: it is only a cache.
      return [];
    }
  },
  remember(sources) {
    const temporary = `${path}.${process.pid}.tmp`;
    writeFileSync(temporary, JSON.stringify(sources));
    renameSync(temporary, path);
  },
});
