// What says whether a build is stale: digests of what goes into it and of what came out.
import { createHash } from 'node:crypto';
import { existsSync, readdirSync, readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';

/** What a build is made of besides the packages' own sources. */
const SHARED = ['rollup.config.mjs', 'tsconfig.base.json', 'scripts/build-parts.mjs', 'package-lock.json'];
/** Tests are not built; types are written into dist apart, for a release. */
const IGNORED = /\.test\.tsx?$|\.d\.ts$/;
const SOURCES = [
  'src',
  'public',
  'scripts',
  'build.config.mjs',
  'package.json',
  'tsconfig.json',
  'tsconfig.build.json',
];

/** The workspace's packages that are built. @param {string} root */
export const workspacePackages = (root) => {
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
export const sourceDigest = (root, { folder }, packages) => {
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
export const outputDigest = (root, folder) => {
  const hash = createHash('sha256');
  addTree(hash, root, join(folder, 'dist'), false);
  return hash.digest('hex');
};

const addTree = (hash, root, path, times = true) => {
  const stat = statSync(join(root, path), { throwIfNoEntry: false });
  if (!stat) return;
  if (!stat.isDirectory()) return addFile(hash, root, path, times);
  for (const name of readdirSync(join(root, path)).sort()) {
    if (!IGNORED.test(name)) addTree(hash, root, join(path, name), times);
  }
};

const addFile = (hash, root, path, times = true) => {
  const stat = statSync(join(root, path), { throwIfNoEntry: false });
  if (stat) hash.update(`${path}\0${stat.size}\0${times ? stat.mtimeMs : ''}\n`);
};
