import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, readFileSync, rmSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { afterAll, expect, it, vi } from 'vitest';
import { createLakeFixture, rowAt } from '../lake/lake-fixture.ts';
import { bundleCollector } from './bundle-collector.ts';

const script = await bundleCollector();
const fixture = createLakeFixture();
afterAll(() => {
  fixture.remove();
  rmSync(dirname(script), { recursive: true });
});

const PART = 'lake/logs/dt=2026-09-21/shard=00/part-0000.parquet';

/** Processes that a process has started (Linux). */
const childrenOf = (pid: number): number[] =>
  readFileSync(`/proc/${pid}/task/${pid}/children`, 'utf8').split(' ').filter(Boolean).map(Number);

it.runIf(process.platform === 'linux')(
  'looks after the lake without DuckDB in the collector, and survives that such a round is killed',
  async () => {
    fixture.land('c1-b00-1-aa', [rowAt(1), rowAt(2)]);
    const config = {
      dataDir: fixture.dataDir,
      port: 0,
      logLevel: 'fatal',
      landing: { shards: 1 },
      lake: { everyMs: 1_000 },
    };
    const child = spawn(process.execPath, [script, JSON.stringify(config)], {
      stdio: ['ignore', 'pipe', 'inherit'],
    });
    const pid = child.pid!;
    const [url] = (await once(child.stdout!, 'data')) as [Buffer];
    const metric = async (line: string): Promise<boolean> =>
      (await (await fetch(`${url.toString().trim()}/metrics`)).text()).includes(line);

    await vi.waitFor(() => expect(childrenOf(pid)).toHaveLength(1), { timeout: 30_000, interval: 5 });
    process.kill(childrenOf(pid)[0]!, 'SIGKILL');
    await vi.waitFor(
      async () => expect(await metric('gander_upkeep_runs_total{result="failed"} 1')).toBe(true),
      { timeout: 30_000, interval: 50 },
    );
    await vi.waitFor(
      async () => {
        expect(await metric('gander_upkeep_runs_total{result="done"}')).toBe(true);
        expect(existsSync(join(fixture.dataDir, PART))).toBe(true);
      },
      { timeout: 30_000, interval: 50 },
    );
    expect(await metric('gander_compacted_rows_total 2')).toBe(true);
    expect(readFileSync(`/proc/${pid}/maps`, 'utf8')).not.toContain('duckdb');
    const exit = once(child, 'exit');
    child.kill('SIGTERM');
    expect(await exit).toEqual([0, null]);
  },
);
