import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { expect, it } from 'vitest';
import { shakeIdb } from './shake-idb.mjs';

const idb = readFileSync(
  join(dirname(createRequire(import.meta.url).resolve('idb/package.json')), 'build/index.js'),
  'utf8',
);

it('takes out cursors and callbacks that are not given, and touches nothing else', () => {
  const shaken = shakeIdb(idb).toString();
  expect(shaken.match(/if \(false\)/g)).toHaveLength(3);
  expect(shaken).not.toContain('getCursorAdvanceMethods().includes(func)');
  const lines = idb.split('\n');
  const changed = shaken.split('\n').filter((line, i) => line !== lines[i]);
  expect(changed).toHaveLength(3);
});

it('fails on an idb that reads otherwise', () => {
  expect(() => shakeIdb(idb.replaceAll('blocked', 'hindered'))).toThrow('shake-idb.mjs');
});
