import type { KnownSources } from './lake-state.ts';
import type { LakeStore, StoredObject } from './lake-store.ts';
import { foldersOf } from './layout.ts';
import type { Duck } from './open-duck.ts';
import { type PartSource, readInventory, readSources } from './part-source.ts';

export interface CoversOptions {
  readonly store: LakeStore;
  readonly duck: Pick<Duck, 'rows'>;
  readonly recall: () => KnownSources;
  readonly remember: (sources: KnownSources) => void;
}

/** Knows which landing objects parts cover. */
export interface Covers {
  /** @returns names of the landing objects that each part covers, by `<dt>/<shard>` */
  of(parts: readonly StoredObject[]): Promise<ReadonlyMap<string, ReadonlySet<string>>>;
}

/** Parts of before that stay known beside those just asked about: statements over other days take turns. */
const SPARE = 16;

const NOTHING: ReadonlySet<string> = new Set();

/** @example const covered = (await createCovers(options).of(parts)).get('2026-11-22/00') */
export const createCovers = ({ store, duck, recall, remember }: CoversOptions): Covers => {
  const sources = new Map<string, PartSource>(recall());
  const inventories = new Map<string, ReadonlySet<string>>();
  const idOf = (o: StoredObject): string => `${o.key}@${o.version}`;

  /** Reads the footers of parts not met before. */
  const learn = async (parts: readonly StoredObject[]): Promise<void> => {
    const unknown = parts.filter((o) => !sources.has(idOf(o)));
    if (!unknown.length) return;
    const paths = await Promise.all(unknown.map((o) => store.snapshot(o)));
    const found = await readSources(duck, paths);
    for (const [i, object] of unknown.entries()) sources.set(idOf(object), found.get(paths[i]!)!);
    remember(parts.map((o) => [idOf(o), sources.get(idOf(o))!]));
  };

  return {
    async of(parts) {
      await learn(parts);
      const covered = new Map<string, ReadonlySet<string>>();
      const used = new Set<string>();
      for (const object of parts) {
        const { dt = '', shard = '' } = foldersOf(object.key);
        const { inputs } = sources.get(idOf(object))!;
        const id = `${dt}/${shard}/${inputs}`;
        const names = inventories.get(id) ?? (await readInventory(store, { dt, shard }, inputs)) ?? NOTHING;
        if (names !== NOTHING) inventories.set(id, names);
        covered.set(`${dt}/${shard}`, names);
        used.add(id);
      }
      // Each hour replaces a part, and with it its inventory.
      prune(inventories, used);
      prune(sources, new Set(parts.map(idOf)));
      return covered;
    },
  };
};

/** Drops the oldest of what is not used, beyond {@link SPARE}. */
const prune = (known: Map<string, unknown>, used: ReadonlySet<string>): void => {
  let over = known.size - used.size - SPARE;
  for (const id of known.keys()) {
    if (over <= 0) return;
    if (!used.has(id) && known.delete(id)) over--;
  }
};
