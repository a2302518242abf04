import { fork } from 'node:child_process';
import { existsSync, mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import { readConfig } from '../config.ts';
import { takeLock } from '../journal/lock.ts';
import { forkUpkeep } from './fork-upkeep.ts';
import { createLakeFixture, HOUR, type LakeFixture, RECEIVED, rowAt } from './lake-fixture.ts';
import type { UpkeepJob } from './upkeep-process.ts';

let fixture: LakeFixture;
beforeEach(() => {
  fixture = createLakeFixture();
  fixture.land('c1-b00-1-aa', [rowAt(1), rowAt(2)]);
});
afterEach(() => fixture.remove());

const PART = 'lake/logs/dt=2026-09-21/shard=00/part-0000.parquet';
const jobIn = (dataDir: string): UpkeepJob => {
  const { landing, lake } = readConfig({ dataDir, landing: { shards: 1 } });
  return { dataDir, landing, lake, nowMs: RECEIVED + 2 * HOUR };
};
/** A round by a process that runs this script instead. */
const roundOf = (script: string) => {
  const path = join(fixture.dataDir, 'script.mjs');
  writeFileSync(path, script);
  const child = fork(path, { stdio: ['ignore', 'ignore', 'inherit', 'ipc'], execArgv: [] });
  return { child, round: forkUpkeep(jobIn(fixture.dataDir), vi.fn(), () => child, 200) };
};

it('compacts in a process of its own, and tells what it did', async () => {
  const onCompacted = vi.fn();
  const { outcome } = forkUpkeep(jobIn(fixture.dataDir), onCompacted);
  expect(await outcome).toEqual({ kind: 'done', removed: { landing: 0, lake: 0, deadLetter: 0, kept: 0 } });
  expect(onCompacted.mock.calls).toEqual([
    [expect.objectContaining({ day: { dt: '2026-09-21', shard: '00' }, rows: 2, newObjects: 1, dropped: 0 })],
  ]);
  expect(existsSync(join(fixture.dataDir, PART))).toBe(true);
});

it('says that another process looks after the lake, and what went wrong', async () => {
  const cache = join(fixture.dataDir, 'cache');
  mkdirSync(cache, { recursive: true });
  const unlock = takeLock(cache);
  expect(await forkUpkeep(jobIn(fixture.dataDir), vi.fn()).outcome).toEqual({ kind: 'busy' });
  unlock();
  const file = join(fixture.dataDir, 'file');
  writeFileSync(file, '');
  expect(await forkUpkeep(jobIn(file), vi.fn()).outcome).toEqual({
    kind: 'failed',
    error: 'Error',
    message: expect.stringContaining('ENOTDIR'),
  });
});

it('survives a crash of the process: the round has failed, and the next one works', async () => {
  const { round } = roundOf(`process.on('message', () => process.kill(process.pid, 'SIGSEGV'));`);
  expect(await round.outcome).toEqual({
    kind: 'failed',
    error: 'UpkeepProcessError',
    message: 'ended by SIGSEGV',
  });
  expect(await forkUpkeep(jobIn(fixture.dataDir), vi.fn()).outcome).toMatchObject({ kind: 'done' });
});

it('is a failed round, and no error of the collector’s, when no process can be started', async () => {
  const nothing = () => fork('script.mjs', { cwd: join(fixture.dataDir, 'not there'), execArgv: [] });
  expect(await forkUpkeep(jobIn(fixture.dataDir), vi.fn(), nothing).outcome).toMatchObject({
    kind: 'failed',
    message: expect.stringContaining('ENOENT'),
  });
});

it('kills a process that does not end when it is to stop', async () => {
  const { child, round } = roundOf(`setInterval(() => {}, 1e6);`);
  round.stop();
  expect(await round.outcome).toEqual({ kind: 'stopped' });
  expect(child.signalCode).toBe('SIGKILL');
});
