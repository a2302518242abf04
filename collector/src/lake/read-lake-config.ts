import { readFileSync } from 'node:fs';
import { type Config, readConfig } from '../config.ts';
import type { LakeConfig } from './lake-config.ts';
import type { LakeStore } from './lake-store.ts';
import { openStore } from './open-store.ts';

/**
 * What a command of the lake needs, from the configuration file, the environment and `--data-dir`.
 * @param file path of the configuration file
 * @throws ConfigError
 */
export const readLakeConfig = async (
  dataDir: string,
  file: string | undefined,
): Promise<{
  readonly dataDir: string;
  readonly store: LakeStore;
  readonly config: LakeConfig;
  readonly landing: Config['landing'];
}> => {
  const input = file ? (JSON.parse(readFileSync(file, 'utf8')) as Record<string, unknown>) : {};
  const config = readConfig({ dataDir, ...input }, process.env);
  return {
    dataDir: config.dataDir,
    store: await openStore(config.landing, config.dataDir),
    config: config.lake,
    landing: config.landing,
  };
};
