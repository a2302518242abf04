import type { DayBounds } from './bounds-of.ts';
import type { LakeStore, StoredObject } from './lake-store.ts';
import {
  DEAD_LETTER,
  foldersOf,
  LAKE_LOGS,
  LAKE_MERCHANTS,
  LAKE_TRANSACTIONS,
  LANDING_LOGS,
  nameOf,
} from './layout.ts';
import type { Duck } from './open-duck.ts';
import { type PartSource, readInventory, readSources } from './part-source.ts';
import { readSuppressions, type SuppressionList } from './suppressions.ts';

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
  readonly deadLetters: readonly string[];
  /** What must not be shown of landing: it may have landed just before it was erased. */
  readonly suppressed: SuppressionList;
  /** Changes when any of it changes. */
  readonly version: string;
}

/** Reads the state again and again; remembers what cannot have changed. */
export interface StateReader {
  /** @param days only these days are made ready to be read; a remote store then downloads no others */
  read(days?: DayBounds): Promise<LakeState>;
}

export interface StateOptions {
  readonly store: LakeStore;
  readonly duck: Pick<Duck, 'rows'>;
  /** Lists objects below a prefix; may be cheaper than the store's listing where these never change under their name. */
  /** Sources that an earlier process learned: without them each part's footer is opened once. */
  readonly recall: () => KnownSources;
  readonly remember: (sources: KnownSources) => void;
  readonly listObjects: (prefix: string) => Promise<readonly Pick<StoredObject, 'key' | 'version'>[]>;
}

/** Sources of parts, by key and version. */
export type KnownSources = readonly (readonly [string, PartSource])[];

/** @example const state = await createStateReader({ store, duck, listObjects }).read(); */
export const createStateReader = ({
  store,
  duck,
  listObjects,
  recall,
  remember,
}: StateOptions): StateReader => {
  const sources = new Map<string, PartSource>(recall());
  const inventories = new Map<string, ReadonlySet<string>>();
  let known: LakeState | undefined;
  const idOf = (o: Pick<StoredObject, 'key' | 'version'>): string => `${o.key}@${o.version}`;

  const fileOf = async (object: Pick<StoredObject, 'key' | 'version'>): Promise<LakeFile> => {
    const { dt = '', shard = '' } = foldersOf(object.key);
    return { key: object.key, path: await store.snapshot(object), dt, shard };
  };

  /** Sources of the parts whose days have landing objects: only those can cover any. */
  const learn = async (parts: readonly (readonly [StoredObject, LakeFile])[]): Promise<void> => {
    const unknown = parts.filter(([object]) => !sources.has(idOf(object)));
    if (unknown.length) {
      const paths = unknown.map(([, file]) => file.path);
      const found = await readSources(duck, paths);
      for (const [object, file] of unknown) sources.set(idOf(object), found.get(file.path)!);
      remember(parts.map(([object]) => [idOf(object), sources.get(idOf(object))!]));
    }
    for (const [object, file] of parts) {
      const { inputs } = sources.get(idOf(object))!;
      const id = `${file.dt}/${file.shard}/${inputs}`;
      if (!inventories.has(id)) inventories.set(id, await readInventory(store, file, inputs));
    }
  };

  return {
    async read(days = {}) {
      const inBounds = ({ key }: { readonly key: string }): boolean => {
        const { dt } = foldersOf(key);
        return !dt || ((days.from ?? '') <= dt && dt <= (days.to ?? '9'));
      };
      // Landing first: what is compacted between the two listings is then seen in the part, and its objects are left out.
      const landingObjects = (await listObjects(LANDING_LOGS)).filter(inBounds);
      const partObjects = (await store.list(LAKE_LOGS)).filter(inBounds);
      const transactionObjects = (await store.list(LAKE_TRANSACTIONS)).filter(inBounds);
      const merchantObjects = await store.list(LAKE_MERCHANTS.slice(0, LAKE_MERCHANTS.lastIndexOf('/')));
      const suppressed = await readSuppressions(store);
      const deadObjects = (await listObjects(DEAD_LETTER)).filter(inBounds);
      const listings = [landingObjects, partObjects, transactionObjects, merchantObjects, deadObjects];
      const version = [suppressed.digest, ...listings.map((all) => all.map(idOf).join())].join('|');
      if (known?.version === version) return known;
      const landed = new Set(landingObjects.map((o) => dayOf(o.key)));
      const parts = await Promise.all(partObjects.map(fileOf));
      const covering = partObjects.flatMap((object, i) =>
        landed.has(dayOf(object.key)) ? [[object, parts[i]!] as const] : [],
      );
      await learn(covering);
      const covered = new Map(
        covering.map(([object, file]) => {
          const { inputs } = sources.get(idOf(object))!;
          return [dayOf(object.key), inventories.get(`${file.dt}/${file.shard}/${inputs}`)!];
        }),
      );
      const allLanding = await Promise.all(landingObjects.map(fileOf));
      known = {
        parts,
        landing: allLanding.filter((f) => !covered.get(dayOf(f.key))?.has(nameOf(f.key))),
        allLanding,
        transactions: await Promise.all(transactionObjects.map(fileOf)),
        merchants: await Promise.all(merchantObjects.map((o) => store.snapshot(o))),
        deadLetters: await Promise.all(deadObjects.map((o) => store.snapshot(o))),
        suppressed,
        version,
      };
      return known;
    },
  };
};

const dayOf = (key: string): string => {
  const { dt, shard } = foldersOf(key);
  return `${dt}/${shard}`;
};
