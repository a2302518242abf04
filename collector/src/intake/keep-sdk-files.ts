import { mkdirSync, readdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Logger } from '../logger.ts';
import { readSdkBuild, type SdkBuild, type SdkFile, sdkPaths } from './sdk-files.ts';

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
  const own = readSdkBuild(dir);
  const files = new Map(sdkPaths(own));
  try {
    if (!isKept(own, join(kept, own.version))) keep(own, kept);
    for (const other of readdirSync(kept)) {
      if (other === own.version || other.endsWith('~')) continue;
      try {
        const build = readSdkBuild(join(kept, other));
        if (build.version !== other || !build.isWhole) throw new Error('not what its inventory says');
        for (const [path, file] of sdkPaths(build)) files.set(path, file);
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

/** Whether these very files are there, as after every start but the first. */
const isKept = ({ files }: SdkBuild, folder: string): boolean => {
  try {
    return [...files].every(([name, { body }]) => body.equals(readFileSync(join(folder, name))));
  } catch {
    return false;
  }
};

/** Writes what is served of a version; another build of the same number takes the place of the one before. */
const keep = ({ version, files }: SdkBuild, kept: string): void => {
  const to = join(kept, version);
  const half = `${to}~`;
  mkdirSync(kept, { recursive: true });
  rmSync(half, { recursive: true, force: true });
  mkdirSync(half);
  for (const [name, { body }] of files) writeFileSync(join(half, name), body);
  rmSync(to, { recursive: true, force: true });
  renameSync(half, to);
};
