import { openStore } from '../lake/open-store.ts';
import { readSuppressions, type SuppressionList } from '../lake/suppressions.ts';
import type { LandingConfig } from './landing-config.ts';

/** A listing of a bucket costs; what lands meanwhile is hidden by the views and dropped by compaction. */
const REMOTE_MS = 60_000;

/** Reads what was erased, before each round of landing; a few small files. */
export const openSuppressions = async (
  config: LandingConfig,
  dataDir: string,
): Promise<() => Promise<SuppressionList>> => {
  const store = await openStore(config, dataDir);
  if (config.target === 'local') return () => readSuppressions(store);
  let known: SuppressionList | undefined;
  let readAt = 0;
  return async () => {
    if (!known || performance.now() - readAt > REMOTE_MS) {
      known = await readSuppressions(store);
      readAt = performance.now();
    }
    return known;
  };
};
