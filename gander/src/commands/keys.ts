import { secretKeyIdOf } from '@gander/collector';
import type { Command } from 'commander';
import pc from 'picocolors';
import { formatTable } from '../output/table.ts';
import { addRegistryOptions, withRegistry } from './with-registry.ts';

/** `gander keys …`: merchants and their keys; also beside a running collector, which takes changes over within a second. */
export const registerKeys = (program: Command): void => {
  const keys = addRegistryOptions(program.command('keys')).description(
    'Make, list and revoke the keys of merchants.',
  );

  keys
    .command('create')
    .description('Make a merchant, or another pair of keys for one.')
    .option('--name <name>', 'name of a new merchant')
    .option('--merchant <id>', 'id of the merchant that there is already')
    .option('--origin <origin...>', 'exact origins of its pages, e.g. https://shop.example', [])
    .addHelpText('after', '\nExample:\n  gander keys create --name "My shop" --origin https://shop.example')
    .action(async (options: { name?: string; merchant?: string; origin: string[] }) => {
      await withRegistry(keys, async ({ registry, writeChange }) => {
        if (!options.name === !options.merchant)
          program.error('Give --name for a new merchant, or --merchant.');
        const { name = '', origin } = options;
        const id = options.merchant ?? (await registry.createMerchant({ name, origins: origin })).id;
        if (!options.merchant) await writeChange({ merchant: id, action: 'merchant made', target: name });
        else
          for (const one of origin) {
            await registry.addOrigin(id, one);
            await writeChange({ merchant: id, action: 'origin added', target: one });
          }
        const siteKey = await registry.createSiteKey(id);
        await writeChange({ merchant: id, action: 'site key made', target: siteKey });
        const secretKey = await registry.createSecretKey(id);
        await writeChange({ merchant: id, action: 'secret key made', target: secretKey.slice(4, 12) });
        process.stdout.write(
          `merchant    ${id}\nsite key    ${siteKey}\nsecret key  ${secretKey}\n` +
            pc.dim(
              'The site key goes into the page, the secret key onto the server alone (docs/grants.md).\n',
            ),
        );
      });
    });

  keys
    .command('list')
    .description('Show merchants, origins and keys; of a secret key only its id.')
    .action(() =>
      withRegistry(keys, async ({ registry }) => {
        const rows = registry.merchants().flatMap(({ id, name, origins }) => {
          const merchant = { merchant: id, name, origins: [...origins].join(' ') };
          const keysOf = registry.keysOf(id).map((key) => ({
            ...merchant,
            kind: key.kind,
            key: key.id,
            created: new Date(key.createdMs).toISOString(),
            revoked: key.revokedMs === null ? '' : new Date(key.revokedMs).toISOString(),
          }));
          // Also a merchant that has no keys yet: it is there.
          return keysOf.length ? keysOf : [{ ...merchant, kind: '', key: '', created: '', revoked: '' }];
        });
        const names = ['merchant', 'name', 'origins', 'kind', 'key', 'created', 'revoked'] as const;
        const cells = rows.map((row) => names.map((name) => row[name]));
        const columns = names.map((name) => ({ name, type: 'varchar' }));
        process.stdout.write(`${formatTable(columns, cells)}\n`);
      }),
    );

  keys
    .command('revoke')
    .description(
      'Revoke a site key (gpk_…) or a secret key (its id, or the whole gsk_…), at once and for good.',
    )
    .argument('<key>')
    .action((key: string) =>
      withRegistry(keys, async ({ registry, writeChange }) => {
        const id = secretKeyIdOf(key) ?? key;
        const known = registry
          .merchants()
          .flatMap((merchant) => registry.keysOf(merchant.id))
          .find((one) => one.id === id && one.revokedMs === null);
        if (!known || !(await registry.revokeKey(key)))
          return program.error('There is no such key, or it is revoked already.');
        await writeChange({
          merchant: known.merchant,
          action: `${known.kind} key revoked`,
          target: known.id,
        });
        process.stdout.write('revoked\n');
      }),
    );
};
