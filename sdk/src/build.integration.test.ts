import { execFile } from 'node:child_process';
import { cpSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, symlinkSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { afterAll, expect, it } from 'vitest';

const ROOT = join(import.meta.dirname, '../..');
const PACKAGES = ['log-codes', 'sdk'];
const folders: string[] = [];

/** Copies what the SDK is built from into a new folder, and builds it there. @returns every file built, by its path */
const buildElsewhere = async (name: string): Promise<Map<string, string>> => {
  const root = mkdtempSync(join(tmpdir(), name));
  folders.push(root);
  const modules = join(root, 'node_modules');
  mkdirSync(join(modules, '@gander'), { recursive: true });
  for (const entry of readdirSync(join(ROOT, 'node_modules')))
    if (entry !== '@gander') symlinkSync(join(ROOT, 'node_modules', entry), join(modules, entry));
  for (const folder of PACKAGES) {
    cpSync(join(ROOT, folder), join(root, folder), {
      recursive: true,
      filter: (path) => !/[/\\](dist|node_modules)$/.test(path),
    });
    symlinkSync(join(root, folder), join(modules, '@gander', folder));
  }
  for (const file of ['package.json', 'rollup.config.mjs', 'scripts'])
    cpSync(join(ROOT, file), join(root, file), { recursive: true });
  const rollup = join(ROOT, 'node_modules/rollup/dist/bin/rollup');
  await promisify(execFile)(process.execPath, [rollup, '-c', 'rollup.config.mjs', '--only', 'sdk'], {
    cwd: root,
  });
  const dist = join(root, 'sdk/dist');
  const files = readdirSync(dist, { recursive: true, withFileTypes: true }).filter((entry) => entry.isFile());
  return new Map(
    files.map((file) => {
      const path = join(file.parentPath, file.name);
      return [path.slice(dist.length), readFileSync(path, 'latin1')];
    }),
  );
};

afterAll(() => {
  for (const folder of folders) rmSync(folder, { recursive: true, force: true });
});

it('builds the same bytes in whatever folder', async () => {
  const one = await buildElsewhere('gander-one-');
  const two = await buildElsewhere('gander-another-folder-');
  expect([...one.keys()].sort()).toEqual([...two.keys()].sort());
  expect(one.size).toBeGreaterThan(15);
  const differing = [...one].filter(([path, bytes]) => two.get(path) !== bytes).map(([path]) => path);
  expect(differing).toEqual([]);
}, 300_000);
