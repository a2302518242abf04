import { join } from 'node:path';
import { newMerchantId, newSecretKeyId, newSiteKey, secretKeyIdOf, secretKeyOf } from './key-formats.ts';
import { openDatabase } from './open-database.ts';
import { canonicalOrigin } from './origin.ts';
import type { KeyRecord, Registry } from './registry.ts';
import { readSnapshot, type Snapshot } from './snapshot.ts';

/** A wish the registry cannot fulfil. */
export class RegistryError extends Error {
  override readonly name = 'RegistryError';
  readonly reason: 'origin' | 'merchant' | 'name';
  constructor(reason: RegistryError['reason'], message: string) {
    super(message);
    this.reason = reason;
  }
}

export interface OpenRegistryOptions {
  /** Folder of `gander.sqlite`; `:memory:` for tests. */
  readonly dataDir: string;
  readonly rootKey: Uint8Array;
  /** How often changes by other processes are looked for, ms; 0 never looks. */
  readonly pollMs?: number;
  readonly now?: () => number;
}

/**
 * Opens the registry. The whole of it is kept in memory, since the hot path asks it of every batch and it is small; it is read
 * again after each change, of this process or, by SQLite's data version, of another (`gander keys create` beside a running server).
 */
export const openRegistry = async (options: OpenRegistryOptions): Promise<Registry> => {
  const { rootKey, pollMs = 500, now = Date.now } = options;
  const database = await openDatabase(
    options.dataDir === ':memory:' ? ':memory:' : join(options.dataDir, 'gander.sqlite'),
  );
  const { db } = database;
  const listeners = new Set<() => void>();
  const secrets = new Map<string, string>();
  let snapshot: Snapshot = await readSnapshot(db);
  let version = database.dataVersion();
  let stopped = false;

  const reload = async (): Promise<void> => {
    version = database.dataVersion();
    snapshot = await readSnapshot(db);
    for (const listener of listeners) listener();
  };
  const poll = pollMs
    ? setInterval(() => {
        // A failing read leaves the snapshot as it was; the next poll tries again.
        if (!stopped && database.dataVersion() !== version) reload().catch(() => undefined);
      }, pollMs)
    : undefined;
  poll?.unref();

  const served = (id: string) => {
    const merchant = snapshot.merchants.get(id);
    return merchant?.disabledMs === null ? merchant : undefined;
  };
  const known = (id: string): void => {
    if (!snapshot.merchants.has(id)) throw new RegistryError('merchant', 'no such merchant');
  };
  const checked = (origin: string): string => {
    const canonical = canonicalOrigin(origin);
    if (!canonical)
      throw new RegistryError('origin', 'an origin is scheme://host[:port], as browsers send it');
    return canonical;
  };

  return {
    db,
    merchant: (id) => snapshot.merchants.get(id),
    merchants: () => [...snapshot.merchants.values()],
    merchantOfSiteKey: (key) => {
      const record = snapshot.siteKeys.get(key);
      return record?.revokedMs === null ? served(record.merchant) : undefined;
    },
    secretOf: (merchant, keyId) => {
      const record = snapshot.secretKeys.get(keyId);
      if (record?.revokedMs !== null || record.merchant !== merchant || !served(merchant)) return;
      let secret = secrets.get(keyId);
      if (!secret) {
        secret = secretKeyOf(rootKey, merchant, keyId);
        secrets.set(keyId, secret);
      }
      return secret;
    },
    isKnownOrigin: (origin) => snapshot.origins.has(origin),
    keysOf: (merchant): KeyRecord[] =>
      [...snapshot.siteKeys.values(), ...snapshot.secretKeys.values()].filter((k) => k.merchant === merchant),
    createMerchant: async ({ name, origins }) => {
      if (!/^[^\p{C}]{1,80}$/u.test(name)) {
        throw new RegistryError('name', 'a name has 1 to 80 characters, none of them a control character');
      }
      const id = newMerchantId();
      const canonical = [...new Set(origins.map(checked))];
      await db.transaction().execute(async (t) => {
        await t.insertInto('merchants').values({ id, name, created_ms: now(), disabled_ms: null }).execute();
        for (const origin of canonical) {
          await t.insertInto('origins').values({ merchant: id, origin, created_ms: now() }).execute();
        }
      });
      await reload();
      return snapshot.merchants.get(id)!;
    },
    addOrigin: async (merchant, origin) => {
      known(merchant);
      const values = { merchant, origin: checked(origin), created_ms: now() };
      await db
        .insertInto('origins')
        .values(values)
        .onConflict((c) => c.doNothing())
        .execute();
      await reload();
    },
    removeOrigin: async (merchant, origin) => {
      await db.deleteFrom('origins').where('merchant', '=', merchant).where('origin', '=', origin).execute();
      await reload();
    },
    setDisabled: async (merchant, disabled) => {
      known(merchant);
      await db
        .updateTable('merchants')
        .set({ disabled_ms: disabled ? now() : null })
        .where('id', '=', merchant)
        .execute();
      await reload();
    },
    createSiteKey: async (merchant) => {
      known(merchant);
      const key = newSiteKey();
      await db
        .insertInto('site_keys')
        .values({ key, merchant, created_ms: now(), revoked_ms: null })
        .execute();
      await reload();
      return key;
    },
    createSecretKey: async (merchant) => {
      known(merchant);
      const keyId = newSecretKeyId();
      await db
        .insertInto('secret_keys')
        .values({ key_id: keyId, merchant, created_ms: now(), revoked_ms: null })
        .execute();
      await reload();
      return secretKeyOf(rootKey, merchant, keyId);
    },
    revokeKey: async (key) => {
      const set = { revoked_ms: now() };
      const keyId = secretKeyIdOf(key) ?? key;
      const [site] = await db.updateTable('site_keys').set(set).where('key', '=', key).execute();
      const [secret] = await db.updateTable('secret_keys').set(set).where('key_id', '=', keyId).execute();
      await reload();
      return (site?.numUpdatedRows ?? 0n) + (secret?.numUpdatedRows ?? 0n) > 0n;
    },
    onChange: (listener) => {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
    stop: async () => {
      stopped = true;
      clearInterval(poll);
      await database.close();
    },
  };
};
