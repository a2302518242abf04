import { existsSync, mkdirSync, mkdtempSync, rmSync, utimesSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { sweepDist } from './sweep-dist.mjs';

const STARTED = 1_790_000_000_000;
let dist: string;
beforeEach(() => {
  dist = mkdtempSync(join(tmpdir(), 'gander-sweep-'));
});
afterEach(() => rmSync(dist, { recursive: true }));

const write = (path: string, ms: number): void => {
  mkdirSync(dirname(join(dist, path)), { recursive: true });
  writeFileSync(join(dist, path), path);
  utimesSync(join(dist, path), ms / 1_000, ms / 1_000);
};

it('removes what earlier builds left, and nothing of this one', () => {
  for (const path of ['main.js', 'chunks/new-1a2b.js']) write(path, STARTED + 1);
  for (const path of ['old.d.ts', 'chunks/old-9f8e.js', 'gone/deep/old.js']) write(path, STARTED - 1);
  sweepDist(dist, STARTED);
  const there = (path: string): boolean => existsSync(join(dist, path));
  expect(['main.js', 'chunks/new-1a2b.js'].filter(there)).toHaveLength(2);
  expect(['old.d.ts', 'chunks/old-9f8e.js', 'gone'].filter(there)).toEqual([]);
});
