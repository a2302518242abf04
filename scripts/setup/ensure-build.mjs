import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { run, SetupError, tail, withProgress } from './progress.mjs';

/** What a build is made of besides the packages' own sources. */
const SHARED = ['rollup.config.mjs', 'tsconfig.base.json', 'scripts/build-parts.mjs', 'package-lock.json'];
const SOURCES = ['src', 'public', 'build.config.mjs', 'package.json', 'tsconfig.json', 'tsconfig.build.json'];

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

/** The workspace's packages that are built. @param {string} root */
const workspacePackages = (root) => {
  const manifests = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8')).workspaces.map((folder) => ({
    folder,
    manifest: JSON.parse(readFileSync(join(root, folder, 'package.json'), 'utf8')),
  }));
  const folderOf = new Map(manifests.map(({ folder, manifest }) => [manifest.name, folder]));
  return manifests
    .filter(({ folder }) => existsSync(join(root, folder, 'build.config.mjs')))
    .map(({ folder, manifest }) => ({
      folder,
      needs: Object.keys({ ...manifest.dependencies, ...manifest.devDependencies })
        .map((name) => folderOf.get(name))
        .filter((name) => name !== undefined),
    }));
};

/** Digest of all a package is built from: its sources and those of the packages it needs, itself and through others. */
const sourceDigest = (root, { folder }, packages) => {
  const folders = new Set([folder]);
  for (const name of folders)
    for (const need of packages.find((p) => p.folder === name)?.needs ?? []) folders.add(need);
  const hash = createHash('sha256').update(process.version);
  for (const path of SHARED) addFile(hash, root, path);
  for (const { folder: name } of packages) {
    if (folders.has(name)) for (const path of SOURCES) addTree(hash, root, join(name, path));
  }
  return hash.digest('hex');
};

/** Digest of what a build left behind: paths and sizes. */
const outputDigest = (root, folder) => {
  const hash = createHash('sha256');
  addTree(hash, root, join(folder, 'dist'), false);
  return hash.digest('hex');
};

const addTree = (hash, root, path, times = true) => {
  const stat = statSync(join(root, path), { throwIfNoEntry: false });
  if (!stat) return;
  if (!stat.isDirectory()) return addFile(hash, root, path, times);
  for (const name of readdirSync(join(root, path)).sort()) {
    if (!/\.test\.tsx?$/.test(name)) addTree(hash, root, join(path, name), times);
  }
};

const addFile = (hash, root, path, times = true) => {
  const stat = statSync(join(root, path), { throwIfNoEntry: false });
  if (stat) hash.update(`${path}\0${stat.size}\0${times ? stat.mtimeMs : ''}\n`);
};

const readStamps = (file) => {
  try {
    return JSON.parse(readFileSync(file, 'utf8'));
  } catch {
    return {};
  }
};
