import type { Collector, Config } from '@gander/collector';
import { listDeadLetters, openStore, openTarget, redriveDeadLetters } from '@gander/collector/lake';
import type { ApiOptions } from '@gander/collector/operators';

/** The dead letters of this installation, for the console. Store and target are opened when somebody asks. */
export const openDeadLetters = (
  { dataDir, landing }: Pick<Config, 'dataDir' | 'landing'>,
  { metrics }: Pick<Collector, 'metrics'>,
): NonNullable<ApiOptions['deadLetters']> => ({
  list: async () => listDeadLetters(await openStore(landing, dataDir)),
  redrive: async (reason, actor) =>
    redriveDeadLetters({
      store: await openStore(landing, dataDir),
      target: await openTarget(landing, dataDir),
      dataDir,
      shards: landing.shards,
      actor,
      nowMs: Date.now(),
      reason,
      metrics,
    }),
});
