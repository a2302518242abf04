import type { LandingConfig } from '../landing/landing-config.ts';
import type { LakeStore } from './lake-store.ts';
import { createLocalStore } from './local-store.ts';

/**
 * The lake's files, where the configuration says landing puts them.
 * @param dataDir folder of a local lake, and of the cache of a remote one
 */
export const openStore = (config: LandingConfig, dataDir: string): LakeStore => {
  if (config.target === 'local') return createLocalStore(dataDir);
  throw new Error(`a lake behind landing.target ${config.target} is not built in`);
};
