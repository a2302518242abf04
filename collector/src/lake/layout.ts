/**
 * Where everything of the lake lies. Keys have `/` between their parts, below the data folder or the bucket's prefix.
 *
 * A day of a shard has one part, replaced as a whole when hours are added to it: one atomic step, and one file for whoever looks
 * for a transaction. Which landing objects a part covers stands in its inventory, which the part names in its own footer.
 */
export const LANDING_LOGS = 'landing/logs';
export const LAKE_LOGS = 'lake/logs';
export const LAKE_TRANSACTIONS = 'lake/transactions';
export const LAKE_MERCHANTS = 'lake/merchants/merchants.parquet';
export const LAKE_INVENTORY = 'lake/inventory';
export const LAKE_COMPACTED = 'lake/compacted';
export const LAKE_SUPPRESSED = 'lake/suppressed';
export const LAKE_RECEIPTS = 'lake/receipts';
export const DEAD_LETTER = 'dead-letter';
export const DEAD_LETTER_FIREHOSE = 'dead-letter/firehose';
/** Who looks after the lake just now, and until when (upkeep-lease.ts). */
export const LAKE_LEASE = 'lake/lease/upkeep.json';

/** One shard's day: what compaction works on at a time. */
export interface ShardDay {
  readonly dt: string;
  readonly shard: string;
}

/** @example partKey({ dt: '2026-11-22', shard: '03' }) // 'lake/logs/dt=2026-11-22/shard=03/part-0000.parquet' */
export const partKey = ({ dt, shard }: ShardDay): string =>
  `${LAKE_LOGS}/dt=${dt}/shard=${shard}/part-0000.parquet`;

/** The part's transactions: number of the part = number of the shard. */
export const transactionsKey = ({ dt, shard }: ShardDay): string =>
  `${LAKE_TRANSACTIONS}/dt=${dt}/part-${shard.padStart(4, '0')}.parquet`;

/** Names of the landing objects that a part covers; named by their digest, so never changed. */
export const inventoryKey = ({ dt, shard }: ShardDay, digest: string): string =>
  `${LAKE_INVENTORY}/dt=${dt}/shard=${shard}/${digest}.json`;

/** The same for Athena and Trino, as a table. */
export const compactedKey = ({ dt, shard }: ShardDay): string =>
  `${LAKE_COMPACTED}/dt=${dt}/shard-${shard}.ndjson`;

/** The values of a key's folders: `dt`, `hour`, `shard`. @example foldersOf('a/dt=2026-11-22/b.gz') // { dt: '2026-11-22' } */
export const foldersOf = (key: string): Readonly<Record<string, string | undefined>> => {
  const found: Record<string, string> = {};
  // A loop over characters: a listing has ten thousands of keys.
  for (let at = key.indexOf('='); at !== -1; at = key.indexOf('=', at + 1)) {
    const from = key.lastIndexOf('/', at) + 1;
    const to = key.indexOf('/', at);
    found[key.slice(from, at)] = key.slice(at + 1, to === -1 ? key.length : to);
  }
  return found;
};

/** The shard's day that a key lies in. @example shardDayOf('lake/logs/dt=2026-11-22/shard=03/x') // '2026-11-22/03' */
export const shardDayOf = (key: string): string => {
  const { dt, shard } = foldersOf(key);
  return `${dt}/${shard}`;
};

/** Last part of a key. */
export const nameOf = (key: string): string => key.slice(key.lastIndexOf('/') + 1);
