import { afterEach, expect, it, vi } from 'vitest';
import { createMetrics } from '../metrics.ts';
import { runUpkeep, UpkeepBusyError } from './run-upkeep.ts';
import { type StartUpkeepOptions, startUpkeep } from './start-upkeep.ts';

vi.mock('./run-upkeep.ts', { spy: true });
afterEach(() => void vi.useRealTimers());

it('says how many runs failed since the last that did not', async () => {
  vi.useFakeTimers();
  const metrics = createMetrics();
  const log = { info: vi.fn(), error: vi.fn() };
  const options = { config: { everyMs: 1000 }, metrics, log, now: () => 0 } as unknown as StartUpkeepOptions;
  const stop = startUpkeep(options);
  const answers = {
    fails: () => Promise.reject(new Error('the bucket refuses')),
    done: () => Promise.resolve({ compacted: [], removed: { landing: 0, lake: 0, deadLetter: 0, kept: 0 } }),
    busy: () => Promise.reject(new UpkeepBusyError()),
  };
  const seen: number[] = [];
  for (const answer of ['fails', 'fails', 'done', 'fails', 'busy', 'fails'] as const) {
    vi.mocked(runUpkeep).mockImplementationOnce(answers[answer]);
    await vi.advanceTimersByTimeAsync(1000);
    // The first run loads its script.
    await vi.waitFor(() => expect(vi.mocked(runUpkeep)).toHaveBeenCalledTimes(seen.length + 1), 30_000);
    await vi.advanceTimersByTimeAsync(0);
    seen.push(await metrics.value('gander_upkeep_failed_runs'));
  }
  await stop();
  expect(seen).toEqual([1, 2, 0, 1, 0, 1]);
  expect(await metrics.value('gander_upkeep_runs_total', { result: 'failed' })).toBe(4);
  expect(log.error).toHaveBeenCalledTimes(4);
});
