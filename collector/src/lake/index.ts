/** SQL over landing and lake, and what looks after them: the part of the collector that the command line uses. */

export { applyRetention, type RetentionResult } from './apply-retention.ts';
export { type DayResult, ROW_GROUP_ROWS } from './compact-day.ts';
export { compactLake } from './compact-lake.ts';
export { type EraseReceipt, eraseLogs } from './erase-logs.ts';
export { type LakeConfig, lakeConfigSchema } from './lake-config.ts';
export { type DayStats, lakeStats } from './lake-stats.ts';
export type { LakeStore } from './lake-store.ts';
export type { LakeColumnInfo, LakeValue } from './lake-value.ts';
export { createLocalStore } from './local-store.ts';
export { LOG_COLUMNS_SQL, landingRows, PART_ORDER } from './logs-sql.ts';
export { type Duck, openDuck } from './open-duck.ts';
export {
  type Lake,
  type LakeOptions,
  type LakeParams,
  type LakeResult,
  openLake,
} from './open-lake.ts';
export { openStore } from './open-store.ts';
export { parseSuppressions } from './parse-suppressions.ts';
export { QueryError, type QueryFault } from './query-error.ts';
export { readLakeConfig } from './read-lake-config.ts';
export { runUpkeep, UpkeepBusyError, type UpkeepResult, withUpkeep } from './run-upkeep.ts';
export type { Suppression } from './suppressions.ts';
