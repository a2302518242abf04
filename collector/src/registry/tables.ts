/** Columns of the registry's tables. Times are ms since 1970. Others add theirs by `db.withTables<…>()`. */
export interface RegistryTables {
  merchants: { id: string; name: string; created_ms: number; disabled_ms: number | null };
  origins: { merchant: string; origin: string; created_ms: number };
  site_keys: { key: string; merchant: string; created_ms: number; revoked_ms: number | null };
  /** No secret is stored: it is derived from the root key (secret-key.ts). */
  secret_keys: { key_id: string; merchant: string; created_ms: number; revoked_ms: number | null };
  /** What a merchant may send in place of the configuration's limits; `name` as in quotas.ts. */
  quotas: { merchant: string; name: string; per_second: number };
  /** Batches that came and were not stored, by hour and what they came to. */
  delivery_counts: { merchant: string; hour_ms: number; fate: string; n: number };
  /** One row, counted up by each change of the tables above: by it other processes see that something changed. */
  registry_version: { version: number };
}
