import { createHash } from 'node:crypto';
import { cpSync, mkdirSync, readdirSync, readFileSync, renameSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import type { Logger } from '../logger.ts';
import { readSdkFiles, type SdkFile, sdkInventory } from './sdk-files.ts';

/**
 * The SDK's files that pages may load, of this version and of those that were served before: a merchant's tag names one version and its
 * integrity, and an upgrade of the collector must not take it away. What is served is copied to `<kept>/<version>/`.
 * @param dir folder of the built SDK; undefined where none is served
 * @param kept folder of the versions; those whose scripts are not what their inventory says are left out, and said in the log
 */
export const keepSdkFiles = (
  dir: string | undefined,
  kept: string,
  log: Pick<Logger, 'warn'>,
): ReadonlyMap<string, SdkFile> => {
  if (dir === undefined) return new Map();
  const files = new Map(readSdkFiles(dir));
  const { version } = sdkInventory(dir);
  try {
    copyVersion(dir, kept, version);
    for (const other of readdirSync(kept)) {
      if (other === version || other.endsWith('~')) continue;
      try {
        const folder = join(kept, other);
        if (!isWhole(folder, other)) throw new Error('not what its inventory says');
        for (const [path, file] of readSdkFiles(folder)) files.set(path, file);
      } catch (error) {
        log.warn({ version: other, reason: (error as Error).message }, 'a kept SDK version is not served');
      }
    }
  } catch (error) {
    // This version is served all the same.
    log.warn({ code: (error as NodeJS.ErrnoException).code }, 'SDK versions could not be kept');
  }
  return files;
};

/** Copies what is served of a version; another build of the same number takes the place of the one before. */
const copyVersion = (dir: string, kept: string, version: string): void => {
  const to = join(kept, version);
  const half = `${to}~`;
  mkdirSync(kept, { recursive: true });
  rmSync(half, { recursive: true, force: true });
  mkdirSync(half);
  const names = sdkInventory(dir).scripts.map(({ file }) => file);
  for (const name of [...names, 'manifest.json', 'scripts.json']) cpSync(join(dir, name), join(half, name));
  rmSync(to, { recursive: true, force: true });
  renameSync(half, to);
};

/** Whether a version's scripts have the integrity that pages ask for. */
const isWhole = (folder: string, version: string): boolean => {
  const inventory = sdkInventory(folder);
  return (
    inventory.version === version &&
    inventory.scripts.every(({ file, integrity }) => {
      const digest = createHash('sha384')
        .update(readFileSync(join(folder, file)))
        .digest('base64');
      return integrity === `sha384-${digest}`;
    })
  );
};
