import type { Bounds } from './bounds-of.ts';
import { createCovers } from './covers.ts';
import { daysApart } from './days.ts';
import type { LakeStore, StoredObject } from './lake-store.ts';
import {
  DEAD_LETTER,
  foldersOf,
  LAKE_LOGS,
  LAKE_MERCHANTS,
  LAKE_TRANSACTIONS,
  LANDING_LOGS,
  nameOf,
  shardDayOf,
} from './layout.ts';
import { partRows } from './logs-sql.ts';
import { createMerchantShards } from './merchant-shards.ts';
import type { Duck } from './open-duck.ts';
import type { PartSource } from './part-source.ts';
import { inTurns, listDays, publishedLists } from './remote-lists.ts';
import { literal } from './sql-text.ts';
import { createSuppressionReader, type SuppressionList } from './suppressions.ts';

/** A file for DuckDB to read, and the object it shows. */
export interface LakeFile {
  readonly key: string;
  readonly path: string;
  readonly dt: string;
  /** Of transactions: '' (their part's number says it). */
  readonly shard: string;
}

/** What there is to read at one moment, each acknowledged log in exactly one place but for copies. */
export interface LakeState {
  /** Parts of `lake/logs`. */
  readonly parts: readonly LakeFile[];
  /** Objects of `landing/logs` that no part covers. */
  readonly landing: readonly LakeFile[];
  /** All objects of `landing/logs`. */
  readonly allLanding: readonly LakeFile[];
  readonly transactions: readonly LakeFile[];
  readonly merchants: readonly string[];
  readonly deadLetters: readonly LakeFile[];
  /** What must not be shown of landing: it may have landed just before it was erased. */
  readonly suppressed: SuppressionList;
  /** Changes when any of it changes. */
  readonly version: string;
}

/** What of the lake is to be made ready to be read. */
export interface Wanted extends Bounds {
  /** Tables that are read; undefined where it cannot be told. */
  readonly tables?: ReadonlySet<string> | undefined;
}

/** Reads the state again and again; remembers what cannot have changed. */
export interface StateReader {
  /** @param wanted of a remote store nothing else is downloaded; of a local one everything is there anyway */
  read(wanted?: Wanted): Promise<LakeState>;
  /** The next read looks at everything again: a file that it told of is gone. */
  forget(): void;
  /** Share of the files of the readings under way that are there, 0 to 1; undefined when none is. */
  progress(): number | undefined;
}

/** An object, as far as readers need to know it. */
export type Listed = Pick<StoredObject, 'key' | 'version'>;

export interface StateOptions {
  readonly store: LakeStore;
  readonly duck: Pick<Duck, 'rows'>;
  /** Lists objects of landing and of the dead letters of a local store: the same array while nothing changes, where it can tell. */
  readonly listObjects: (prefix: string) => Promise<readonly Listed[]>;
  /** Sources that an earlier process learned: without them each part's footer is opened once. */
  readonly recall: () => KnownSources;
  readonly remember: (sources: KnownSources) => void;
}

/** Sources of parts, by key and version. */
export type KnownSources = readonly (readonly [string, PartSource])[];

/** @example const state = await createStateReader({ store, duck, listObjects, recall, remember }).read(); */
export const createStateReader = (options: StateOptions): StateReader => {
  const { store, duck, listObjects } = options;
  const covers = createCovers(options);
  const shards = createMerchantShards(duck);
  const readSuppressions = createSuppressionReader(store);
  let known:
    | { readonly state: LakeState; readonly change: string; readonly lists: readonly unknown[] }
    | undefined;

  let asked = 0;
  let there = 0;

  const fileOf = async (object: Listed): Promise<LakeFile> => {
    const { dt = '', shard = '' } = foldersOf(object.key);
    const path = await store.snapshot(object);
    there++;
    return { key: object.key, path, dt, shard };
  };

  const readAll = async (wanted: Wanted, lists: Lists): Promise<LakeState> => {
    const needs = needsOf(wanted.tables);
    // Before the parts: a list that is newer than its part would hide what has landed since.
    const published = store.change
      ? undefined
      : await publishedLists(store, wanted, new Set(lists.landing.map((o) => shardDayOf(o.key))));
    const allParts = await listDays(store, LAKE_LOGS, wanted);
    const allTransactions = await listDays(store, LAKE_TRANSACTIONS, wanted);
    // After the parts: compaction adds a merchant before its first part, and what is asked of a merchant is looked for in its shards alone.
    const merchantObjects = await store.list(LAKE_MERCHANTS.slice(0, LAKE_MERCHANTS.lastIndexOf('/')));
    const merchants = await inTurns(merchantObjects, (o) => store.snapshot(o));
    const holding = await shards.of(merchants, wanted.merchants);
    const mayHold = ({ key }: Listed): boolean => !holding || holding.has(shardOfKey(key));
    const partObjects = allParts.filter(mayHold);
    const transactionObjects = allTransactions.filter(mayHold);
    const suppressed = await readSuppressions();

    const days = await daysNamed(duck, store, wanted, transactionObjects);
    const landed = new Set(lists.landing.map((o) => shardDayOf(o.key)));
    // A list whose part is gone, as where only some of a bucket was restored, covers nothing.
    const partDays = new Set(allParts.map((o) => shardDayOf(o.key)));
    const covered = published ?? (await covers.of(partObjects.filter((o) => landed.has(shardDayOf(o.key)))));
    const isOpen = (o: Listed): boolean => {
      const id = shardDayOf(o.key);
      return !partDays.has(id) || !covered.get(id)?.has(nameOf(o.key));
    };
    const open = lists.landing.filter(isOpen);
    const landedOn = new Set(open.map((o) => foldersOf(o.key).dt));
    const isWanted = (o: Listed): boolean => {
      const { dt = '' } = foldersOf(o.key);
      if (dt && (dt < (wanted.from ?? '') || dt > (wanted.to ?? '9'))) return false;
      return !days || days.has(dt) || landedOn.has(dt);
    };
    // A copy of what has just landed may lie in the days around, also where the statement does not look.
    const openDays = new Set(open.filter(isWanted).flatMap((o) => foldersOf(o.key).dt ?? []));
    const isNear = (o: Listed): boolean =>
      isWanted(o) || [...openDays].some((dt) => daysApart(dt, foldersOf(o.key).dt ?? dt) <= 2);

    const ready = (objects: readonly Listed[], are: boolean): Promise<LakeFile[]> => {
      if (!are) return Promise.resolve([]);
      asked += objects.length;
      return inTurns(objects, fileOf);
    };
    const landing = await ready(open.filter(isNear), needs.logs);
    const parts = await ready(
      partObjects.filter((o) => isNear(o) && (!days || days.has(foldersOf(o.key).dt ?? ''))),
      needs.logs,
    );
    const openFiles = new Map(landing.map((f) => [f.key, f]));
    return {
      parts,
      landing,
      allLanding: needs.landing
        ? [
            ...(await ready(
              lists.landing.filter((o) => isWanted(o) && !openFiles.has(o.key)),
              true,
            )),
            ...landing.filter((f) => isWanted({ key: f.key, version: '' })),
          ]
        : [],
      transactions: await ready(transactionObjects.filter(isWanted), needs.transactions),
      merchants,
      deadLetters: await ready(lists.deadLetters, needs.deadLetters),
      suppressed,
      version: [
        suppressed.digest,
        ...[lists.landing, partObjects, transactionObjects, merchantObjects, lists.deadLetters].map((all) =>
          all.map(idOf).join(),
        ),
      ].join('|'),
    };
  };

  return {
    progress: () => (there < asked ? there / asked : undefined),
    forget() {
      known = undefined;
    },
    async read(wanted = {}) {
      // Before the listings: what changes while they are made is then seen by the next reader.
      const change = store.change?.();
      // Landing first: what is compacted between the listings is then seen in the part, and its objects are left out.
      const lists = store.change
        ? { landing: await listObjects(LANDING_LOGS), deadLetters: await listObjects(DEAD_LETTER) }
        : await listRemote(store, wanted);
      const same = [lists.landing, lists.deadLetters];
      if (change !== undefined && known?.change === change && known.lists.every((l, i) => l === same[i]))
        return known.state;
      const state = await readAll(store.change ? {} : wanted, lists);
      known = change === undefined ? undefined : { state, change, lists: same };
      return state;
    },
  };
};

interface Lists {
  readonly landing: readonly Listed[];
  readonly deadLetters: readonly Listed[];
}

/** Listings of what a statement is about. */
const listRemote = async (store: LakeStore, wanted: Wanted): Promise<Lists> => {
  const needs = needsOf(wanted.tables);
  const landing = needs.logs || needs.landing;
  return {
    landing: landing ? await listDays(store, LANDING_LOGS, wanted) : [],
    deadLetters: needs.deadLetters ? await store.list(DEAD_LETTER) : [],
  };
};

/** Which zones the tables of a statement are made of. */
const needsOf = (
  tables: ReadonlySet<string> | undefined,
): { logs: boolean; landing: boolean; transactions: boolean; deadLetters: boolean } => {
  const any = (...names: string[]): boolean => !tables || names.some((name) => tables.has(name));
  return {
    // Transactions of a day that is not wholly compacted are made from its logs.
    logs: any('logs_all', 'logs', 'lake_logs', 'transactions'),
    landing: any('landing_logs'),
    transactions: any('transactions'),
    deadLetters: any('dead_letter'),
  };
};

/**
 * Days of a merchant's transaction, by the index; undefined where the statement asks for no single ones, or names days itself.
 * Reading the index of a year is a tenth of reading its logs.
 */
const daysNamed = async (
  duck: Pick<Duck, 'rows'>,
  store: LakeStore,
  { from, to, merchants, transactions }: Wanted,
  index: readonly StoredObject[],
): Promise<ReadonlySet<string> | undefined> => {
  if (store.change || !merchants || !transactions || (from !== undefined && to !== undefined)) return;
  const paths = await inTurns(index, (o) => store.snapshot(o));
  if (!paths.length) return new Set();
  const list = (values: readonly string[]): string => values.map(literal).join(', ') || 'null';
  const rows = await duck.rows(
    `select distinct dt from ${partRows(paths, { partitions: ['dt'] })} where merchant in (${list(merchants)}) and "transaction" in (${list(transactions)})`,
  );
  return new Set(rows.map((row) => String(row.dt)));
};

const idOf = (o: Listed): string => `${o.key}@${o.version}`;

/** Shard of a part, or of a part of transactions, whose number it is. */
export const shardOfKey = (key: string): string =>
  foldersOf(key).shard ?? (/part-(\d+)\.parquet$/.exec(key)?.[1] ?? '').replace(/^0+(?=\d\d)/, '');
