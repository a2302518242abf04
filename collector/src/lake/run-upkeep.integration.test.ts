import { existsSync, mkdirSync, readdirSync, writeFileSync } from 'node:fs';
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
