import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import type { LakeStore } from './lake-store.ts';
import { LAKE_MERCHANTS } from './layout.ts';
import { partRows } from './logs-sql.ts';
import type { Duck } from './open-duck.ts';
import { literal } from './sql-text.ts';

let files = 0;

/**
 * Adds the merchants of a part to the table that says which shard a merchant lies in. Done before the part goes to its place, so
 * that no part is without its merchants, whoever is killed.
 * @param path local file of the part
 */
export const addMerchants = async (
  duck: Duck,
  store: LakeStore,
  shard: string,
  path: string,
): Promise<void> => {
  const folder = LAKE_MERCHANTS.slice(0, LAKE_MERCHANTS.lastIndexOf('/'));
  const [known] = await store.list(folder);
  const old = known ? `select merchant, shard from ${partRows([await store.snapshot(known)])}` : undefined;
  const found = `select distinct merchant, ${literal(shard)} as shard from ${partRows([path])}`;
  if (old) {
    const [{ n }] = (await duck.rows(`select count(*) as n from (${found} except ${old})`)) as [
      { n: number },
    ];
    if (!n) return;
  }
  mkdirSync(store.scratch, { recursive: true });
  const file = join(store.scratch, `merchants-${process.pid}-${files++}.parquet`);
  await duck.run(
    `copy (select * from (${[found, ...(old ? [old] : [])].join(' union ')}) order by merchant, shard) to ${literal(file)} (format parquet, compression zstd)`,
  );
  // Over the one that was read: whoever was thought dead must not take away what another has added since.
  await store.replace(LAKE_MERCHANTS, { file }, { version: known?.version });
};
