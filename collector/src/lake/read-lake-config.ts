import type { Config } from '../config.ts';
import { readCommandConfig } from '../read-command-config.ts';
import type { LakeConfig } from './lake-config.ts';
import type { LakeStore } from './lake-store.ts';
import { openStore } from './open-store.ts';

/**
 * What a command of the lake needs, from `--data-dir`, the environment and the configuration file ({@link readCommandConfig}).
 * @param dataDir what `--data-dir` says
 * @param file path of the configuration file
 * @throws ConfigError
 */
export const readLakeConfig = async (
  dataDir: string | undefined,
  file: string | undefined,
): Promise<{
  readonly dataDir: string;
  readonly store: LakeStore;
  readonly config: LakeConfig;
  readonly landing: Config['landing'];
}> => {
  const config = readCommandConfig(dataDir, file);
  return {
    dataDir: config.dataDir,
    store: await openStore(config.landing, config.dataDir),
    config: config.lake,
    landing: config.landing,
  };
};
