import { constants } from 'node:fs';
import { access, mkdir, open, rename } from 'node:fs/promises';
import { dirname, join, relative } from 'node:path';
import type { LandingTarget } from './landing-target.ts';

/**
 * Lands into a local folder. An object is written beside its place, fsynced, renamed and its folder fsynced: it is there whole or
 * not at all, also after a power loss.
 * @param root folder that stands for the bucket
 */
export const createLocalTarget = (root: string): LandingTarget => {
  const knownFolders = new Set<string>();

  /** Makes a folder and fsyncs each folder that got a new entry; without it a new folder may be gone after a power loss. */
  const makeFolder = async (folder: string): Promise<void> => {
    if (knownFolders.has(folder)) return;
    const first = await mkdir(folder, { recursive: true });
    for (let at = folder; first && relative(first, at) !== '..'; at = dirname(at))
      await syncFolder(dirname(at));
    knownFolders.add(folder);
  };

  return {
    async put(key, body) {
      const path = join(root, key);
      const folder = dirname(path);
      await makeFolder(folder);
      if (await exists(path)) {
        // The one who wrote it may have died before the folder was fsynced.
        await syncFolder(folder);
        return 'exists';
      }
      const temporary = `${path}.tmp`;
      await writeSynced(temporary, body).catch((error: NodeJS.ErrnoException) => {
        // The folder may have been removed by retention since.
        knownFolders.delete(folder);
        throw error;
      });
      await rename(temporary, path);
      await syncFolder(folder);
      return 'stored';
    },
  };
};

const exists = (path: string): Promise<boolean> =>
  access(path, constants.F_OK).then(
    () => true,
    () => false,
  );

const writeSynced = async (path: string, body: Uint8Array): Promise<void> => {
  const file = await open(path, 'w');
  try {
    await file.writeFile(body);
    await file.sync();
  } finally {
    await file.close();
  }
};

const syncFolder = async (folder: string): Promise<void> => {
  const handle = await open(folder, 'r');
  try {
    await handle.sync();
  } finally {
    await handle.close();
  }
};
