import type { Kysely } from 'kysely';
import type { KeyRecord, Merchant } from './registry.ts';
import type { RegistryTables } from './tables.ts';

/** Everything the hot path asks of the registry, in memory. */
export interface Snapshot {
  readonly merchants: ReadonlyMap<string, Merchant>;
  readonly origins: ReadonlySet<string>;
  readonly siteKeys: ReadonlyMap<string, KeyRecord>;
  readonly secretKeys: ReadonlyMap<string, KeyRecord>;
  /** Count of changes that it has seen. */
  readonly version: number;
}

/** How many changes there were: by it one sees whether to read again. */
export const readVersion = async (db: Kysely<RegistryTables>): Promise<number> =>
  (await db.selectFrom('registry_version').select('version').executeTakeFirstOrThrow()).version;

/** Reads the registry's tables whole, all of one moment. */
export const readSnapshot = (db: Kysely<RegistryTables>): Promise<Snapshot> =>
  db.transaction().setIsolationLevel('repeatable read').setAccessMode('read only').execute(readTables);

const readTables = async (db: Kysely<RegistryTables>): Promise<Snapshot> => {
  const version = await readVersion(db);
  const quotasOf = new Map<string, Record<string, number>>();
  for (const { merchant, name, per_second } of await db.selectFrom('quotas').selectAll().execute()) {
    quotasOf.set(merchant, { ...quotasOf.get(merchant), [name]: per_second });
  }
  const originsOf = new Map<string, Set<string>>();
  for (const row of await db.selectFrom('origins').selectAll().execute()) {
    const known = originsOf.get(row.merchant);
    if (known) known.add(row.origin);
    else originsOf.set(row.merchant, new Set([row.origin]));
  }
  const merchants = new Map<string, Merchant>();
  const origins = new Set<string>();
  for (const row of await db.selectFrom('merchants').selectAll().orderBy('created_ms').execute()) {
    const own = originsOf.get(row.id) ?? new Set<string>();
    if (row.disabled_ms === null) for (const origin of own) origins.add(origin);
    merchants.set(row.id, {
      id: row.id,
      name: row.name,
      origins: own,
      createdMs: row.created_ms,
      disabledMs: row.disabled_ms,
      quotas: quotasOf.get(row.id) ?? {},
    });
  }
  const siteKeys = new Map<string, KeyRecord>();
  for (const row of await db.selectFrom('site_keys').selectAll().orderBy('created_ms').execute()) {
    siteKeys.set(row.key, keyRecord('site', row.key, row));
  }
  const secretKeys = new Map<string, KeyRecord>();
  for (const row of await db.selectFrom('secret_keys').selectAll().orderBy('created_ms').execute()) {
    secretKeys.set(row.key_id, keyRecord('secret', row.key_id, row));
  }
  return { merchants, origins, siteKeys, secretKeys, version };
};

const keyRecord = (
  kind: KeyRecord['kind'],
  id: string,
  row: { merchant: string; created_ms: number; revoked_ms: number | null },
): KeyRecord => ({ kind, id, merchant: row.merchant, createdMs: row.created_ms, revokedMs: row.revoked_ms });
