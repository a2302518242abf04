import { DEFAULT_SHAPE, type LakeShape } from './tables.ts';

/** Most shards that landing writes (`landing.shards`). */
const MAX_SHARDS = 256;

/**
 * The lake's shape by the context of the CDK app.
 * @param shards of `-c shards=32`, or of `context` in cdk.json; undefined for the default
 * @throws when it is not a whole number from 1 to 256: tables would then project partitions that are not there, or none
 * @example shapeOf('32').shards // 32
 */
export const shapeOf = (shards: unknown): LakeShape => {
  if (shards === undefined) return DEFAULT_SHAPE;
  const text = typeof shards === 'string' ? shards : JSON.stringify(shards);
  const count = Number(text);
  if (!/^\d+$/.test(text) || count < 1 || count > MAX_SHARDS)
    throw new Error(
      `-c shards=${text}: wanted is a whole number from 1 to ${MAX_SHARDS}, the collector's landing.shards.`,
    );
  return { ...DEFAULT_SHAPE, shards: count };
};
