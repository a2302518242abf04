import { join } from 'node:path';
import { isInBucket, type LandingConfig } from '../landing/landing-config.ts';
import type { LakeStore } from './lake-store.ts';
import { createLocalStore } from './local-store.ts';

/**
 * The lake's files, where the configuration says landing puts them: behind Firehose too, they are in the bucket
 * (where the configuration does not name it, only what this collector keeps itself can be seen, in the data folder).
 * @param dataDir folder of a local lake, and of the cache of a remote one
 */
export const openStore = async (config: LandingConfig, dataDir: string): Promise<LakeStore> => {
  if (!isInBucket(config)) return createLocalStore(dataDir);
  const { openS3Client } = await import('../landing/open-s3-client.ts');
  const { createS3Store } = await import('./s3-store.ts');
  return createS3Store(openS3Client(config.s3), config.s3, join(dataDir, 'cache'));
};
