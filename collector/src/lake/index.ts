/** SQL over landing and lake, and what looks after them: the part of the collector that the command line uses. */
export {
  type Lake,
  type LakeColumnInfo,
  type LakeOptions,
  type LakeParams,
  type LakeResult,
  type LakeValue,
  openLake,
} from './open-lake.ts';
export { QueryError, type QueryFault } from './query-error.ts';
