import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { getMigrations } from 'better-auth/db/migration';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { describeEachDatabase } from '../registry/database-fixture.ts';
import { type OpenDatabase, openDatabase } from '../registry/open-database.ts';
import { authOptions } from './create-auth.ts';
import { openUsers, type Users, type UsersOptions } from './open-users.ts';
import { type ConsoleUser, covers, roleFor } from './roles.ts';

const M = 'aaaaaaaaaaaaaaaa';

describeEachDatabase('users', (given) => {
  let now = Date.now();
  let dir: string;
  let database: OpenDatabase;
  let users: Users;
  let options: UsersOptions;

  beforeEach(async () => {
    now = Date.now();
    dir = mkdtempSync(join(tmpdir(), 'gander-users-'));
    await given.empty();
    database = await openDatabase({ url: given.url(), dataDir: dir });
    options = {
      db: database.db as unknown as UsersOptions['db'],
      dialect: database.dialect,
      secret: 's3cret-of-this-test-s3cret-of-this-test',
      consoleUrl: 'http://localhost:7071',
      clock: () => now,
    };
    users = await openUsers(options);
  });
  afterEach(async () => {
    await database.close();
    rmSync(dir, { recursive: true });
  });

  const post = (path: string, body: unknown, cookie = ''): Promise<Response> =>
    users.handle(
      new Request(`http://localhost:7071/api/auth/${path}`, {
        method: 'POST',
        headers: { 'content-type': 'application/json', origin: 'http://localhost:7071', cookie },
        body: JSON.stringify(body),
      }),
    );
  const cookieOf = (response: Response): string => response.headers.getSetCookie()[0]?.split(';')[0] ?? '';
  const tokenOf = (link: string | undefined): string => new URL(link ?? '').hash.slice(1);

  it('has the tables that better-auth wants, each as it wants it', async () => {
    const { toBeAdded, toBeCreated } = await getMigrations(
      authOptions(
        { ...options, oidc: { issuer: 'http://localhost', clientId: 'x', clientSecret: '', name: '' } },
        async () => undefined,
        async () => undefined,
      ),
    );
    expect([...toBeCreated, ...toBeAdded]).toEqual([]);
  });

  describe('sign-in links', () => {
    it('sign the first owner in, once, with a cookie that only this host sees', async () => {
      const link = await users.createFirstSignInLink('http://localhost:7071/');
      expect(link).toMatch(/^http:\/\/localhost:7071\/sign-in#[\w-]{43}$/);
      const signedIn = await post('sign-in/link', { token: tokenOf(link) });
      expect(signedIn.status).toBe(200);
      expect(signedIn.headers.get('set-cookie')).toMatch(
        /^__Host-gander=[^;]+; Max-Age=43200; Path=\/; HttpOnly; Secure; SameSite=Strict$/,
      );
      const user = await users.authenticate(new Headers({ cookie: cookieOf(signedIn) }));
      expect(roleFor(user!, M)).toBe('owner');
      expect((await post('sign-in/link', { token: tokenOf(link) })).status).toBe(401);
    });

    it('end after a day, and a made-up one never works', async () => {
      now -= 25 * 3600 * 1000;
      const link = await users.createFirstSignInLink('http://localhost:7071');
      expect((await post('sign-in/link', { token: tokenOf(link) })).status).toBe(401);
      expect((await post('sign-in/link', { token: 'x'.repeat(43) })).status).toBe(401);
    });

    it('#69 of starts before are worth nothing once somebody can come back', async () => {
      const [printed, opened, late] = [
        await users.createFirstSignInLink('http://localhost:7071'),
        await users.createFirstSignInLink('http://localhost:7071'),
        await users.createFirstSignInLink('http://localhost:7071'),
      ];
      // As by another process that started at the same moment, which made an owner of its own.
      const other = await users.createUser({ name: 'Owner', email: 'owner-2@gander.invalid' });
      await users.memberships.give(other.id, '*', 'owner');
      const cookie = cookieOf(await post('sign-in/link', { token: tokenOf(opened) }));
      expect((await post('sign-in/link', { token: tokenOf(printed) })).status).toBe(401);
      const user = await users.authenticate(new Headers({ cookie }));
      const again = await users.createFirstSignInLink('http://localhost:7071');
      await users.setProfile(user!.id, {
        name: 'Ada',
        email: 'ada@example.com',
        password: 'a long enough one',
      });
      for (const link of [printed, late, again])
        expect((await post('sign-in/link', { token: tokenOf(link) })).status).toBe(401);
    });

    it('of another first owner end too: the installation is somebody’s', async () => {
      const link = await users.createFirstSignInLink('http://localhost:7071');
      const { id } = await users.createUser({ name: 'Ada', email: 'ada@example.com' });
      await users.setProfile(id, { name: 'Ada', email: 'ada@example.com', password: 'a long enough one' });
      expect((await post('sign-in/link', { token: tokenOf(link) })).status).toBe(401);
    });

    it('take the account’s others with them, but for invitations that wait', async () => {
      const { id } = await users.createUser({ name: 'Ada', email: 'ada@example.com' });
      const boss = await users.createUser({ name: 'Boss', email: 'boss@example.com' });
      await users.memberships.give(id, M, 'viewer');
      await users.memberships.give(boss.id, '*', 'owner');
      await users.memberships.invite(id, 'bbbbbbbbbbbbbbbb', 'viewer');
      const from = (merchant: string) => ({ merchant, by: boss.id });
      const link = (merchant?: string) =>
        users.createSignInLink(id, 'http://localhost:7071', merchant ? from(merchant) : undefined);
      const [server, second, owners, invitation] = [
        await link(),
        await link(),
        await link(M),
        await link('bbbbbbbbbbbbbbbb'),
      ];
      expect((await post('sign-in/link', { token: tokenOf(server) })).status).toBe(200);
      for (const spent of [second, owners])
        expect((await post('sign-in/link', { token: tokenOf(spent) })).status).toBe(401);
      expect((await post('sign-in/link', { token: tokenOf(invitation) })).status).toBe(200);
      // A new password ends what is still about.
      const [third, fourth] = [await link(), await link(M)];
      await users.setProfile(id, { name: 'Ada', email: 'ada@example.com', password: 'a long enough one' });
      for (const spent of [third, fourth])
        expect((await post('sign-in/link', { token: tokenOf(spent) })).status).toBe(401);
    });

    it('are not stored as they are', async () => {
      const link = await users.createFirstSignInLink('http://localhost:7071');
      const rows = await users.db
        .selectFrom('console_verifications' as never)
        .selectAll()
        .execute();
      expect(rows).toHaveLength(1);
      expect(JSON.stringify(rows)).not.toContain(tokenOf(link));
    });
  });

  describe('sessions', () => {
    it('end after 12 hours, and on sign-out', async () => {
      const link = await users.createFirstSignInLink('http://localhost:7071');
      const cookie = cookieOf(await post('sign-in/link', { token: tokenOf(link) }));
      const headers = new Headers({ cookie });
      expect(await users.authenticate(headers)).toBeDefined();
      now += 12 * 3600 * 1000 + 1000;
      expect(await users.authenticate(headers)).toBeUndefined();
      now -= 12 * 3600 * 1000;
      await post('sign-out', {}, cookie);
      expect(await users.authenticate(headers)).toBeUndefined();
    });

    it('are not taken from a forged cookie', async () => {
      const link = await users.createFirstSignInLink('http://localhost:7071');
      const cookie = cookieOf(await post('sign-in/link', { token: tokenOf(link) }));
      const forged = cookie.replace(/\.[^.]*$/, '.AAAA');
      expect(await users.authenticate(new Headers({ cookie: forged }))).toBeUndefined();
      expect(await users.authenticate(new Headers())).toBeUndefined();
    });
  });

  describe('passwords', () => {
    it('are set by the first owner, and then sign in; no more first links', async () => {
      const link = await users.createFirstSignInLink('http://localhost:7071');
      const cookie = cookieOf(await post('sign-in/link', { token: tokenOf(link) }));
      const user = await users.authenticate(new Headers({ cookie }));
      await users.setProfile(user!.id, {
        name: 'Ada',
        email: 'Ada@Example.com',
        password: 'a long enough one',
      });
      const wrong = await post('sign-in/email', { email: 'ada@example.com', password: 'not the right one' });
      expect(wrong.status).toBe(401);
      const right = await post('sign-in/email', { email: 'ada@example.com', password: 'a long enough one' });
      expect(right.status).toBe(200);
      expect((await users.authenticate(new Headers({ cookie: cookieOf(right) })))?.name).toBe('Ada');
      expect(await users.createFirstSignInLink('http://localhost:7071')).toBeUndefined();
    });

    it('nobody signs up by themselves', async () => {
      const response = await post('sign-up/email', {
        name: 'x',
        email: 'x@example.com',
        password: 'a long enough one',
      });
      expect(response.status).toBeGreaterThanOrEqual(400);
      expect(await users.userByEmail('x@example.com')).toBeUndefined();
    });
  });

  describe('a profile', () => {
    it('with a new password ends the user’s other sessions; without one it ends none', async () => {
      const { id } = await users.createUser({ name: 'V', email: 'v@example.com' });
      const enter = async () =>
        new Headers({
          cookie: cookieOf(
            await post('sign-in/link', {
              token: tokenOf(await users.createSignInLink(id, 'http://localhost:7071')),
            }),
          ),
        });
      const [mine, other] = [await enter(), await enter()];
      const { session } = (await users.authenticate(mine))!;
      await users.setProfile(id, { name: 'W', email: 'v@example.com' }, session.id);
      expect(await users.authenticate(other)).toMatchObject({ name: 'W' });
      await users.setProfile(
        id,
        { name: 'W', email: 'v@example.com', password: 'a long enough one' },
        session.id,
      );
      expect(await users.authenticate(other)).toBeUndefined();
      expect(await users.authenticate(mine)).toBeDefined();
    });

    it('with another address loses an owner’s word for it', async () => {
      const { id } = await users.createUser({ name: 'V', email: 'v@example.com' });
      const verified = async () =>
        Boolean(
          (
            await users.db
              .selectFrom('console_users')
              .select('emailVerified')
              .where('id', '=', id)
              .executeTakeFirstOrThrow()
          ).emailVerified,
        );
      expect(await verified()).toBe(true);
      await users.setProfile(id, { name: 'V', email: 'v@example.com' });
      expect(await verified()).toBe(true);
      await users.setProfile(id, { name: 'V', email: 'boss@example.com' });
      expect(await verified()).toBe(false);
      await users.setProfile(id, { name: 'V', email: 'boss@example.com' });
      expect(await verified()).toBe(false);
    });
  });

  describe('roles', () => {
    const user = (roles: ConsoleUser['roles']): ConsoleUser => ({
      id: '1',
      name: '',
      email: '',
      session: { id: '', sinceMs: 0 },
      roles,
    });
    it('cover the lower ones; the role for all merchants counts for each', () => {
      expect(covers('owner', 'viewer')).toBe(true);
      expect(covers('viewer', 'analyst')).toBe(false);
      expect(covers(undefined, 'viewer')).toBe(false);
      expect(roleFor(user(new Map([[M, 'viewer']])), M)).toBe('viewer');
      expect(roleFor(user(new Map([[M, 'viewer']])), 'bbbbbbbbbbbbbbbb')).toBeUndefined();
      expect(
        roleFor(
          user(
            new Map([
              [M, 'viewer'],
              ['*', 'analyst'],
            ]),
          ),
          M,
        ),
      ).toBe('analyst');
    });

    it('are given and taken', async () => {
      const { id } = await users.createUser({ name: 'V', email: 'v@example.com' });
      await users.memberships.give(id, M, 'viewer');
      await users.memberships.give(id, M, 'analyst');
      expect(await users.list(M)).toMatchObject([
        {
          email: 'v@example.com',
          hasPassword: false,
          memberships: { [M]: { role: 'analyst', pending: false } },
        },
      ]);
      await users.memberships.take(id, M);
      expect(await users.list(M)).toEqual([]);
    });
  });
});
