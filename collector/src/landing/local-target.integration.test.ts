import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { createLocalTarget } from './local-target.ts';

let root: string;
beforeEach(() => {
  root = mkdtempSync(join(tmpdir(), 'gander-local-target-'));
});
afterEach(() => rmSync(root, { recursive: true }));

it('stores an object whole, keeps what is there, and leaves no temporary file', async () => {
  const target = createLocalTarget(root);
  expect(await target.put('landing/a/b/x.gz', new Uint8Array([1, 2]))).toBe('stored');
  expect(await target.put('landing/a/b/x.gz', new Uint8Array([9]))).toBe('exists');
  expect([...readFileSync(join(root, 'landing/a/b/x.gz'))]).toEqual([1, 2]);
  expect(readdirSync(join(root, 'landing/a/b'))).toEqual(['x.gz']);
});

it('writes over the torn temporary file of a death before', async () => {
  const target = createLocalTarget(root);
  await target.put('a/first', new Uint8Array([0]));
  writeFileSync(join(root, 'a/x.tmp'), 'torn');
  expect(await target.put('a/x', new Uint8Array([7]))).toBe('stored');
  expect([...readFileSync(join(root, 'a/x'))]).toEqual([7]);
});

it('comes back after retention removed a folder', async () => {
  const target = createLocalTarget(root);
  await target.put('a/b/x', new Uint8Array([1]));
  rmSync(join(root, 'a'), { recursive: true });
  await expect(target.put('a/b/y', new Uint8Array([1]))).rejects.toThrow();
  expect(await target.put('a/b/y', new Uint8Array([1]))).toBe('stored');
});
