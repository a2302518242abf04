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
  /** Paths of the files below `folder`, relative to it, in order; the same array while nothing changes. A missing folder is empty. */
  list(folder: string): readonly string[];
}

/** File systems stamp times in ticks: a folder read this soon after its change may change again under the same stamp. */
const TICK_MS = 50;

/** @param isWanted whether a file of this name counts */
export const createFileLister = (isWanted: (name: string) => boolean): FileLister => {
  const seen = new Map<string, Seen>();
  const listed = new Map<string, readonly string[]>();
  let changes = 0;

  const read = (folder: string): Seen | undefined => {
    const stat = statSync(folder, { throwIfNoEntry: false });
    if (!stat) {
      if (seen.delete(folder)) changes++;
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
      files: all.filter((e) => !e.isDirectory() && isWanted(e.name)).map((e) => e.name),
    };
    // Read again only because the clock's tick was too near: mostly it is what it was.
    if (!known || known.mtimeMs !== now.mtimeMs || !isSame(known, now)) changes++;
    seen.set(folder, now);
    return now;
  };

  /** Looks at every folder. */
  const walk = (folder: string): void => {
    for (const name of read(folder)?.folders ?? []) walk(`${folder}/${name}`);
  };

  const collect = (folder: string, below: string, found: string[]): string[] => {
    const now = seen.get(folder);
    for (const name of now?.files ?? []) found.push(`${below}${name}`);
    for (const name of now?.folders ?? []) collect(`${folder}/${name}`, `${below}${name}/`, found);
    return found;
  };

  return {
    list(folder) {
      const before = changes;
      walk(folder);
      const known = listed.get(folder);
      if (known && changes === before) return known;
      const found = collect(folder, '', []);
      listed.set(folder, found);
      return found;
    },
  };
};

const isSame = (a: Seen, b: Seen): boolean =>
  a.files.length === b.files.length &&
  a.folders.length === b.folders.length &&
  a.files.every((name, i) => name === b.files[i]) &&
  a.folders.every((name, i) => name === b.folders[i]);

const entries = (folder: string): Dirent[] => {
  try {
    return readdirSync(folder, { withFileTypes: true }).sort((a, b) => (a.name < b.name ? -1 : 1));
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return [];
    throw error;
  }
};
