import { join } from 'node:path';
import type { Config } from '@gander/collector';
import { isInBucket, openLake, openStore } from '@gander/collector/lake';
import { type ApiOptions, openAthena } from '@gander/collector/operators';

/** What answers the console's questions about the lake: DuckDB in this process, or Athena where the configuration says so. */
export const openQuerySide = async (config: Config): Promise<ApiOptions['lake'] & { close(): void }> => {
  const { dataDir, landing, query } = config;
  if (query.engine === 'athena') return openAthena(query.athena, join(dataDir, 'cache', 'athena'));
  const remote = isInBucket(landing);
  // A bucket is read through a cache in the data folder.
  return openLake({ dataDir, store: await openStore(landing, dataDir), remote, memoryLimit: query.memory });
};
