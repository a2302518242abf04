import type { Assumptions } from './assumptions.ts';
import { estimateLakeCost, sumOf } from './estimate-lake-cost.ts';
import type { Prices } from './prices.ts';

/** A traffic from which on something should be done differently. */
export interface SwitchPoint {
  /** Logs a second. */
  readonly from: number;
  readonly what: string;
}

/** A part, a day of one shard, should stay below this: it is rewritten whole, and one core must sort it. */
const PART_BYTES = 2 ** 30;
const MAX_SHARDS = 256;
/** Quota of a stream in the large regions, before it is raised: https://docs.aws.amazon.com/firehose/latest/dev/limits.html */
const FIREHOSE_BYTES_PER_SECOND = 5 * 2 ** 20;
const DAY = 86_400;

/** When to raise the shards, when Firehose, when Iceberg; in order of traffic. */
export const switchPoints = (a: Assumptions, prices: Prices): SwitchPoint[] => {
  const perShard = PART_BYTES / a.parquetBytes / DAY;
  const points: SwitchPoint[] = [1, 4, 16, 64].map((shards) => ({
    from: perShard * shards,
    what: `more than ${shards} ${shards === 1 ? 'shard' : 'shards'}: a day's part grows beyond 1 GiB (set landing.shards to ${shards * 4})`,
  }));
  points.push(
    {
      from: firehoseCrossing(a, prices),
      what: 'direct PUTs are cheaper than Firehose; below it, Firehose is, and it saves the small objects',
    },
    {
      from: FIREHOSE_BYTES_PER_SECOND / (a.jsonBytes + 44),
      what: "more than a Firehose stream's first quota of 5 MiB/s: ask for more",
    },
    {
      from: a.compactRows / ((a.compactions + 1) / 2),
      what: `compaction keeps one core busy at ${a.compactions} runs a day: fewer runs (--compactions 4), or more cores`,
    },
    {
      from: perShard * MAX_SHARDS,
      what: `more than ${MAX_SHARDS} shards: an Iceberg table, whose commits add files instead of rewriting a day`,
    },
  );
  return points.sort((x, y) => x.from - y.from);
};

/** Traffic at which both routes cost the same, found by bisection; costs of Firehose grow faster. */
const firehoseCrossing = (a: Assumptions, prices: Prices): number => {
  let [low, high] = [0.01, 1e7];
  for (let i = 0; i < 80; i++) {
    const middle = Math.sqrt(low * high);
    const { direct, firehose } = estimateLakeCost(middle, a, prices);
    if (sumOf(firehose) < sumOf(direct)) low = middle;
    else high = middle;
  }
  return high;
};
