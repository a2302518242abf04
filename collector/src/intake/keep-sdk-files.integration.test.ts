import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, mkdtempSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import { keepSdkFiles } from './keep-sdk-files.ts';

let root: string;
let kept: string;
beforeEach(() => {
  root = mkdtempSync(join(tmpdir(), 'gander-sdk-versions-'));
  kept = join(root, 'data', 'sdk');
});
afterEach(() => rmSync(root, { recursive: true }));

/** A built SDK of this version. @returns its folder */
const build = (version: string, code = `script of ${version}`): string => {
  const dir = join(root, `dist-${version}`);
  mkdirSync(dir, { recursive: true });
  const integrity = `sha384-${createHash('sha384').update(code).digest('base64')}`;
  writeFileSync(join(dir, 'gander.min.js'), code);
  writeFileSync(join(dir, 'server.js'), 'not for pages');
  writeFileSync(
    join(dir, 'scripts.json'),
    JSON.stringify({ version, scripts: [{ file: 'gander.min.js', integrity }] }),
  );
  writeFileSync(join(dir, 'manifest.json'), '{}');
  return dir;
};

const served = (dir: string | undefined, warn = vi.fn()) => {
  const files = keepSdkFiles(dir, kept, { warn });
  return { paths: [...files.keys()].sort(), warn, text: (path: string) => files.get(path)?.body.toString() };
};

it('goes on serving the versions before an upgrade', () => {
  served(build('0.1.0'));
  const { paths, text, warn } = served(build('0.2.0'));
  expect(paths).toEqual(
    ['0.1.0', '0.2.0'].flatMap((v) =>
      ['gander.min.js', 'manifest.json', 'scripts.json'].map((f) => `/sdk/${v}/${f}`),
    ),
  );
  expect(text('/sdk/0.1.0/gander.min.js')).toBe('script of 0.1.0');
  expect(warn).not.toHaveBeenCalled();
  expect(existsSync(join(kept, '0.1.0', 'server.js'))).toBe(false);
});

it('serves the newest build of one version, also after it was rebuilt and upgraded', () => {
  served(build('0.1.0'));
  served(build('0.1.0', 'built again'));
  expect(served(build('0.2.0')).text('/sdk/0.1.0/gander.min.js')).toBe('built again');
});

it('writes nothing at a start that serves what the one before did, and mends what was changed', () => {
  const dir = build('0.1.0');
  served(dir);
  const folder = join(kept, '0.1.0');
  const before = statSync(folder).ino;
  served(dir);
  expect(statSync(folder).ino).toBe(before);
  writeFileSync(join(folder, 'gander.min.js'), 'changed');
  served(dir);
  expect(served(build('0.2.0')).text('/sdk/0.1.0/gander.min.js')).toBe('script of 0.1.0');
});

it('does not serve a version that was changed on the disk, and says so', () => {
  served(build('0.1.0'));
  writeFileSync(join(kept, '0.1.0', 'gander.min.js'), 'changed');
  const { paths, warn } = served(build('0.2.0'));
  expect(paths.every((path) => path.startsWith('/sdk/0.2.0/'))).toBe(true);
  expect(warn).toHaveBeenCalledOnce();
});

it('serves its own version where nothing can be kept', () => {
  mkdirSync(join(root, 'data'));
  writeFileSync(kept, 'a file in the way');
  const { text, warn } = served(build('0.1.0'));
  expect(text('/sdk/0.1.0/gander.min.js')).toBe('script of 0.1.0');
  expect(warn).toHaveBeenCalledOnce();
});

it('keeps nothing where no SDK is served', () => {
  expect(served(undefined).paths).toEqual([]);
  expect(existsSync(kept)).toBe(false);
});
