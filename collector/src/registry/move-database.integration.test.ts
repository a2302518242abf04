import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { openUsers, type Users, type UsersOptions } from '../users/open-users.ts';
import { describeEachDatabase } from './database-fixture.ts';
import { startDeliveryCounts } from './delivery-counts.ts';
import { DatabaseNotEmptyError, moveDatabase } from './move-database.ts';
import { openRegistry } from './open-registry.ts';
import type { Registry } from './registry.ts';
import { loadRootKey } from './root-key.ts';

describeEachDatabase('a database that is moved', (database) => {
  // From SQLite to SQLite there is nothing to move.
  if (database.name === 'SQLite') {
    it('is one of SQLite', () => expect(database.url()).toBeUndefined());
    return;
  }
  let dataDir: string;
  let open: Registry[];
  beforeEach(async () => {
    dataDir = mkdtempSync(join(tmpdir(), 'gander-move-'));
    open = [];
    await database.empty();
  });
  afterEach(async () => {
    for (const registry of open) await registry.stop();
    rmSync(dataDir, { recursive: true });
  });
  const registryAt = async (databaseUrl: string | undefined): Promise<Registry> => {
    const registry = await openRegistry({ databaseUrl, dataDir, rootKey: loadRootKey(dataDir), pollMs: 0 });
    open.push(registry);
    return registry;
  };
  const usersOf = (registry: Registry): Promise<Users> =>
    openUsers({
      db: registry.db as unknown as UsersOptions['db'],
      dialect: registry.dialect,
      secret: 'fixture-fixture-fixture-fixture-1',
      consoleUrl: 'http://localhost:7071',
      clock: Date.now,
    });

  it('has merchants, keys, quotas, users and counts as before, and works', async () => {
    const before = await registryAt(undefined);
    const { id } = await before.createMerchant({ name: 'Shop', origins: ['https://shop.example'] });
    const siteKey = await before.createSiteKey(id);
    const secretKey = await before.createSecretKey(id);
    await before.setQuota(id, 'batches', 7);
    const users = await usersOf(before);
    const ada = await users.createUser({ name: 'Ada', email: 'ada@example.com' });
    await users.memberships.give(ada.id, id, 'owner');
    await users.setProfile(ada.id, {
      name: 'Ada',
      email: 'ada@example.com',
      password: 'correct horse battery',
    });
    const counts = startDeliveryCounts({ db: before.db, now: Date.now });
    counts.add(id, 'duplicate');
    await counts.stop();
    const seen = { merchants: before.merchants(), keys: before.keysOf(id), users: await users.list(id) };
    await before.stop();

    const moved = await moveDatabase({ dataDir, to: database.url()! });
    expect(moved).toMatchObject({
      merchants: 1,
      site_keys: 1,
      secret_keys: 1,
      quotas: 1,
      console_users: 1,
      console_accounts: 1,
      delivery_counts: 1,
      registry_version: 1,
    });
    const after = await registryAt(database.url());
    const movedUsers = await usersOf(after);
    expect({
      merchants: after.merchants(),
      keys: after.keysOf(id),
      users: await movedUsers.list(id),
    }).toEqual(seen);
    expect(after.merchantOfSiteKey(siteKey)?.name).toBe('Shop');
    expect(after.secretOf(id, secretKey.slice(4, 12))).toBe(secretKey);
    const answer = await movedUsers.handle(
      new Request('http://localhost:7071/api/auth/sign-in/email', {
        method: 'POST',
        headers: { 'content-type': 'application/json', origin: 'http://localhost:7071' },
        body: JSON.stringify({ email: 'ada@example.com', password: 'correct horse battery' }),
      }),
    );
    expect(answer.status).toBe(200);
    // It goes on from there.
    await after.createMerchant({ name: 'Second', origins: [] });
    expect(after.merchants()).toHaveLength(2);
  });

  it('is refused by one that is in use, and leaves it as it is', async () => {
    const other = await registryAt(database.url());
    await other.createMerchant({ name: 'Other', origins: [] });
    const before = await registryAt(undefined);
    await before.createMerchant({ name: 'Shop', origins: [] });
    await before.stop();
    await expect(moveDatabase({ dataDir, to: database.url()! })).rejects.toThrow(DatabaseNotEmptyError);
    const again = await registryAt(database.url());
    expect(again.merchants().map((m) => m.name)).toEqual(['Other']);
  });
});
