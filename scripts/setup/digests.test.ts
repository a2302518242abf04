import { mkdirSync, mkdtempSync, rmSync, utimesSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { outputDigest, sourceDigest, workspacePackages } from './digests.mjs';

let root: string;
const write = (path: string, text: string) => {
  mkdirSync(dirname(join(root, path)), { recursive: true });
  writeFileSync(join(root, path), text);
};
const digests = () => {
  const packages = workspacePackages(root);
  return Object.fromEntries(packages.map((p) => [p.folder, sourceDigest(root, p, packages)]));
};
/** Folders whose digest a change alters. */
const altered = (change: () => void): string[] => {
  const before = digests();
  change();
  return Object.entries(digests())
    .filter(([folder, digest]) => before[folder] !== digest)
    .map(([folder]) => folder);
};

beforeEach(() => {
  root = mkdtempSync(join(tmpdir(), 'gander-digests-'));
  write('package.json', JSON.stringify({ workspaces: ['words', 'page', 'shop', 'tests'] }));
  write('package-lock.json', '{}');
  for (const [name, needs] of [
    ['words', []],
    ['page', ['words']],
    ['shop', ['page']],
    ['tests', []],
  ] as const) {
    const devDependencies = Object.fromEntries(needs.map((need) => [`@x/${need}`, '1']));
    write(`${name}/package.json`, JSON.stringify({ name: `@x/${name}`, devDependencies }));
    write(`${name}/src/index.ts`, 'export {};');
    if (name !== 'tests') write(`${name}/build.config.mjs`, '');
  }
});
afterEach(() => rmSync(root, { recursive: true }));

test('packages that are built are those with a build.config.mjs', () => {
  expect(workspacePackages(root).map((p) => p.folder)).toEqual(['words', 'page', 'shop']);
});

test('a changed source makes its package stale, and all that need it, however far', () => {
  expect(altered(() => write('words/src/index.ts', 'export const a = 1;'))).toEqual([
    'words',
    'page',
    'shop',
  ]);
  expect(altered(() => write('shop/src/new.ts', ''))).toEqual(['shop']);
});

test('the same size at another time is a change, too', () => {
  const file = join(root, 'page/src/index.ts');
  expect(altered(() => utimesSync(file, new Date(), new Date(1)))).toEqual(['page', 'shop']);
});

test('another lock file makes everything stale; a test nothing', () => {
  expect(altered(() => write('package-lock.json', '{ }'))).toEqual(['words', 'page', 'shop']);
  expect(altered(() => write('page/src/index.test.ts', ''))).toEqual([]);
});

test('a missing, changed or added output is seen; types that a release adds are not', () => {
  write('page/dist/index.js', '1');
  const built = outputDigest(root, 'page');
  write('page/dist/index.d.ts', 'x');
  expect(outputDigest(root, 'page')).toBe(built);
  write('page/dist/other.js', '');
  expect(outputDigest(root, 'page')).not.toBe(built);
  rmSync(join(root, 'page/dist'), { recursive: true });
  expect(outputDigest(root, 'page')).not.toBe(built);
});
