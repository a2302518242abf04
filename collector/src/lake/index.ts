/** SQL over landing and lake, and what looks after them: the part of the collector that the command line uses. */

export { isInBucket } from '../landing/landing-config.ts';
export { openTarget } from '../landing/open-target.ts';
export { applyRetention, type RetentionResult } from './apply-retention.ts';
export type { DayResult } from './compact-day.ts';
export { compactLake } from './compact-lake.ts';
export { type EraseReceipt, eraseLogs } from './erase-logs.ts';
export { type LakeConfig, lakeConfigSchema } from './lake-config.ts';
export { type DayStats, lakeStats } from './lake-stats.ts';
export { LakeChangedError, type LakeStore } from './lake-store.ts';
export type { LakeColumnInfo, LakeParams, LakeValue } from './lake-value.ts';
export { type DeadLetterFilter, type DeadLetterGroup, listDeadLetters } from './list-dead-letters.ts';
export { createLocalStore } from './local-store.ts';
export { LOG_COLUMNS_SQL, landingRows, PART_FORMAT, PART_ORDER } from './logs-sql.ts';
export { type Duck, openDuck } from './open-duck.ts';
export {
  type Lake,
  type LakeDay,
  type LakeOptions,
  type LakeResult,
  openLake,
  type QueryOptions,
} from './open-lake.ts';
export { openStore } from './open-store.ts';
export { parseSuppressions } from './parse-suppressions.ts';
export { QueryError, type QueryFault } from './query-error.ts';
export { readLakeConfig } from './read-lake-config.ts';
export {
  type RedriveOptions,
  type RedriveReceipt,
  type RedriveResult,
  redriveDeadLetters,
} from './redrive-dead-letters.ts';
export { runUpkeep, UpkeepBusyError, type UpkeepResult, withUpkeep } from './run-upkeep.ts';
export type { Suppression } from './suppressions.ts';
