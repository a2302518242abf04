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

it('keeps what is in use, then the newest within the size; nothing unused for a week', async () => {
  put('in-use', 60, 0.5);
  put('newer', 30, 2);
  put('older', 30, 3);
  put('forgotten', 1, 24 * 8);
  await trimCache(folder, NOW, 100);
  expect(readdirSync(join(folder, 'dt=2026-11-22')).sort()).toEqual(['in-use', 'newer']);
  await trimCache(folder, NOW, 10);
  expect(readdirSync(join(folder, 'dt=2026-11-22'))).toEqual(['in-use']);
});

it('does nothing where there is no cache', async () => {
  await expect(trimCache(join(folder, 'none'), NOW)).resolves.toBeUndefined();
});

it('removes folders that are empty, but not one that was just made', async () => {
  const old = new Date(NOW - 2 * HOUR);
  for (const day of ['dt=2026-11-20/v1', 'dt=2026-11-20/v2', 'dt=2026-11-21/v3']) {
    mkdirSync(join(folder, day), { recursive: true });
    utimesSync(join(folder, day), old, old);
  }
  utimesSync(join(folder, 'dt=2026-11-20'), old, old);
  put('in-use', 1, 0.5);
  mkdirSync(join(folder, 'dt=2026-11-23/v4'), { recursive: true });
  utimesSync(join(folder, 'dt=2026-11-23/v4'), new Date(NOW), new Date(NOW));
  await trimCache(folder, NOW);
  const left = readdirSync(folder, { recursive: true }).map(String).sort();
  // A folder that has just lost its last entry goes with a later run.
  expect(left).toEqual([
    'dt=2026-11-20',
    'dt=2026-11-21',
    'dt=2026-11-22',
    'dt=2026-11-22/in-use',
    'dt=2026-11-23',
    'dt=2026-11-23/v4',
  ]);
  utimesSync(join(folder, 'dt=2026-11-20'), old, old);
  await trimCache(folder, NOW);
  expect(readdirSync(folder)).not.toContain('dt=2026-11-20');
});
