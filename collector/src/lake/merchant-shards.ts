import { partRows } from './logs-sql.ts';
import type { Duck } from './open-duck.ts';

/** Knows in which shards merchants lie. */
export interface MerchantShards {
  /**
   * @param files of the table `merchants`, which names every merchant of every part
   * @returns shards that may hold the merchants; undefined: all
   */
  of(
    files: readonly string[],
    merchants: readonly string[] | undefined,
  ): Promise<ReadonlySet<string> | undefined>;
}

/** @example await createMerchantShards(duck).of([path], ['00112233445566ff']) // Set { '03' } */
export const createMerchantShards = (duck: Pick<Duck, 'rows'>): MerchantShards => {
  let read = '';
  const shards = new Map<string, string[]>();
  return {
    async of(files, merchants) {
      if (!merchants) return;
      if (!files.length) return new Set();
      // The path of a snapshot has the version of its object in it.
      if (read !== files.join()) {
        shards.clear();
        for (const { merchant, shard } of await duck.rows(`select merchant, shard from ${partRows(files)}`))
          shards.set(String(merchant), [...(shards.get(String(merchant)) ?? []), String(shard)]);
        read = files.join();
      }
      return new Set(merchants.flatMap((m) => shards.get(m) ?? []));
    },
  };
};
