import { loadRootKey, openRegistry } from '@gander/collector';
import { openUsers, type Users, type UsersOptions } from '@gander/collector/operators';
import { expect, it } from 'vitest';
import { setUpCommand } from './command-fixture.ts';
import { registerUsers } from './users.ts';

const CONSOLE = 'http://localhost:7071';
const command = setUpCommand('users', registerUsers);
const { run } = command;

/** As the running console has them. */
const withUsers = async <T>(work: (users: Users) => Promise<T>): Promise<T> => {
  const registry = await openRegistry({
    dataDir: command.dataDir,
    rootKey: loadRootKey(command.dataDir),
    pollMs: 0,
  });
  try {
    return await work(
      await openUsers({
        db: registry.db as unknown as UsersOptions['db'],
        dialect: registry.dialect,
        secret: 'another, since a link does not depend on it',
        consoleUrl: CONSOLE,
        passwords: true,
        oidc: { clientId: '', clientSecret: '', name: '' },
        clock: Date.now,
      }),
    );
  } finally {
    await registry.stop();
  }
};

const openLink = (users: Users, link: string): Promise<Response> =>
  users.handle(
    new Request(`${CONSOLE}/api/auth/sign-in/link`, {
      method: 'POST',
      headers: { 'content-type': 'application/json', origin: CONSOLE },
      body: JSON.stringify({ token: link.split('#')[1] }),
    }),
  );

it('lets an owner back in who forgot the password, once, and writes it down', async () => {
  await withUsers(async (users) => {
    await users.createFirstSignInLink(CONSOLE);
    const [owner] = await users.list('*');
    await users.setProfile(owner!.id, {
      name: 'Ann',
      email: 'ann@shop.example',
      password: 'forgotten-long-ago',
    });
    expect(await users.createFirstSignInLink(CONSOLE)).toBeUndefined();
  });
  expect(await run('list')).toMatch(/Ann +ann@shop\.example +yes +\* owner/);

  const link = /^http:\S+/.exec(await run('link', 'Ann@Shop.example'))![0];
  expect(link).toMatch(/^http:\/\/localhost:7071\/sign-in#[\w-]{43}$/);
  expect(await run('link', 'ann@shop.example', '--url', 'https://gander.example')).toContain(
    'https://gander.example/sign-in#',
  );
  await withUsers(async (users) => {
    expect((await openLink(users, link)).status).toBe(200);
    expect((await openLink(users, link)).status).toBe(401);
    const entries = await users.db.selectFrom('audit').select(['user_name', 'action']).execute();
    expect(entries).toContainEqual({ user_name: 'command line', action: 'sign-in link made' });
  });
});

it('says that there is no such user', async () => {
  await expect(run('link', 'nobody@shop.example')).rejects.toThrow('no user of that address');
});
