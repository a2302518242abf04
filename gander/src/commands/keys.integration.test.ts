import { loadRootKey, openRegistry } from '@gander/collector';
import { expect, it } from 'vitest';
import { setUpCommand } from './command-fixture.ts';
import { registerKeys } from './keys.ts';

const command = setUpCommand('keys', registerKeys);
const { run } = command;

it('makes a merchant with keys that work, lists them without their secret, and revokes them', async () => {
  const made = await run('create', '--name', 'My shop', '--origin', 'https://shop.example');
  const [, merchant] = /merchant +([0-9a-f]{16})/.exec(made)!;
  const [siteKey] = /gpk_\S+/.exec(made)!;
  const [secretKey] = /gsk_\S+/.exec(made)!;
  await run('create', '--merchant', merchant!, '--origin', 'https://two.example');

  const open = () =>
    openRegistry({ dataDir: command.dataDir, rootKey: loadRootKey(command.dataDir), pollMs: 0 });
  let registry = await open();
  expect(registry.merchantOfSiteKey(siteKey)?.origins).toEqual(
    new Set(['https://shop.example', 'https://two.example']),
  );
  expect(registry.secretOf(merchant!, secretKey.slice(4, 12))).toBe(secretKey);
  await registry.stop();

  const listed = await run('list');
  expect(listed).toContain(siteKey);
  expect(listed).toContain('My shop');
  expect(listed).not.toContain(secretKey.slice(-20));

  expect(await run('revoke', siteKey)).toBe('revoked\n');
  await expect(run('revoke', siteKey)).rejects.toThrow('revoked already');
  expect(await run('revoke', secretKey)).toBe('revoked\n');
  registry = await open();
  expect(registry.merchantOfSiteKey(siteKey)).toBeUndefined();
  // #72: what is changed from a terminal is in the trail like what is changed in the console, with nothing secret in it.
  const trail = await registry.db
    .withTables<{ audit: Record<'merchant' | 'user_name' | 'action' | 'target' | 'detail', string> }>()
    .selectFrom('audit')
    .select(['merchant', 'user_name', 'action', 'target', 'detail'])
    .execute();
  await registry.stop();
  expect(trail.map((e) => e.action).sort()).toEqual([
    'merchant made',
    'origin added',
    'secret key made',
    'secret key made',
    'secret key revoked',
    'site key made',
    'site key made',
    'site key revoked',
  ]);
  expect(trail.every((e) => e.merchant === merchant && e.user_name === 'command line')).toBe(true);
  expect(JSON.stringify(trail)).not.toContain('gsk_');
});

it('lists a merchant that has no keys yet', async () => {
  const registry = await openRegistry({
    dataDir: command.dataDir,
    rootKey: loadRootKey(command.dataDir),
    pollMs: 0,
  });
  const { id } = await registry.createMerchant({ name: 'New shop', origins: ['https://new.example'] });
  await registry.stop();
  expect(await run('list')).toMatch(new RegExp(`^${id}  New shop +https://new.example$`, 'm'));
});

it('says what is wrong', async () => {
  await expect(run('create')).rejects.toThrow('--name');
  await expect(run('create', '--name', 'x', '--origin', 'shop.example')).rejects.toThrow('origin');
  await expect(run('create', '--merchant', '0'.repeat(16))).rejects.toThrow('merchant');
  await expect(run('revoke', 'gpk_unknown')).rejects.toThrow('no such key');
});
