import { mkdirSync, mkdtempSync, readdirSync, rmSync, utimesSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, expect, it } from 'vitest';
import { trimCache } from './trim-cache.ts';

const folder = mkdtempSync(join(tmpdir(), 'gander-cache-'));
afterEach(() => rmSync(folder, { recursive: true, force: true }));

const NOW = 1_790_000_000_000;
const HOUR = 3_600_000;

const put = (name: string, bytes: number, hoursAgo: number): void => {
  mkdirSync(join(folder, 'dt=2026-11-22'), { recursive: true });
  const path = join(folder, 'dt=2026-11-22', name);
  writeFileSync(path, Buffer.alloc(bytes));
  utimesSync(path, new Date(NOW - hoursAgo * HOUR), new Date(NOW - hoursAgo * HOUR));
};

it('keeps what is in use, then the newest within the size; nothing unused for a week', () => {
  put('in-use', 60, 0.5);
  put('newer', 30, 2);
  put('older', 30, 3);
  put('forgotten', 1, 24 * 8);
  trimCache(folder, NOW, 100);
  expect(readdirSync(join(folder, 'dt=2026-11-22')).sort()).toEqual(['in-use', 'newer']);
  trimCache(folder, NOW, 10);
  expect(readdirSync(join(folder, 'dt=2026-11-22'))).toEqual(['in-use']);
});

it('does nothing where there is no cache', () => {
  expect(() => trimCache(join(folder, 'none'), NOW)).not.toThrow();
});
