import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { expect, it } from 'vitest';
import { shakeIdb } from './shake-idb.mjs';

const idb = readFileSync(
  join(dirname(createRequire(import.meta.url).resolve('idb/package.json')), 'build/index.js'),
  'utf8',
);

it('takes out what the outbox does not reach, and touches nothing else', () => {
  const shaken = shakeIdb(idb).toString();
  expect(shaken.match(/if \(false\)/g)).toHaveLength(3);
  for (const gone of [
    'getCursorAdvanceMethods().includes(func)',
    'unlisten',
    'IDBIndex,\n            IDBObjectStore',
  ])
    expect(shaken).not.toContain(gone);
  // Every line that is left stands in idb, in this order, but for the conditions and two calls.
  const lines = idb.split('\n');
  const changed = shaken.split('\n').filter((line) => {
    const at = lines.indexOf(line);
    if (at >= 0) lines.splice(0, at + 1);
    return at < 0;
  });
  expect(changed.filter((line) => !line.includes('if (false)'))).toEqual([
    '            ',
    '            ',
    '            reject(tx.error);',
    '            upgrade(wrap(request.result));',
  ]);
});

it('fails on an idb that reads otherwise', () => {
  expect(() => shakeIdb(idb.replaceAll('blocked', 'hindered'))).toThrow('shake-idb.mjs');
});
