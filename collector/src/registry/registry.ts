import type { Kysely } from 'kysely';
import type { Dialect } from './open-database.ts';
import type { QuotaName, Quotas } from './quotas.ts';
import type { RegistryTables } from './tables.ts';

/** A merchant, with the exact origins its pages have. */
export interface Merchant {
  /** 16 lower hex digits. */
  readonly id: string;
  readonly name: string;
  readonly origins: ReadonlySet<string>;
  readonly createdMs: number;
  /** Since when nothing of it is taken any more; null while it is served. */
  readonly disabledMs: number | null;
  readonly quotas: Quotas;
}

/** A publishable key (`gpk_…`) or a secret one, by its 8-digit id. */
export interface KeyRecord {
  readonly kind: 'site' | 'secret';
  /** The whole `gpk_…` of a site key; the key id (8 hex digits) of a secret key. */
  readonly id: string;
  readonly merchant: string;
  readonly createdMs: number;
  readonly revokedMs: number | null;
}

/**
 * Merchants, origins, keys and quotas. Lookups are synchronous, from memory; a change shows in this process at once, and in every
 * other one on the same database within a second. While the database does not answer, all goes on as it was last read.
 */
export interface Registry {
  /** The database, for others' tables: `registry.db.withTables<UserTables>()`. */
  readonly db: Kysely<RegistryTables>;
  readonly dialect: Dialect;
  merchant(id: string): Merchant | undefined;
  merchants(): readonly Merchant[];
  /** The merchant of a live site key of a served merchant. */
  merchantOfSiteKey(key: string): Merchant | undefined;
  /** The whole `gsk_…` of a live secret key, for checking a grant; undefined when revoked or of another merchant. */
  secretOf(merchant: string, keyId: string): string | undefined;
  /** Whether any served merchant lists this origin: the preflight knows no key. */
  readonly isKnownOrigin: (origin: string) => boolean;
  keysOf(merchant: string): readonly KeyRecord[];
  /** @throws RegistryError on a malformed origin */
  createMerchant(merchant: { name: string; origins: readonly string[] }): Promise<Merchant>;
  addOrigin(merchant: string, origin: string): Promise<void>;
  removeOrigin(merchant: string, origin: string): Promise<void>;
  setDisabled(merchant: string, disabled: boolean): Promise<void>;
  /** Gives a quota of its own, a second; null goes back to the configuration's. @throws RegistryError below 1 or over MAX_QUOTA */
  setQuota(merchant: string, name: QuotaName, perSecond: number | null): Promise<void>;
  createSiteKey(merchant: string): Promise<string>;
  /** @returns the whole `gsk_…`; it can be shown again, since it is derived */
  createSecretKey(merchant: string): Promise<string>;
  /** Revokes a site key (`gpk_…`) or a secret key (its id, or the whole `gsk_…`). @returns whether there was one that was not revoked yet */
  revokeKey(key: string): Promise<boolean>;
  /** Calls back after each change. @returns unsubscribe */
  onChange(listener: () => void): () => void;
  stop(): Promise<void>;
}
