import { readFileSync } from 'node:fs';
import { type Config, ConfigError, readConfig } from './config.ts';

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
  const given = file ? parseFile(file) : {};
  const config = { ...defaults, ...given };
  return dataDir === undefined
    ? readConfig(config, process.env)
    : readConfig({ ...config, dataDir }, { ...process.env, GANDER_DATA_DIR: undefined });
};

/** JSON's own messages quote the text, which may hold the root key: only the place is told. */
const parseFile = (file: string): Record<string, unknown> => {
  const text = readFileSync(file, 'utf8');
  let parsed: unknown;
  try {
    parsed = JSON.parse(text);
  } catch (error) {
    const [, position] = /at position (\d+)/.exec((error as Error).message) ?? [];
    const before = text.slice(0, Number(position ?? text.length)).split('\n');
    throw new ConfigError(
      `Bad configuration: ${file} is not JSON; it stops being so in line ${before.length}, column ${before.at(-1)!.length + 1}.`,
    );
  }
  if (typeof parsed !== 'object' || parsed === null || Array.isArray(parsed))
    throw new ConfigError(`Bad configuration: ${file} is not a JSON object.`);
  return parsed as Record<string, unknown>;
};
