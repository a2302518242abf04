import { existsSync, mkdirSync, readdirSync, utimesSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import { lakeConfigSchema } from './lake-config.ts';
import { createLakeFixture, HOUR, type LakeFixture, RECEIVED, rowAt } from './lake-fixture.ts';
import { partKey } from './layout.ts';
import { runUpkeep } from './run-upkeep.ts';

const config = lakeConfigSchema.parse({});
const DAY = { dt: '2026-09-21', shard: '00' };
const NOW = RECEIVED + 48 * HOUR;

let fixture: LakeFixture;
const upkeep = () => runUpkeep({ dataDir: fixture.dataDir, store: fixture.store, config, nowMs: NOW });
const snapshots = (): string[] =>
  readdirSync(join(fixture.dataDir, 'cache', 'snapshots'), { recursive: true, encoding: 'utf8' }).filter(
    (path) => path.endsWith('.parquet'),
  );

beforeEach(() => {
  fixture = createLakeFixture();
});
afterEach(() => {
  vi.useRealTimers();
  fixture.remove();
});

it('keeps the links to parts that are as they were, and removes those to replaced ones after an hour', async () => {
  fixture.land('a', [rowAt(0)]);
  await upkeep();
  await fixture.rows('select log_seq from logs_all');
  const current = snapshots().filter((path) => path.includes('logs'));
  expect(current.length).toBeGreaterThan(0);
  vi.useFakeTimers({ toFake: ['Date'], now: Date.now() + 2 * HOUR });
  await upkeep();
  expect(snapshots()).toEqual(expect.arrayContaining(current));
  fixture.land('b', [rowAt(1)]);
  await upkeep();
  expect(snapshots().filter((path) => current.includes(path))).toEqual([]);
});

it('removes what is past its time also when a day cannot be compacted', async () => {
  const bad = join(
    fixture.dataDir,
    'landing/logs',
    `dt=${DAY.dt}`,
    'hour=14',
    `shard=${DAY.shard}`,
    'bad.ndjson.gz',
  );
  fixture.land('a', [rowAt(0)]);
  const good = partKey(DAY);
  mkdirSync(dirname(bad), { recursive: true });
  writeFileSync(bad, 'no gzip');
  const letter = join(fixture.dataDir, 'dead-letter/collector/dt=2020-01-01/x.ndjson.gz');
  mkdirSync(dirname(letter), { recursive: true });
  writeFileSync(letter, '');
  await expect(upkeep()).rejects.toThrow();
  expect(existsSync(letter)).toBe(false);
  expect(existsSync(join(fixture.dataDir, good))).toBe(false);
});

it('removes temporary files that a killed process left, not those that may be at work, and folders that are empty', async () => {
  fixture.land('a', [rowAt(0)]);
  await upkeep();
  const path = (name: string): string => join(fixture.dataDir, name);
  const put = (name: string, hoursAgo: number): string => {
    mkdirSync(dirname(path(name)), { recursive: true });
    writeFileSync(path(name), 'half');
    const seconds = (Date.now() - hoursAgo * HOUR) / 1_000;
    utimesSync(path(name), seconds, seconds);
    return name;
  };
  const old = [
    'lake/inventory/dt=2026-09-21/shard=00/x.json.42-0.tmp',
    'lake/compacted/dt=2026-09-21/shard-00.ndjson.42-1.tmp',
    'landing/logs/dt=2026-09-21/hour=14/shard=00/b.ndjson.gz.tmp',
    'dead-letter/collector/dt=2026-09-21/hour=14/c.ndjson.gz.7-3.tmp',
    'cache/duckdb/duckdb_temp_storage_DEFAULT-0.tmp',
  ].map((name) => put(name, 25));
  const fresh = put('lake/inventory/dt=2026-09-21/shard=00/y.json.43-0.tmp', 23);
  const empty = 'landing/logs/dt=2026-08-01/hour=00/shard=00';
  mkdirSync(path(empty), { recursive: true });
  const before = await fixture.store.list('landing');

  await upkeep();
  expect(old.filter((name) => existsSync(path(name)))).toEqual([]);
  expect(existsSync(path(fresh))).toBe(true);
  // One that was made a moment ago is about to get its file.
  expect(existsSync(path(empty))).toBe(true);
  for (const folder of [empty, dirname(empty), dirname(dirname(empty))]) {
    utimesSync(path(folder), 1, 1);
    await upkeep();
    expect(existsSync(path(folder))).toBe(false);
  }
  expect(await fixture.store.list('landing')).toEqual(before);
});
