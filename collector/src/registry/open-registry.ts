import type { Transaction } from 'kysely';
import { newMerchantId, newSecretKeyId, newSiteKey, secretKeyIdOf, secretKeyOf } from './key-formats.ts';
import { isMerchantName } from './merchant-name.ts';
import { openDatabase } from './open-database.ts';
import { canonicalOrigin } from './origin.ts';
import { MAX_QUOTA } from './quotas.ts';
import type { KeyRecord, Registry } from './registry.ts';
import { readSnapshot, readVersion, type Snapshot } from './snapshot.ts';
import type { RegistryTables } from './tables.ts';

/** A wish the registry cannot fulfil. */
export class RegistryError extends Error {
  override readonly name = 'RegistryError';
  readonly reason: 'origin' | 'merchant' | 'name' | 'quota';
  constructor(reason: RegistryError['reason'], message: string) {
    super(message);
    this.reason = reason;
  }
}

export interface OpenRegistryOptions {
  /** `postgres://…`; without it, SQLite in the data folder. */
  readonly databaseUrl?: string | undefined;
  /** Folder of `gander.sqlite`; `:memory:` for tests. */
  readonly dataDir: string;
  readonly rootKey: Uint8Array;
  /** How often changes by other processes are looked for, ms; 0 never looks. */
  readonly pollMs?: number;
  readonly now?: () => number;
  /** Told when the database stops answering, and when it answers again. */
  readonly onReach?: (reached: boolean, error?: Error) => void;
}

/**
 * Opens the registry. The whole of it is kept in memory, since the hot path asks it of every batch and it is small; it is read
 * again after each change, of this process or, by a count of changes in the database, of another (`gander keys create` beside a
 * running server, the console of another collector).
 */
export const openRegistry = async (options: OpenRegistryOptions): Promise<Registry> => {
  const { rootKey, pollMs = 500, now = Date.now, onReach = () => undefined } = options;
  const database = await openDatabase({ url: options.databaseUrl, dataDir: options.dataDir });
  const { db, dialect } = database;
  const listeners = new Set<() => void>();
  const secrets = new Map<string, string>();
  let snapshot: Snapshot = await readSnapshot(db);
  let stopped = false;

  let reading: Promise<void> = Promise.resolve();
  /**
   * Reads the tables again; one read after the other, so that what stands is what was read last. Its count may be lower than before: of a
   * database that was restored, or of a replica that took over.
   */
  const reload = (): Promise<void> => {
    const next = reading.then(async () => {
      snapshot = await readSnapshot(db);
      for (const listener of listeners) listener();
    });
    reading = next.catch(() => undefined);
    return next;
  };
  /** Changes tables, in one transaction that counts the change; its first statement takes the lock. */
  const change = async <T>(work: (t: Transaction<RegistryTables>) => Promise<T>): Promise<T> => {
    const done = await db.transaction().execute(async (t) => {
      await t
        .updateTable('registry_version')
        .set((e) => ({ version: e('version', '+', 1) }))
        .execute();
      return work(t);
    });
    await reload();
    return done;
  };
  let reached = true;
  let polling = false;
  const look = async (): Promise<void> => {
    if (stopped || polling) return;
    polling = true;
    try {
      if ((await readVersion(db)) !== snapshot.version) await reload();
      if (!reached) onReach(true);
      reached = true;
    } catch (error) {
      // What was read last goes on being served; the next look tries again.
      if (reached && !stopped) onReach(false, error as Error);
      reached = false;
    } finally {
      polling = false;
    }
  };
  const poll = pollMs ? setInterval(() => void look(), pollMs) : undefined;
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
    dialect,
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
      if (!isMerchantName(name)) {
        throw new RegistryError('name', 'a name has 1 to 80 characters, none of them invisible');
      }
      const id = newMerchantId();
      const canonical = [...new Set(origins.map(checked))];
      await change(async (t) => {
        await t.insertInto('merchants').values({ id, name, created_ms: now(), disabled_ms: null }).execute();
        for (const origin of canonical) {
          await t.insertInto('origins').values({ merchant: id, origin, created_ms: now() }).execute();
        }
      });
      return snapshot.merchants.get(id)!;
    },
    addOrigin: async (merchant, origin) => {
      known(merchant);
      const values = { merchant, origin: checked(origin), created_ms: now() };
      await change((t) =>
        t
          .insertInto('origins')
          .values(values)
          .onConflict((c) => c.doNothing())
          .execute(),
      );
    },
    removeOrigin: async (merchant, origin) => {
      await change((t) =>
        t.deleteFrom('origins').where('merchant', '=', merchant).where('origin', '=', origin).execute(),
      );
    },
    setDisabled: async (merchant, disabled) => {
      known(merchant);
      const set = { disabled_ms: disabled ? now() : null };
      await change((t) => t.updateTable('merchants').set(set).where('id', '=', merchant).execute());
    },
    setQuota: async (merchant, name, perSecond) => {
      known(merchant);
      if (perSecond !== null && !(Number.isInteger(perSecond) && perSecond >= 1 && perSecond <= MAX_QUOTA)) {
        throw new RegistryError('quota', `a quota is 1 to ${MAX_QUOTA} a second`);
      }
      await change(async (t) => {
        await t.deleteFrom('quotas').where('merchant', '=', merchant).where('name', '=', name).execute();
        if (perSecond !== null)
          await t.insertInto('quotas').values({ merchant, name, per_second: perSecond }).execute();
      });
    },
    createSiteKey: async (merchant) => {
      known(merchant);
      const key = newSiteKey();
      const values = { key, merchant, created_ms: now(), revoked_ms: null };
      await change((t) => t.insertInto('site_keys').values(values).execute());
      return key;
    },
    createSecretKey: async (merchant) => {
      known(merchant);
      const keyId = newSecretKeyId();
      const values = { key_id: keyId, merchant, created_ms: now(), revoked_ms: null };
      await change((t) => t.insertInto('secret_keys').values(values).execute());
      return secretKeyOf(rootKey, merchant, keyId);
    },
    revokeKey: async (key) => {
      const set = { revoked_ms: now() };
      const keyId = secretKeyIdOf(key) ?? key;
      const revoked = await change(async (t) => {
        const [site] = await t
          .updateTable('site_keys')
          .set(set)
          .where('key', '=', key)
          .where('revoked_ms', 'is', null)
          .execute();
        const [secret] = await t
          .updateTable('secret_keys')
          .set(set)
          .where('key_id', '=', keyId)
          .where('revoked_ms', 'is', null)
          .execute();
        return (site?.numUpdatedRows ?? 0n) + (secret?.numUpdatedRows ?? 0n);
      });
      return revoked > 0n;
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
