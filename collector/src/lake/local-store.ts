import { randomUUID } from 'node:crypto';
import {
  type Dirent,
  linkSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  statSync,
  writeFileSync,
} from 'node:fs';
import { mkdir, open, readFile, rename, rm } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { setImmediate } from 'node:timers/promises';
import type { LakeStore, StoredObject } from './lake-store.ts';

/** The lake in a local folder. A snapshot is a hard link: it costs no bytes, and stays when the object is replaced. */
export const createLocalStore = (root: string): LakeStore => {
  const scratch = join(root, 'cache', 'work');
  const snapshots = join(root, 'cache', 'snapshots');
  const changeFile = join(root, 'cache', 'lake-change');
  let counter = 0;
  /** Tells readers, also of other processes, that `lake/` is about to change or has changed. */
  const noteChange = (key: string): void => {
    if (!key.startsWith('lake/')) return;
    mkdirSync(dirname(changeFile), { recursive: true });
    writeFileSync(changeFile, randomUUID());
  };
  return {
    scratch,
    change() {
      try {
        return readFileSync(changeFile, 'utf8') || undefined;
      } catch (error) {
        if ((error as NodeJS.ErrnoException).code === 'ENOENT') return;
        throw error;
      }
    },
    async list(prefix) {
      const found: StoredObject[] = [];
      const walk = async (folder: string): Promise<void> => {
        // A stat of each file of two weeks takes a second: whoever shares this thread gets a turn between folders.
        await setImmediate();
        for (const entry of entries(join(root, folder))) {
          const key = `${folder}/${entry.name}`;
          if (entry.isDirectory()) await walk(key);
          else if (!entry.name.endsWith('.tmp')) {
            const stat = statSync(join(root, key), { throwIfNoEntry: false });
            if (!stat) continue;
            const version = `${stat.ino}-${stat.mtimeMs}`;
            found.push({ key, bytes: stat.size, modifiedMs: stat.mtimeMs, version });
          }
        }
      };
      await walk(prefix);
      return found;
    },
    async read(key) {
      try {
        return await readFile(join(root, key));
      } catch (error) {
        if ((error as NodeJS.ErrnoException).code === 'ENOENT') return;
        throw error;
      }
    },
    async snapshot({ key, version }) {
      // Only what compaction replaces needs a name of its own.
      if (!key.startsWith('lake/')) return join(root, key);
      const path = join(snapshots, dirname(key), version, key.slice(key.lastIndexOf('/') + 1));
      if (statSync(path, { throwIfNoEntry: false })) return path;
      mkdirSync(dirname(path), { recursive: true });
      try {
        linkSync(join(root, key), path);
      } catch (error) {
        if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error;
      }
      return path;
    },
    async replace(key, body) {
      const path = join(root, key);
      await mkdir(dirname(path), { recursive: true });
      const file = body instanceof Uint8Array ? `${path}.${process.pid}-${counter++}.tmp` : body.file;
      const handle = await open(file, body instanceof Uint8Array ? 'w' : 'r');
      try {
        if (body instanceof Uint8Array) await handle.writeFile(body);
        await handle.sync();
      } finally {
        await handle.close();
      }
      await rename(file, path);
      noteChange(key);
      // The entry of each folder on the way may be new as well.
      for (let folder = dirname(path); folder.length >= root.length; folder = dirname(folder)) {
        const at = await open(folder, 'r');
        await at.sync();
        await at.close();
      }
    },
    async remove(key) {
      await rm(join(root, key), { force: true });
      noteChange(key);
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
