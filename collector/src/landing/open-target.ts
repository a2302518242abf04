import { setTimeout as delay } from 'node:timers/promises';
import { isInBucket, type LandingConfig } from './landing-config.ts';
import type { LandingTarget } from './landing-target.ts';
import { createLocalTarget } from './local-target.ts';

/**
 * The target that the configuration names. The AWS clients are loaded only when they are wanted: they take longer to load than all
 * the rest.
 * @param dataDir folder of the local target
 */
export const openTarget = async (config: LandingConfig, dataDir: string): Promise<LandingTarget> => {
  if (config.target === 'local') return createLocalTarget(dataDir);
  if (config.target === 's3') return openS3Target(config);
  const { createFirehoseTarget } = await import('./firehose-target.ts');
  const { createFirehoseSender } = await import('./firehose-sender.ts');
  return createFirehoseTarget({
    send: createFirehoseSender(config.firehose),
    // Dead letters go to the bucket where there is one.
    others: isInBucket(config) ? await openS3Target(config) : createLocalTarget(dataDir),
    sleep: (ms) => delay(ms),
    random: Math.random,
  });
};

const openS3Target = async (config: LandingConfig): Promise<LandingTarget> => {
  const { openS3Client } = await import('./open-s3-client.ts');
  const { createS3Target } = await import('./s3-target.ts');
  return createS3Target(openS3Client(config.s3), config.s3);
};
