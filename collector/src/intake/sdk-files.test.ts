import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, expect, it } from 'vitest';
import { readSdkBuild, sdkPaths } from './sdk-files.ts';

const dir = mkdtempSync(join(tmpdir(), 'gander-sdk-files-'));
afterAll(() => rmSync(dir, { recursive: true }));

const integrityOf = (letter: string): string => `sha384-${letter.repeat(64)}`;
const inventory = (file: string): string =>
  JSON.stringify({
    version: '1.2.3',
    scripts: [
      { file: 'gander.min.js', integrity: integrityOf('a') },
      { file, integrity: integrityOf('b') },
    ],
  });

it('serves each script of the inventory, the inventory and the manifest, by version', () => {
  for (const file of ['gander.min.js', 'gander.integrity.min.js', 'manifest.json', 'unlisted.js'])
    writeFileSync(join(dir, file), `the text of ${file}`);
  writeFileSync(join(dir, 'scripts.json'), inventory('gander.integrity.min.js'));
  const build = readSdkBuild(dir);
  expect(build).toMatchObject({ version: '1.2.3', isWhole: false });
  const files = new Map(sdkPaths(build));
  expect([...files.keys()]).toEqual(
    ['gander.min.js', 'gander.integrity.min.js', 'manifest.json', 'scripts.json'].map(
      (file) => `/sdk/1.2.3/${file}`,
    ),
  );
  const module = files.get('/sdk/1.2.3/gander.integrity.min.js')!;
  expect(module.body.toString()).toBe('the text of gander.integrity.min.js');
  expect(module).toMatchObject({ type: 'text/javascript;charset=UTF-8', etag: `"${integrityOf('b')}"` });
  expect(new Set([...files.values()].map(({ etag }) => etag)).size).toBe(4);
});

it('serves no file from elsewhere', () => {
  writeFileSync(join(dir, 'scripts.json'), inventory('../secret.js'));
  expect(() => readSdkBuild(dir)).toThrow();
});
