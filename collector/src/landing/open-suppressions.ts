import { createLocalStore } from '../lake/local-store.ts';
import { createSuppressionList, readSuppressions, type SuppressionList } from '../lake/suppressions.ts';
import type { LandingConfig } from './landing-config.ts';

/** Reads what was erased, before each round of landing; a folder of a few small files. */
export const openSuppressions = (
  config: LandingConfig,
  dataDir: string,
): (() => Promise<SuppressionList>) => {
  if (config.target === 'local') {
    const store = createLocalStore(dataDir);
    return () => readSuppressions(store);
  }
  // With a remote lake the rows are dropped by its compaction, and hidden by its views until then.
  return async () => createSuppressionList([]);
};
