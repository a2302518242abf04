import { ALL_MERCHANTS, openUsers, type Users, type UsersOptions } from '@gander/collector/operators';
import type { Command } from 'commander';
import pc from 'picocolors';
import { formatTable } from '../output/table.ts';
import { consoleSecret } from '../start/console-secret.ts';
import { addRegistryOptions, type OpenedRegistry, withRegistry } from './with-registry.ts';

/** `gander users …`: who may sign in to the console, and a way back in for who cannot; also beside a running console. */
export const registerUsers = (program: Command): void => {
  const group = addRegistryOptions(program.command('users')).description(
    'Show the users of the console, and let one in again who cannot sign in.',
  );

  group
    .command('list')
    .description('Show users and their roles; * is a role for all merchants.')
    .action(() =>
      withUsers(group, '', async (users) => {
        const names = ['name', 'email', 'password', 'roles'] as const;
        const rows = (await users.list(ALL_MERCHANTS)).map((user) => {
          const roles = Object.entries(user.memberships).map(([merchant, { role }]) => `${merchant} ${role}`);
          return [user.name, user.email, user.hasPassword ? 'yes' : 'no', roles.join(', ')];
        });
        const columns = names.map((name) => ({ name, type: 'varchar' }));
        process.stdout.write(`${formatTable(columns, rows)}\n`);
      }),
    );

  group
    .command('link')
    .description('Make a link that signs a user in, once and within a day, e.g. after a forgotten password.')
    .argument('<email>')
    .option('--url <address>', 'address of the console (default: console.url, else http://localhost:7071)')
    .addHelpText('after', '\nExample:\n  gander users link ann@shop.example')
    .action((email: string, { url }: { url?: string }) =>
      withUsers(group, url, async (users, consoleUrl, { writeChange }) => {
        const user = await users.userByEmail(email.toLowerCase());
        if (!user) return program.error('There is no user of that address: see gander users list.');
        const link = await users.createSignInLink(user.id, consoleUrl);
        await writeChange({ merchant: ALL_MERCHANTS, action: 'sign-in link made', target: user.id });
        process.stdout.write(
          `${link}\n${pc.dim('Works once, within a day. Hand it over as you would a password.')}\n`,
        );
      }),
    );
};

const withUsers = (
  group: Command,
  url: string | undefined,
  work: (users: Users, consoleUrl: string, opened: OpenedRegistry) => Promise<void>,
): Promise<void> =>
  withRegistry(group, async (opened) => {
    const { registry, config, rootKey } = opened;
    const consoleUrl = url || config.console.url || 'http://localhost:7071';
    const users = await openUsers({
      db: registry.db as unknown as UsersOptions['db'],
      dialect: registry.dialect,
      secret: consoleSecret(rootKey),
      consoleUrl,
      passwords: config.console.passwords,
      oidc: config.console.oidc,
      clock: Date.now,
    });
    await work(users, consoleUrl, opened);
  });
