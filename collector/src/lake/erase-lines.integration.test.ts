import { constants } from 'node:buffer';
import { gunzipSync, gzipSync } from 'node:zlib';
import { expect, it, vi } from 'vitest';
import { rowLine } from '../landing/rows.ts';
import { eraseLines } from './erase-lines.ts';
import { rowAt } from './lake-fixture.ts';
import { createSuppressionList } from './suppressions.ts';

const linesOf = (from: number, count: number, transaction: string): string =>
  Array.from({ length: count }, (_, i) => `${rowLine(rowAt(from + i, { transaction }))}\n`).join('');

/** A store that holds one object. */
const storeOf = (bytes: Buffer) => {
  const replace = vi.fn(async (_key: string, body: Uint8Array | { readonly file: string }) => {
    bytes = Buffer.from(body as Uint8Array);
  });
  return { read: async () => bytes, replace, text: () => gunzipSync(bytes).toString() };
};
const wanted = createSuppressionList([{ merchant: '00112233445566ff', transaction: 'order_2' }]);

it('takes rows out and leaves the others as they are, wherever a piece ends', async () => {
  // More than one piece of what is unpacked in one go, in several gzip members.
  const pieces = [
    linesOf(0, 6_000, 'order_1'),
    linesOf(6_000, 3, 'order_2'),
    linesOf(7_000, 6_000, 'order_20'),
  ];
  const store = storeOf(Buffer.concat(pieces.map((text) => gzipSync(text))));
  expect(pieces.join('').length).toBeGreaterThan(2 * 1024 * 1024);
  expect(await eraseLines(store, { key: 'x' }, wanted)).toBe(3);
  expect(store.text() === pieces[0]! + pieces[2]!).toBe(true);
});

it('writes nothing where nothing is to be erased, and leaves an empty object where all is', async () => {
  const other = storeOf(gzipSync(linesOf(0, 5, 'order_22')));
  expect(await eraseLines(other, { key: 'x' }, wanted)).toBe(0);
  expect(other.replace).not.toHaveBeenCalled();
  const all = storeOf(gzipSync(linesOf(0, 5, 'order_2')));
  expect(await eraseLines(all, { key: 'x' }, wanted)).toBe(5);
  expect(all.text()).toBe('');
});

it('fails on an object that is torn, and writes nothing', async () => {
  const rows = linesOf(0, 3, 'order_2') + linesOf(3, 9_000, 'order_1');
  const store = storeOf(gzipSync(rows).subarray(0, -2_000));
  await expect(eraseLines(store, { key: 'x' }, wanted)).rejects.toThrow('unexpected end of file');
  expect(store.replace).not.toHaveBeenCalled();
});

it('erases from an object that unpacks to more than a string can hold', async () => {
  const line = Buffer.from(linesOf(0, 1, 'order_1').repeat(20_000));
  const member = gzipSync(line, { level: 9 });
  const copies = Math.ceil(constants.MAX_STRING_LENGTH / line.length) + 1;
  const last = gzipSync(linesOf(20_000, 2, 'order_2'));
  const store = storeOf(Buffer.concat([...Array.from({ length: copies }, () => member), last]));
  expect(await eraseLines(store, { key: 'x' }, wanted)).toBe(2);
  expect(store.replace).toHaveBeenCalledOnce();
});
