import type { Metrics } from '../metrics.ts';
import type { LakeConfig } from './lake-config.ts';
import type { LakeStore } from './lake-store.ts';

export interface StartUpkeepOptions {
  readonly dataDir: string;
  readonly store: LakeStore;
  readonly config: LakeConfig;
  readonly metrics: Pick<Metrics, 'count' | 'set'>;
  readonly log: { info(fields: object, message: string): void; error(fields: object, message: string): void };
  /** Wall clock, ms since 1970. */
  readonly now: () => number;
}

/**
 * Looks after the lake on a timer, with one thread of DuckDB so that the intake keeps its core.
 * @returns stop, which waits for the shard's day under way
 */
export const startUpkeep = (options: StartUpkeepOptions): (() => Promise<void>) => {
  const { config, metrics, log } = options;
  let stopping = false;
  let failed = 0;
  let running: Promise<void> = Promise.resolve();
  const run = async (): Promise<void> => {
    // Loaded when it is first wanted: DuckDB takes 30 MB, also where another process does the upkeep.
    const { runUpkeep, UpkeepBusyError } = await import('./run-upkeep.ts');
    try {
      const { compacted, removed } = await runUpkeep({
        ...options,
        nowMs: options.now(),
        threads: 1,
        stopped: () => stopping,
      });
      failed = 0;
      metrics.count('gander_upkeep_runs_total', 1, { result: 'done' });
      for (const day of compacted) {
        metrics.count('gander_compacted_rows_total', day.rows);
        metrics.count('gander_compacted_objects_total', day.newObjects);
        metrics.count('gander_compaction_dropped_rows_total', day.dropped);
        log.info({ dt: day.day.dt, shard: day.day.shard, rows: day.rows, bytes: day.bytes }, 'compacted');
      }
      for (const zone of ['landing', 'lake', 'deadLetter'] as const) {
        if (removed[zone]) metrics.count('gander_retention_removed_objects_total', removed[zone], { zone });
      }
    } catch (error) {
      const busy = error instanceof UpkeepBusyError;
      failed = busy ? 0 : failed + 1;
      metrics.count('gander_upkeep_runs_total', 1, { result: busy ? 'busy' : 'failed' });
      if (!busy)
        log.error({ error: (error as Error).name, message: (error as Error).message }, 'upkeep failed');
    }
    metrics.set('gander_upkeep_failed_runs', failed);
  };
  let idle = true;
  const timer = setInterval(() => {
    if (!idle || stopping) return;
    idle = false;
    running = run().finally(() => {
      idle = true;
    });
  }, config.everyMs);
  timer.unref();
  return async () => {
    stopping = true;
    clearInterval(timer);
    await running;
  };
};
