import { readdirSync, rmdirSync, statSync, unlinkSync } from 'node:fs';
import { join } from 'node:path';

/**
 * Removes from a package's `dist` what the build under way did not write: chunks carry digests in their names, so those of earlier builds
 * would stay and be published. After the build, and not before it: until then a server that runs from there finds its files.
 * @param {string} dist folder
 * @param {number} startedMs when the build began, ms since 1970
 */
export const sweepDist = (dist, startedMs) => {
  for (const entry of readdirSync(dist, { withFileTypes: true })) {
    const path = join(dist, entry.name);
    if (entry.isDirectory()) {
      sweepDist(path, startedMs);
      if (readdirSync(path).length === 0) rmdirSync(path);
    } else if (statSync(path).mtimeMs < startedMs) unlinkSync(path);
  }
};

/**
 * The same as a plugin of the last part of a package's build.
 * @param {string} dist folder
 */
export const sweepAfter = (dist) => {
  // File systems stamp times in ticks, and may be a little behind.
  const startedMs = Date.now() - 1_000;
  return {
    name: 'sweep-dist',
    // Once the others have written their files too.
    writeBundle: { order: 'post', sequential: true, handler: () => sweepDist(dist, startedMs) },
  };
};
