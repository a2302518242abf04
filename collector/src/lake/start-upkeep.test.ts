import { afterEach, expect, it, vi } from 'vitest';
import { createMetrics } from '../metrics.ts';
import type { forkUpkeep } from './fork-upkeep.ts';
import { type StartUpkeepOptions, startUpkeep } from './start-upkeep.ts';
import type { UpkeepOutcome } from './upkeep-process.ts';

afterEach(() => void vi.useRealTimers());

const OUTCOMES = {
  failed: { kind: 'failed', error: 'Error', message: 'the bucket refuses' },
  done: { kind: 'done', removed: { landing: 2, lake: 0, deadLetter: 1, kept: 0 } },
  busy: { kind: 'busy' },
  stopped: { kind: 'stopped' },
} as const satisfies Record<string, UpkeepOutcome>;

/** Upkeep each second, by rounds that end when the test says so. */
const start = () => {
  vi.useFakeTimers();
  const metrics = createMetrics();
  const log = { info: vi.fn(), error: vi.fn() };
  const rounds: { job: unknown; end: (outcome: UpkeepOutcome) => void; stop: () => void }[] = [];
  const runRound: typeof forkUpkeep = (job, onCompacted) => {
    const stop = vi.fn();
    const outcome = new Promise<UpkeepOutcome>((end) => rounds.push({ job, end, stop }));
    onCompacted({
      day: { dt: '2026-11-22', shard: '03' },
      changed: true,
      rows: 7,
      bytes: 70,
      newObjects: 2,
      dropped: 1,
    });
    return { outcome, stop };
  };
  const config = { everyMs: 1_000 };
  const options = {
    dataDir: '/data',
    landing: { target: 'local' },
    config,
    metrics,
    log,
    now: () => 5,
    runRound,
  };
  return { stop: startUpkeep(options as unknown as StartUpkeepOptions), metrics, log, rounds };
};

it('says how many runs failed since the last that did not', async () => {
  const { stop, metrics, log, rounds } = start();
  const seen: number[] = [];
  for (const outcome of ['failed', 'failed', 'done', 'failed', 'busy', 'failed'] as const) {
    await vi.advanceTimersByTimeAsync(1_000);
    rounds.at(-1)!.end(OUTCOMES[outcome]);
    await vi.advanceTimersByTimeAsync(0);
    seen.push(await metrics.value('gander_upkeep_failed_runs'));
  }
  await stop();
  expect(rounds).toHaveLength(6);
  expect(seen).toEqual([1, 2, 0, 1, 0, 1]);
  expect(await metrics.value('gander_upkeep_runs_total', { result: 'failed' })).toBe(4);
  expect(await metrics.value('gander_upkeep_runs_total', { result: 'busy' })).toBe(1);
  expect(log.error).toHaveBeenCalledTimes(4);
  expect(log.error).toHaveBeenCalledWith({ error: 'Error', message: 'the bucket refuses' }, 'upkeep failed');
});

it('counts what was compacted as it comes, and what retention removed', async () => {
  const { stop, metrics, log, rounds } = start();
  await vi.advanceTimersByTimeAsync(1_000);
  expect(rounds[0]!.job).toEqual({
    dataDir: '/data',
    landing: { target: 'local' },
    lake: { everyMs: 1_000 },
    nowMs: 5,
  });
  expect(await metrics.value('gander_compacted_rows_total')).toBe(7);
  expect(await metrics.value('gander_compacted_objects_total')).toBe(2);
  expect(await metrics.value('gander_compaction_dropped_rows_total')).toBe(1);
  expect(log.info).toHaveBeenCalledWith({ dt: '2026-11-22', shard: '03', rows: 7, bytes: 70 }, 'compacted');
  rounds[0]!.end(OUTCOMES.done);
  await stop();
  expect(await metrics.value('gander_retention_removed_objects_total', { zone: 'landing' })).toBe(2);
  expect(await metrics.value('gander_retention_removed_objects_total', { zone: 'deadLetter' })).toBe(1);
});

it('runs one round at a time; a stop stops it, waits for it, and calls it no failure', async () => {
  const { stop, metrics, log, rounds } = start();
  await vi.advanceTimersByTimeAsync(3_500);
  expect(rounds).toHaveLength(1);
  let stopped = false;
  const stopping = stop().then(() => {
    stopped = true;
  });
  await vi.advanceTimersByTimeAsync(2_000);
  expect(rounds[0]!.stop).toHaveBeenCalledOnce();
  expect(stopped).toBe(false);
  rounds[0]!.end(OUTCOMES.stopped);
  await stopping;
  expect(rounds).toHaveLength(1);
  expect(await metrics.value('gander_upkeep_runs_total', { result: 'failed' })).toBe(0);
  expect(log.error).not.toHaveBeenCalled();
});
