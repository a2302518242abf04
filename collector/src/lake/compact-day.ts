import { mkdirSync, statSync } from 'node:fs';
import { rm } from 'node:fs/promises';
import { join } from 'node:path';
import { LAKE_COLUMNS } from '@gander/log-codes';
import { addMerchants } from './add-merchants.ts';
import { eraseLines } from './erase-lines.ts';
import type { LakeStore, StoredObject } from './lake-store.ts';
import {
  compactedKey,
  foldersOf,
  inventoryKey,
  LAKE_MERCHANTS,
  nameOf,
  partKey,
  type ShardDay,
  transactionsKey,
} from './layout.ts';
import {
  emptyRows,
  FIRST_COPY,
  LOG_COLUMNS_SQL,
  LOG_KEY_SQL,
  landingRows,
  PART_FORMAT,
  PART_ORDER,
  partRows,
  transactionsOfParts,
} from './logs-sql.ts';
import type { Duck } from './open-duck.ts';
import {
  digestOf,
  inventoryText,
  NO_SOURCE,
  type PartSource,
  readInventory,
  readSources,
  restoreInventory,
  sourceMetadata,
} from './part-source.ts';
import { literal } from './sql-text.ts';
import { notSuppressed, type SuppressionList } from './suppressions.ts';

/** What there is for one shard's day. */
export interface DayInput {
  readonly day: ShardDay;
  /** Landing objects of closed hours. */
  readonly landing: readonly StoredObject[];
  readonly part: StoredObject | undefined;
  readonly transactions: StoredObject | undefined;
  /** Parts of the days around it, and of the day's other shards: what is sent again after midnight is there already. */
  readonly around: readonly StoredObject[];
}

/** What was done with it. */
export interface DayResult {
  readonly day: ShardDay;
  readonly changed: boolean;
  readonly rows: number;
  readonly bytes: number;
  readonly newObjects: number;
  /** Rows left out because the log was there already, or is suppressed. */
  readonly dropped: number;
}

/**
 * Brings one shard's day up to date: what landed is added to its part, each log once, sorted. Steps, each of them whole or not at
 * all: landing objects without what was erased → inventory → merchants → transactions → part → list for Athena. Whoever is killed in
 * between is followed by one that does the rest; running again changes nothing.
 * @param rewrite also when nothing landed, to apply suppressions; transactions, by which erasure finds its parts, then come after the part
 */
export const compactDay = async (
  duck: Duck,
  store: LakeStore,
  input: DayInput,
  suppressed: SuppressionList,
  rewrite = false,
): Promise<DayResult> => {
  const { day, part } = input;
  const oldPath = part && (await store.snapshot(part));
  const old: PartSource = oldPath ? (await readSources(duck, [oldPath])).get(oldPath)! : NO_SOURCE;
  const inventory =
    (await readInventory(store, day, old.inputs)) ?? (await restoreInventory(store, day, old.inputs));
  const covered = inventory ?? new Set();
  const added = input.landing.filter((o) => !covered.has(nameOf(o.key)));
  const names = inventoryText([...covered, ...added.map((o) => nameOf(o.key))]);
  const inputs = digestOf(names);
  // Suppressions alone are no reason to write a part again: `gander erase` has done so where it had to.
  const current = part && inventory && old.inputs === inputs && !rewrite;
  const source: PartSource = current ? old : { inputs, erased: suppressed.digest };
  const unchanged = { day, changed: false, rows: 0, bytes: part?.bytes ?? 0, newObjects: 0, dropped: 0 };

  if (!part && !added.length) return unchanged;
  let partPath = oldPath;
  let result: DayResult = unchanged;
  if (!current) {
    await store.replace(inventoryKey(day, source.inputs), Buffer.from(names));
    const merged = await mergeRows(duck, store, input, { oldPath, added, source, suppressed });
    partPath = merged.path;
    result = { ...unchanged, changed: true, newObjects: added.length, ...merged };
  }
  const transactionsDone = current && (await hasSource(duck, store, input.transactions, source));
  try {
    const transactionsFile = scratchFile(store, day, 'transactions');
    if (!transactionsDone) {
      await duck.run(
        `copy (${transactionsOfParts([partPath!])} order by merchant, "transaction") to ${literal(transactionsFile)} (format parquet, compression zstd, kv_metadata ${sourceMetadata(source)})`,
      );
    }
    if (!current) await addMerchants(duck, store, day.shard, partPath!);
    const putTransactions = async (): Promise<void> => {
      if (transactionsDone) return;
      const over = { version: input.transactions?.version };
      await store.replace(transactionsKey(day), { file: transactionsFile }, over);
    };
    const putPart = async (): Promise<void> => {
      if (!current) await store.replace(partKey(day), { file: partPath! }, { version: part?.version });
    };
    // Rows are added to the transactions first: until they are in the part too, readers make the day's transactions from its logs.
    // They are erased there last: until then they say that there is something to erase, to whoever does it again after a crash.
    for (const put of rewrite ? [putPart, putTransactions] : [putTransactions, putPart]) await put();
  } finally {
    if (!current) await rm(partPath!, { force: true });
  }
  await publishCompacted(store, day, names);
  return transactionsDone ? result : { ...result, changed: true };
};

interface Merge {
  readonly oldPath: string | undefined;
  readonly added: readonly StoredObject[];
  readonly source: PartSource;
  readonly suppressed: SuppressionList;
}

/**
 * Writes old rows and new ones, sorted, into a work file. Copies of a log are rare: the file is first written as if there were none,
 * at the speed of a plain sorted COPY, then looked through, and written again only when there are some.
 */
const mergeRows = async (
  duck: Duck,
  store: LakeStore,
  { day, around }: DayInput,
  { oldPath, added, source, suppressed }: Merge,
): Promise<{ path: string; rows: number; bytes: number; dropped: number }> => {
  const landed = await Promise.all(added.map((o) => store.snapshot(o)));
  if (landed.length) await eraseLanded(duck, store, added, landed, suppressed);
  const pieces = [
    // No rows, but all columns: a part of an earlier version may lack some.
    emptyRows(LAKE_COLUMNS),
    ...(oldPath ? [`select * from ${partRows([oldPath])}`] : []),
    ...(landed.length ? [`select ${LOG_COLUMNS_SQL} from ${landingRows(landed)}`] : []),
  ];
  const all = pieces.join(' union all by name ');
  const path = scratchFile(store, day, 'part');
  const write = (rows: string, to: string): Promise<void> =>
    duck.run(
      `copy (select ${LOG_COLUMNS_SQL} from (${rows}) order by ${PART_ORDER}) to ${literal(to)} (${PART_FORMAT}, kv_metadata ${sourceMetadata(source)})`,
    );
  await write(`select * from (${all}) where ${notSuppressed(suppressed)}`, path);
  const written = await countOf(duck, partRows([path]));

  const neighbours = await neighboursOf(duck, store, day, path, around);
  const key = `hash(${LOG_KEY_SQL})`;
  const [{ inside }] = (await duck.rows(
    `select count(*) - count(distinct ${key}) as inside from ${partRows([path])}`,
  )) as [{ inside: number }];
  const outside = neighbours.length
    ? await countOf(
        duck,
        `(select 1 from ${partRows([path])} p semi join ${partRows(neighbours)} n using (${LOG_KEY_SQL}))`,
      )
    : 0;
  let rows = written;
  if (inside || outside) {
    const without = neighbours.length ? `anti join ${partRows(neighbours)} n using (${LOG_KEY_SQL})` : '';
    const second = scratchFile(store, day, 'part-2');
    await write(
      `select p.* from ${partRows([path])} p ${without} qualify row_number() over (partition by ${LOG_KEY_SQL} order by ${FIRST_COPY}) = 1`,
      second,
    );
    await rm(path);
    rows = await countOf(duck, partRows([second]));
    return { path: second, rows, bytes: statSync(second).size, dropped: written - rows };
  }
  return { path, rows, bytes: statSync(path).size, dropped: 0 };
};

/**
 * Takes what was erased out of landing objects that came when it was being erased, or since: landing had packed it before it knew, or
 * Firehose held it. Each object comes by here once.
 * @param paths of their local files, in the same order
 */
const eraseLanded = async (
  duck: Duck,
  store: LakeStore,
  objects: readonly StoredObject[],
  paths: readonly string[],
  suppressed: SuppressionList,
): Promise<void> => {
  if (!suppressed.all.length) return;
  const holding = await duck.rows(
    `select distinct filename from ${landingRows(paths)} where not (${notSuppressed(suppressed)})`,
  );
  for (const { filename } of holding)
    await eraseLines(store, objects[paths.indexOf(String(filename))]!, suppressed);
};

/**
 * Parts that may hold the same logs as a new one: those of its shard, and of other shards that its merchants have lain in, for the
 * number of shards may have been raised in between.
 * @returns local files
 */
const neighboursOf = async (
  duck: Duck,
  store: LakeStore,
  { shard }: ShardDay,
  path: string,
  around: readonly StoredObject[],
): Promise<string[]> => {
  if (!around.length) return [];
  const [known] = await store.list(LAKE_MERCHANTS.slice(0, LAKE_MERCHANTS.lastIndexOf('/')));
  const others = known
    ? await duck.rows(
        `select distinct shard from ${partRows([await store.snapshot(known)])} m semi join ${partRows([path])} p using (merchant)`,
      )
    : [];
  const shards = new Set([shard, ...others.map((row) => String(row.shard))]);
  const held = around.filter((o) => shards.has(foldersOf(o.key).shard ?? ''));
  return Promise.all(held.map((o) => store.snapshot(o)));
};

const countOf = async (duck: Duck, from: string): Promise<number> =>
  Number((await duck.rows(`select count(*) as n from ${from}`))[0]!.n);

const hasSource = async (
  duck: Duck,
  store: LakeStore,
  object: StoredObject | undefined,
  source: PartSource,
): Promise<boolean> => {
  if (!object) return false;
  const path = await store.snapshot(object);
  const found = (await readSources(duck, [path])).get(path)!;
  return found.inputs === source.inputs && found.erased === source.erased;
};

/** Tells Athena's readers which landing objects the part covers. Its views drop copies, so that being late here doubles nothing. */
const publishCompacted = async (store: LakeStore, day: ShardDay, names: string): Promise<void> => {
  const text = (JSON.parse(names) as string[]).map((object) => `${JSON.stringify({ object })}\n`).join('');
  const key = compactedKey(day);
  const before = await store.read(key);
  if (!before || Buffer.from(before).toString() !== text) await store.replace(key, Buffer.from(text));
};

let files = 0;
const scratchFile = (store: LakeStore, { dt, shard }: ShardDay, what: string): string => {
  mkdirSync(store.scratch, { recursive: true });
  return join(store.scratch, `${dt}-${shard}-${what}-${process.pid}-${files++}.parquet`);
};
