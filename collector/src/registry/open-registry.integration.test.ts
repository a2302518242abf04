import { execFile } from 'node:child_process';
import { existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { checkRootKey, RootKeyError } from './check-root-key.ts';
import { describeEachDatabase } from './database-fixture.ts';
import { openRegistry } from './open-registry.ts';
import type { Registry } from './registry.ts';
import { loadRootKey } from './root-key.ts';

const until = async (holds: () => boolean): Promise<void> => {
  for (let i = 0; i < 500 && !holds(); i++) await new Promise((resolve) => setTimeout(resolve, 10));
  expect(holds()).toBe(true);
};

describeEachDatabase('registry', (database) => {
  let dir: string;
  let registry: Registry;
  let reached: boolean[];
  const open = () =>
    openRegistry({
      databaseUrl: database.url(),
      dataDir: dir,
      rootKey: loadRootKey(dir),
      pollMs: 10,
      onReach: (is) => reached.push(is),
    });

  beforeEach(async () => {
    dir = mkdtempSync(join(tmpdir(), 'gander-registry-'));
    reached = [];
    await database.empty();
    registry = await open();
  });
  afterEach(async () => {
    await registry.stop();
    rmSync(dir, { recursive: true });
  });

  it('keeps merchants, origins and keys over a restart', async () => {
    const merchant = await registry.createMerchant({ name: 'Shop', origins: ['https://shop.example'] });
    const siteKey = await registry.createSiteKey(merchant.id);
    const secret = await registry.createSecretKey(merchant.id);
    await registry.stop();
    registry = await open();
    expect(registry.merchantOfSiteKey(siteKey)).toMatchObject({ id: merchant.id, name: 'Shop' });
    expect(registry.secretOf(merchant.id, secret.slice(4, 12))).toBe(secret);
    expect(registry.secretOf('0'.repeat(16), secret.slice(4, 12))).toBeUndefined();
    expect(registry.isKnownOrigin('https://shop.example')).toBe(true);
    expect(registry.isKnownOrigin('http://shop.example')).toBe(false);
  });

  it('stops serving revoked keys, removed origins and disabled merchants', async () => {
    const { id } = await registry.createMerchant({ name: 'Shop', origins: ['https://a.example'] });
    const siteKey = await registry.createSiteKey(id);
    const secret = await registry.createSecretKey(id);
    await registry.setDisabled(id, true);
    expect(registry.merchantOfSiteKey(siteKey)).toBeUndefined();
    expect(registry.secretOf(id, secret.slice(4, 12))).toBeUndefined();
    expect(registry.isKnownOrigin('https://a.example')).toBe(false);
    await registry.setDisabled(id, false);
    expect(registry.merchantOfSiteKey(siteKey)?.id).toBe(id);
    expect(await registry.revokeKey(siteKey)).toBe(true);
    expect(await registry.revokeKey(secret)).toBe(true);
    expect(await registry.revokeKey('gpk_unknown')).toBe(false);
    expect(registry.merchantOfSiteKey(siteKey)).toBeUndefined();
    expect(registry.secretOf(id, secret.slice(4, 12))).toBeUndefined();
    await registry.removeOrigin(id, 'https://a.example');
    expect(registry.isKnownOrigin('https://a.example')).toBe(false);
  });

  it('sees what another connection changed', async () => {
    const other = await open();
    const merchant = await other.createMerchant({ name: 'Other', origins: [] });
    const key = await other.createSiteKey(merchant.id);
    await until(() => registry.merchantOfSiteKey(key)?.id === merchant.id);
    await other.stop();
  });

  it('#76 is not opened with a new root key where merchants have keys of another one', async () => {
    const elsewhere = mkdtempSync(join(tmpdir(), 'gander-registry-'));
    const databaseUrl = database.url();
    // Nobody has keys yet: any root key will do.
    await checkRootKey({ dataDir: elsewhere, databaseUrl });
    await registry.createMerchant({ name: 'Shop', origins: [] });
    await checkRootKey({ dataDir: dir, databaseUrl });
    // As a second collector on the same PostgreSQL, or a copy that was brought back without its root key.
    const bare = databaseUrl ? elsewhere : dir;
    if (!databaseUrl) rmSync(join(dir, 'root.key'));
    await expect(checkRootKey({ dataDir: bare, databaseUrl })).rejects.toThrow(RootKeyError);
    expect(existsSync(join(bare, 'root.key'))).toBe(false);
    await checkRootKey({ dataDir: bare, databaseUrl, rootKey: 'A'.repeat(43) });
    rmSync(elsewhere, { recursive: true });
  });

  it('#74 follows a database that was restored: what is revoked then, is revoked', async () => {
    const { id } = await registry.createMerchant({ name: 'Shop', origins: ['https://shop.example'] });
    const [own, others] = [await registry.createSiteKey(id), await registry.createSiteKey(id)];
    for (let i = 0; i < 5; i++) await registry.setQuota(id, 'batches', 100 + i);
    // Its count of changes is what it was when the copy was made, and grows from there.
    await registry.db.updateTable('registry_version').set({ version: 2 }).execute();
    const console = await open();
    await console.revokeKey(others);
    await until(() => registry.merchantOfSiteKey(others) === undefined);
    await registry.revokeKey(own);
    expect(registry.merchantOfSiteKey(own)).toBeUndefined();
    await console.stop();
  });

  it('is opened, migrated and changed by several processes at once, each change whole', async () => {
    await registry.stop();
    await database.empty();
    rmSync(dir, { recursive: true });
    mkdirSync(dir);
    const script = join(import.meta.dirname, 'registry-process.ts');
    const args = ['--import', 'tsx', '--conditions=@gander/source', script, dir];
    const url = database.url();
    const begin = () => promisify(execFile)(process.execPath, url ? [...args, url] : args);
    await Promise.all([begin(), begin(), begin()]);
    registry = await open();
    expect(registry.merchants().map((m) => m.origins.size)).toEqual([10, 10, 10]);
  });

  it('keeps quotas, for every process, and refuses those that are none', async () => {
    const other = await open();
    const { id } = await registry.createMerchant({ name: 'Shop', origins: [] });
    expect(registry.merchant(id)?.quotas).toEqual({});
    await registry.setQuota(id, 'batches', 100);
    await registry.setQuota(id, 'batches', 200);
    await registry.setQuota(id, 'sessions', 7);
    await until(() => other.merchant(id)?.quotas.sessions === 7);
    expect(other.merchant(id)?.quotas).toEqual({ batches: 200, sessions: 7 });
    await other.setQuota(id, 'sessions', null);
    await until(() => registry.merchant(id)?.quotas.sessions === undefined);
    for (const bad of [0, -1, 1.5, 1_000_001, Number.NaN]) {
      await expect(registry.setQuota(id, 'batches', bad), String(bad)).rejects.toThrow('quota');
    }
    await other.stop();
  });

  it('refuses origins that no browser sends, and names with control characters', async () => {
    for (const origin of [
      'https://shop.example/',
      'https://Shop.example',
      'https://shop.example.',
      'https://shop.example:443',
      'null',
      'shop.example',
      'ftp://shop.example',
    ]) {
      await expect(registry.createMerchant({ name: 'x', origins: [origin] }), origin).rejects.toThrow(
        'origin',
      );
    }
    await expect(registry.createMerchant({ name: 'a\nb', origins: [] })).rejects.toThrow('name');
    expect(registry.merchants()).toEqual([]);
  });

  it('writes no secret to disk, and the root key for its owner only', async () => {
    const { id } = await registry.createMerchant({ name: 'Shop', origins: [] });
    const secret = await registry.createSecretKey(id);
    for (const file of readdirSync(dir)) {
      expect(readFileSync(join(dir, file)).includes(secret.slice(-20)), file).toBe(false);
    }
    expect(statSync(join(dir, 'root.key')).mode & 0o777).toBe(0o600);
  });

  const { outage } = database;
  if (outage)
    it('serves what it knows while the database is away, and goes on afterwards', async () => {
      const merchant = await registry.createMerchant({ name: 'Shop', origins: ['https://shop.example'] });
      const key = await registry.createSiteKey(merchant.id);
      await outage.begin();
      await until(() => reached.at(-1) === false);
      expect(registry.merchantOfSiteKey(key)?.id).toBe(merchant.id);
      await expect(registry.createSiteKey(merchant.id)).rejects.toThrow();
      await outage.end();
      await until(() => reached.at(-1) === true);
      expect(await registry.createSiteKey(merchant.id)).toMatch(/^gpk_/);
      expect(reached).toEqual([false, true]);
    });
});
