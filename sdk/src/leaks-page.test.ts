import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from 'vitest';

const ROOT = join(import.meta.dirname, '../..');
const page = readFileSync(join(ROOT, 'docs/leaks.md'), 'utf8');
const documented = [...page.matchAll(/^\| (L\d+|#\d+) \|.*\|([^|]*)\|$/gm)].flatMap(([, row, files]) =>
  [...files!.matchAll(/`([^`]+)`/g)].map(([, file]) => `${row} ${file}`),
);

/** The leak tests and client rows that a text names, with ranges like `L1-L6` written out. */
const named = (text: string): Set<string> => {
  const rows = new Set<string>();
  for (const [, from, to = from] of text.matchAll(/\bL(\d+)(?:-L(\d+))?\b/g))
    for (let i = Number(from); i <= Number(to); i++) rows.add(`L${i}`);
  for (const [row] of text.matchAll(/#6[3-7]\b/g)) rows.add(row);
  return rows;
};

const tests = ['sdk/src', 'e2e/tests'].flatMap((folder) =>
  readdirSync(join(ROOT, folder), { recursive: true, encoding: 'utf8' })
    .filter((file) => /test\.ts$|scenarios\.ts$/.test(file) && !file.endsWith('leaks-page.test.ts'))
    .map((file) => join(folder, file)),
);

it('lists every leak test and client row', () => {
  const rows = new Set(documented.map((line) => line.split(' ')[0]));
  const all = [...Array.from({ length: 30 }, (_, i) => `L${i + 1}`), '#63', '#64', '#65', '#66', '#67'];
  expect([...rows]).toEqual(all);
});

it('names for each the tests that name it, and no other', () => {
  const found = tests.flatMap((file) =>
    [...named(readFileSync(join(ROOT, file), 'utf8'))].map((row) => `${row} ${file}`),
  );
  expect(documented.toSorted()).toEqual(found.toSorted());
});
