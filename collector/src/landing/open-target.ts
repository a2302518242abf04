import type { LandingConfig } from './landing-config.ts';
import type { LandingTarget } from './landing-target.ts';
import { createLocalTarget } from './local-target.ts';

/**
 * The target that the configuration names.
 * @param dataDir folder of the local target
 */
export const openTarget = (config: LandingConfig, dataDir: string): LandingTarget => {
  switch (config.target) {
    case 'local':
      return createLocalTarget(dataDir);
    default:
      throw new Error(`landing.target ${config.target} is not built in`);
  }
};
