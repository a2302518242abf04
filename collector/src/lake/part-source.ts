import { createHash } from 'node:crypto';
import type { LakeStore, StoredObject } from './lake-store.ts';
import { compactedKey, inventoryKey, type ShardDay } from './layout.ts';
import type { Duck } from './open-duck.ts';
import { literal } from './sql-text.ts';

/** What a part was made of; stands in its own footer, so that part and statement change in one step. */
export interface PartSource {
  /** Digest of its inventory: which landing objects it covers. */
  readonly inputs: string;
  /** Digest of the suppressions that were applied to it; empty for none. */
  readonly erased: string;
}

export const NO_SOURCE: PartSource = { inputs: '', erased: '' };

/** The footer entries, as the `kv_metadata` of a COPY. */
export const sourceMetadata = ({ inputs, erased }: PartSource): string =>
  `{gander_inputs: ${literal(inputs)}, gander_erased: ${literal(erased)}}`;

/** Reads the sources of parts from their footers. @param paths local files */
export const readSources = async (
  duck: Pick<Duck, 'rows'>,
  paths: readonly string[],
): Promise<Map<string, PartSource>> => {
  if (!paths.length) return new Map();
  const rows = await duck.rows(
    `select file_name as path, decode(key) as name, decode(value) as value from parquet_kv_metadata([${paths.map(literal).join(', ')}])`,
  );
  const sources = new Map<string, PartSource>(paths.map((path) => [path, NO_SOURCE]));
  for (const { path, name, value } of rows) {
    const source = sources.get(String(path)) ?? NO_SOURCE;
    if (name === 'gander_inputs') sources.set(String(path), { ...source, inputs: String(value) });
    if (name === 'gander_erased') sources.set(String(path), { ...source, erased: String(value) });
  }
  return sources;
};

/** First 20 hex digits of the SHA-256 of a text. */
export const digestOf = (text: string): string =>
  createHash('sha256').update(text).digest('hex').slice(0, 20);

/** Text of an inventory: names of landing objects, sorted. */
export const inventoryText = (names: Iterable<string>): string => JSON.stringify([...new Set(names)].sort());

/**
 * Names of the landing objects that a part covers; undefined where its inventory is gone, as out of a backup that was copied while a part
 * was replaced. The part then counts as one that covers nothing: what is in both is shown and kept once all the same.
 */
export const readInventory = async (
  store: LakeStore,
  day: ShardDay,
  digest: string,
): Promise<ReadonlySet<string> | undefined> => {
  if (!digest) return new Set();
  const bytes = await store.read(inventoryKey(day, digest));
  return bytes && new Set(JSON.parse(Buffer.from(bytes).toString()) as string[]);
};

/** Names in a list that compaction publishes for Athena and for readers of a bucket. @param text of `lake/compacted/…` */
export const publishedNames = (text: string): string[] =>
  text
    .split('\n')
    .filter(Boolean)
    .map((line) => (JSON.parse(line) as { object: string }).object);

/**
 * Puts an inventory back that is gone, out of the published list of its day, if that is of this very part: the digest says so.
 * @returns its names; undefined where the list is gone as well, or of another part
 */
export const restoreInventory = async (
  store: LakeStore,
  day: ShardDay,
  digest: string,
): Promise<ReadonlySet<string> | undefined> => {
  const published = await store.read(compactedKey(day));
  if (!published) return;
  const names = publishedNames(Buffer.from(published).toString());
  const text = inventoryText(names);
  if (digestOf(text) !== digest) return;
  await store.replace(inventoryKey(day, digest), Buffer.from(text));
  return new Set(names);
};

/** The object of a listing with this key. */
export const find = (objects: readonly StoredObject[], key: string): StoredObject | undefined =>
  objects.find((o) => o.key === key);
