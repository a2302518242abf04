import type { Kysely } from 'kysely';
import type { KeyRecord, Merchant } from './registry.ts';
import type { RegistryTables } from './tables.ts';

/** Everything the hot path asks of the registry, in memory. */
export interface Snapshot {
  readonly merchants: ReadonlyMap<string, Merchant>;
  readonly origins: ReadonlySet<string>;
  readonly siteKeys: ReadonlyMap<string, KeyRecord>;
  readonly secretKeys: ReadonlyMap<string, KeyRecord>;
}

/** Reads the registry's four tables whole. */
export const readSnapshot = async (db: Kysely<RegistryTables>): Promise<Snapshot> => {
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
  return { merchants, origins, siteKeys, secretKeys };
};

const keyRecord = (
  kind: KeyRecord['kind'],
  id: string,
  row: { merchant: string; created_ms: number; revoked_ms: number | null },
): KeyRecord => ({ kind, id, merchant: row.merchant, createdMs: row.created_ms, revokedMs: row.revoked_ms });
