import { compactDay } from './compact-day.ts';
import { eraseLetters } from './erase-letters.ts';
import { eraseLines } from './erase-lines.ts';
import type { LakeStore, StoredObject } from './lake-store.ts';
import {
  DEAD_LETTER,
  LAKE_LOGS,
  LAKE_RECEIPTS,
  LAKE_SUPPRESSED,
  LAKE_TRANSACTIONS,
  LANDING_LOGS,
  partKey,
  type ShardDay,
  transactionsKey,
} from './layout.ts';
import { partRows } from './logs-sql.ts';
import type { Duck } from './open-duck.ts';
import { find } from './part-source.ts';
import { inTurns } from './remote-lists.ts';
import { literal } from './sql-text.ts';
import {
  createSuppressionList,
  notSuppressed,
  readSuppressions,
  type Suppression,
  type SuppressionList,
} from './suppressions.ts';

export interface EraseOptions {
  readonly duck: Duck;
  readonly store: LakeStore;
  readonly suppressions: readonly Suppression[];
  /** Wall clock, ms since 1970. */
  readonly nowMs: number;
  /** Changes nothing, and says what would be erased. */
  readonly dryRun?: boolean;
  /** Called as objects are looked through. */
  readonly onProgress?: (done: number, total: number) => void;
}

/** Says what was erased; kept below `lake/receipts`. It names what was asked for, since the list of suppressions must as well. */
export interface EraseReceipt {
  readonly id: string;
  readonly at: string;
  readonly erased: readonly Suppression[];
  /** Rows that the lake held. */
  readonly lakeRows: number;
  /** Rows in landing objects; mostly the same logs, as they landed. */
  readonly landingRows: number;
  readonly deadLetters: number;
  readonly partsRewritten: readonly string[];
  readonly objectsRewritten: readonly string[];
  /** What is not on the disk of the lake, and when it is gone. */
  readonly elsewhere: string;
}

/**
 * Erases transactions and sessions, and keeps them out: the suppression is written first, so that landing and compaction drop what
 * is still on its way. The index (`transactions`) says which parts hold them; only those are written again.
 * Running it again is harmless.
 */
export const eraseLogs = async (options: EraseOptions): Promise<EraseReceipt> => {
  const { duck, suppressions, nowMs, dryRun = false } = options;
  const store = dryRun ? unchanged(options.store) : options.store;
  const wanted = createSuppressionList(suppressions);
  const id = `${new Date(nowMs).toISOString().replace(/[:.]/g, '-')}-${wanted.digest}`;
  const lines = wanted.all.map((s) => `${JSON.stringify(s)}\n`).join('');
  await store.replace(`${LAKE_SUPPRESSED}/${id}.ndjson`, Buffer.from(lines));

  const all = await readSuppressions(store);
  const { rows, parts } = await eraseParts(duck, store, wanted, all, dryRun);
  const objects = [...(await store.list(LANDING_LOGS)), ...(await store.list(DEAD_LETTER))];
  const rewritten: string[] = [];
  let landingRows = 0;
  let deadLetters = 0;
  let done = 0;
  // Out of a bucket each takes a while, and there may be a hundred thousand of them.
  await inTurns(objects, async (object) => {
    const removed = object.key.startsWith(LANDING_LOGS)
      ? await eraseLines(store, object, wanted)
      : await eraseLetters(store, object, wanted);
    options.onProgress?.(++done, objects.length);
    if (!removed) return;
    rewritten.push(object.key);
    if (object.key.startsWith(LANDING_LOGS)) landingRows += removed;
    else deadLetters += removed;
  });
  const receipt: EraseReceipt = {
    id,
    at: new Date(nowMs).toISOString(),
    erased: wanted.all,
    lakeRows: rows,
    landingRows,
    deadLetters,
    partsRewritten: parts,
    objectsRewritten: rewritten.sort(),
    elsewhere:
      'Journal segments not landed yet: dropped when they are landed. What lands while this runs, or out of Firehose later: when it is compacted. Live view: gone within the hour. Downloads in cache/s3 of machines that read the bucket: within a week of their last use. Backups: yours.',
  };
  await store.replace(`${LAKE_RECEIPTS}/${id}.json`, Buffer.from(`${JSON.stringify(receipt, null, 2)}\n`));
  return receipt;
};

/** A store that is only read. */
const unchanged = (store: LakeStore): LakeStore => ({
  ...store,
  replace: async () => {},
  remove: async () => {},
});

const eraseParts = async (
  duck: Duck,
  store: LakeStore,
  wanted: SuppressionList,
  all: SuppressionList,
  dryRun: boolean,
): Promise<{ rows: number; parts: string[] }> => {
  const parts = await store.list(LAKE_LOGS);
  const transactions = await store.list(LAKE_TRANSACTIONS);
  let rows = 0;
  const rewritten: string[] = [];
  for (const day of await daysHolding(duck, store, transactions, wanted)) {
    const part = find(parts, partKey(day));
    if (!part) continue;
    // None where an erasure was killed between the part and its transactions, which still name what is to go.
    const held = await countWanted(duck, await store.snapshot(part), wanted);
    const index = find(transactions, transactionsKey(day));
    const input = { day, landing: [], part, transactions: index, around: [] };
    if (!dryRun) await compactDay(duck, store, input, all, true);
    rows += held;
    rewritten.push(part.key);
  }
  return { rows, parts: rewritten };
};

/** Days of shards whose index names one of the wanted. */
const daysHolding = async (
  duck: Duck,
  store: LakeStore,
  transactions: readonly StoredObject[],
  wanted: SuppressionList,
): Promise<ShardDay[]> => {
  const days: ShardDay[] = [];
  const sessions = wanted.all.flatMap((s) => ('session' in s ? [literal(s.session)] : []));
  const named = wanted.all.flatMap((s) =>
    'session' in s ? [] : [`(${literal(s.merchant)}, ${literal(s.transaction)})`],
  );
  const conditions = [
    ...(named.length ? [`(merchant, "transaction") in (${named.join(', ')})`] : []),
    ...(sessions.length ? [`list_has_any(string_split(sessions, ','), [${sessions.join(', ')}])`] : []),
  ];
  for (const object of transactions) {
    const [, dt = '', number = ''] = /dt=([0-9-]+)\/part-(\d+)\.parquet$/.exec(object.key) ?? [];
    const path = await store.snapshot(object);
    const [{ n }] = (await duck.rows(
      `select count(*) as n from ${partRows([path])} where ${conditions.join(' or ')}`,
    )) as [{ n: number }];
    if (n) days.push({ dt, shard: number.replace(/^0+(?=\d\d)/, '') });
  }
  return days;
};

const countWanted = async (duck: Duck, path: string, wanted: SuppressionList): Promise<number> => {
  const [{ n }] = (await duck.rows(
    `select count(*) as n from ${partRows([path])} where not (${notSuppressed(wanted)})`,
  )) as [{ n: number }];
  return n;
};
