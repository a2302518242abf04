import type { LandingConfig } from '../landing/landing-config.ts';
import type { Metrics } from '../metrics.ts';
import { forkUpkeep } from './fork-upkeep.ts';
import type { LakeConfig } from './lake-config.ts';

export interface StartUpkeepOptions {
  readonly dataDir: string;
  readonly landing: LandingConfig;
  readonly config: LakeConfig;
  readonly metrics: Pick<Metrics, 'count' | 'set'>;
  readonly log: { info(fields: object, message: string): void; error(fields: object, message: string): void };
  /** Wall clock, ms since 1970. */
  readonly now: () => number;
  /** Runs one round; by default in a process of its own. */
  readonly runRound?: typeof forkUpkeep;
}

/**
 * Looks after the lake on a timer, each round in a process of its own with one thread of DuckDB, so that the intake keeps its core.
 * @returns stop, which waits for the shard's day under way, for at most 5 s
 */
export const startUpkeep = (options: StartUpkeepOptions): (() => Promise<void>) => {
  const { dataDir, landing, config, metrics, log, runRound = forkUpkeep } = options;
  let failed = 0;
  let round: ReturnType<typeof forkUpkeep> | undefined;
  let running: Promise<void> = Promise.resolve();
  let stopping = false;
  const run = async (): Promise<void> => {
    round = runRound({ dataDir, landing, lake: config, nowMs: options.now() }, (day) => {
      metrics.count('gander_compacted_rows_total', day.rows);
      metrics.count('gander_compacted_objects_total', day.newObjects);
      metrics.count('gander_compaction_dropped_rows_total', day.dropped);
      log.info({ dt: day.day.dt, shard: day.day.shard, rows: day.rows, bytes: day.bytes }, 'compacted');
    });
    const outcome = await round.outcome;
    round = undefined;
    if (outcome.kind === 'stopped') return;
    metrics.count('gander_upkeep_runs_total', 1, { result: outcome.kind });
    failed = outcome.kind === 'failed' ? failed + 1 : 0;
    metrics.set('gander_upkeep_failed_runs', failed);
    if (outcome.kind === 'failed') {
      log.error({ error: outcome.error, message: outcome.message }, 'upkeep failed');
    }
    if (outcome.kind !== 'done') return;
    for (const zone of ['landing', 'lake', 'deadLetter'] as const) {
      const count = outcome.removed[zone];
      if (count) metrics.count('gander_retention_removed_objects_total', count, { zone });
    }
  };
  const timer = setInterval(() => {
    if (!round && !stopping) running = run();
  }, config.everyMs);
  timer.unref();
  return async () => {
    stopping = true;
    clearInterval(timer);
    round?.stop();
    await running;
  };
};
