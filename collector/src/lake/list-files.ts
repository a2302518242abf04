import { type Dirent, readdirSync, statSync } from 'node:fs';

/** A folder's entries, as they were when it had this modification time. */
interface Seen {
  readonly mtimeMs: number;
  readonly readMs: number;
  readonly folders: readonly string[];
  readonly files: readonly string[];
}

/** Lists files below a folder again and again, reading only the folders that changed. */
export interface FileLister {
  /** Paths of the files below `folder`, relative to it, in order. A missing folder is empty. */
  list(folder: string): string[];
}

/** File systems stamp times in ticks: a folder read this soon after its change may change again under the same stamp. */
const TICK_MS = 50;

/** @param suffix of the names that count */
export const createFileLister = (suffix: string): FileLister => {
  const seen = new Map<string, Seen>();

  const read = (folder: string): Seen | undefined => {
    const stat = statSync(folder, { throwIfNoEntry: false });
    if (!stat) {
      seen.delete(folder);
      return;
    }
    const known = seen.get(folder);
    if (known && known.mtimeMs === stat.mtimeMs && known.readMs - known.mtimeMs > TICK_MS) return known;
    const readMs = Date.now();
    const all = entries(folder);
    const now: Seen = {
      mtimeMs: stat.mtimeMs,
      readMs,
      folders: all.filter((e) => e.isDirectory()).map((e) => e.name),
      files: all.filter((e) => !e.isDirectory() && e.name.endsWith(suffix)).map((e) => e.name),
    };
    seen.set(folder, now);
    return now;
  };

  const walk = (folder: string, below: string, found: string[]): void => {
    const now = read(folder);
    if (!now) return;
    for (const name of now.files) found.push(`${below}${name}`);
    for (const name of now.folders) walk(`${folder}/${name}`, `${below}${name}/`, found);
  };

  return {
    list(folder) {
      const found: string[] = [];
      walk(folder, '', found);
      return found;
    },
  };
};

const entries = (folder: string): Dirent[] => {
  try {
    return readdirSync(folder, { withFileTypes: true }).sort((a, b) => (a.name < b.name ? -1 : 1));
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return [];
    throw error;
  }
};
