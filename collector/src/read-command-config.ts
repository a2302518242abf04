import { readFileSync } from 'node:fs';
import { type Config, readConfig } from './config.ts';

/**
 * The configuration of a command: what its line says wins over the environment, that over the file, that over the defaults.
 * @param dataDir folder that the command line says; undefined when it says none
 * @param file path of the configuration file
 * @param defaults of this command, where they differ
 * @throws ConfigError
 */
export const readCommandConfig = (
  dataDir: string | undefined,
  file: string | undefined,
  defaults: Readonly<Record<string, unknown>> = {},
): Config => {
  const given = file ? (JSON.parse(readFileSync(file, 'utf8')) as Record<string, unknown>) : {};
  const config = { ...defaults, ...given };
  return dataDir === undefined
    ? readConfig(config, process.env)
    : readConfig({ ...config, dataDir }, { ...process.env, GANDER_DATA_DIR: undefined });
};
