import { mkdtempSync, readdirSync, readFileSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { openRegistry } from './open-registry.ts';
import type { Registry } from './registry.ts';
import { loadRootKey } from './root-key.ts';

let dir: string;
let registry: Registry;
const open = () => openRegistry({ dataDir: dir, rootKey: loadRootKey(dir), pollMs: 10 });

beforeEach(async () => {
  dir = mkdtempSync(join(tmpdir(), 'gander-registry-'));
  registry = await open();
});
afterEach(async () => {
  await registry.stop();
  rmSync(dir, { recursive: true });
});

const until = async (holds: () => boolean): Promise<void> => {
  for (let i = 0; i < 500 && !holds(); i++) await new Promise((resolve) => setTimeout(resolve, 10));
  expect(holds()).toBe(true);
};

describe('registry', () => {
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
});
