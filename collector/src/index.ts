/** The collector's front door. */
export {
  type Config,
  ConfigError,
  type ConfigInput,
  configJsonSchema,
  configOptions,
  configSchema,
  dataPath,
  environmentName,
  readConfig,
  unknownVariables,
} from './config.ts';
export { ERRORS, type ErrorName } from './errors.ts';
export type { Batch } from './journal/batch.ts';
export type { Journal } from './journal/journal.ts';
export { JournalError } from './journal/journal-error.ts';
export { comparePositions, JOURNAL_START, type Position } from './journal/position.ts';
export { readJournal } from './journal/reader.ts';
export { createLogger, type Logger } from './logger.ts';
export { METRICS, type MetricName, type Metrics } from './metrics.ts';
export { readCommandConfig } from './read-command-config.ts';
export { checkRootKey, RootKeyError } from './registry/check-root-key.ts';
export { secretKeyIdOf } from './registry/key-formats.ts';
export { DatabaseNotEmptyError, moveDatabase, NoDatabaseError } from './registry/move-database.ts';
export { openRegistry, RegistryError } from './registry/open-registry.ts';
export type { KeyRecord, Merchant, Registry } from './registry/registry.ts';
export { loadRootKey } from './registry/root-key.ts';
export { type Collector, type CollectorOptions, startCollector } from './start.ts';
