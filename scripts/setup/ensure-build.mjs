import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { outputDigest, sourceDigest, workspacePackages } from './digests.mjs';
import { run, SetupError, tail, withProgress } from './progress.mjs';

/**
 * Builds the packages whose sources changed since their last build, and those that depend on them. Sources are compared by path,
 * size and time of change (a few ms for the whole workspace); outputs by path and size, so that a deleted or replaced dist counts.
 * @param {string} root folder of the workspace
 * @returns {Promise<string[]>} the packages that were built
 */
export const ensureBuild = async (root) => {
  const packages = workspacePackages(root);
  const stampFile = join(root, '.cache', 'build.json');
  const stamps = readStamps(stampFile);
  const wanted = new Map(packages.map((p) => [p.folder, sourceDigest(root, p, packages)]));
  const stale = packages.filter(
    ({ folder }) =>
      stamps[folder]?.sources !== wanted.get(folder) ||
      stamps[folder]?.outputs !== outputDigest(root, folder),
  );
  if (stale.length === 0) return [];
  const names = stale.map((p) => p.folder);
  await withProgress(`building ${names.join(', ')}`, () => build(root, names));
  // The digest taken before the build: a source that changed meanwhile makes the next run build again.
  for (const name of names) {
    stamps[name] = { sources: wanted.get(name), outputs: outputDigest(root, name) };
  }
  mkdirSync(join(root, '.cache'), { recursive: true });
  writeFileSync(stampFile, JSON.stringify(stamps, null, 1));
  return names;
};

const build = async (root, names) => {
  const rollup = join(root, 'node_modules', 'rollup', 'dist', 'bin', 'rollup');
  const args = [rollup, '-c', 'rollup.config.mjs', '--only', names.join(',')];
  const { code, output } = await run(process.execPath, args, { cwd: root });
  if (code !== 0) throw new SetupError(`the build failed:\n${tail(output)}`);
};

const readStamps = (file) => {
  try {
    return JSON.parse(readFileSync(file, 'utf8'));
  } catch {
    return {};
  }
};
