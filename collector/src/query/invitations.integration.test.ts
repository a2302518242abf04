import { beforeEach, describe, expect, it } from 'vitest';
import { describeEachDatabase } from '../registry/database-fixture.ts';
import type { MeAnswer, UsersAnswer } from './api.ts';
import { cookieOf, setUpConsoleWorld } from './console-world.ts';

const EMAIL = 'carol@bolt.example';
const MALLORYS = 'mallory knows this one';
const CAROLS = 'carol alone knows this';

// An owner of one merchant prepares the account of somebody whom another merchant will invite: #68.
describeEachDatabase('invitations', (database) => {
  const world = setUpConsoleWorld(database);
  let mallory: string;
  let boss: string;
  beforeEach(async () => {
    mallory = (await world.signIn({ [world.acme]: 'owner' })).cookie;
    boss = (await world.signIn({ [world.bolt]: 'owner' })).cookie;
  });

  const invite = async (merchant: string, as: string, role = 'owner') => {
    const body = { email: EMAIL, name: 'Carol', role };
    const answer = await world.send('POST', `/api/merchants/${merchant}/users`, body, as);
    return (await answer.json()) as { id: string; link: string };
  };
  const open = (link: string, as = ''): Promise<Response> =>
    world.send('POST', '/api/auth/sign-in/link', { token: new URL(link).hash.slice(1) }, as);
  const setPassword = (as: string, password: string): Promise<Response> =>
    world.send('PUT', '/api/me/profile', { name: 'Carol', email: EMAIL, password }, as);
  const signIn = (password: string): Promise<Response> =>
    world.send('POST', '/api/auth/sign-in/email', { email: EMAIL, password });
  const remove = (merchant: string, id: string, as: string): Promise<Response> =>
    world.send('PUT', `/api/merchants/${merchant}/users/${id}`, { role: null }, as);
  const merchantsOf = async (as: string): Promise<string[] | number> => {
    const answer = await world.get('/api/me', as);
    if (answer.status !== 200) return answer.status;
    return ((await answer.json()) as MeAnswer).merchants.map((m) => m.id);
  };
  const pendingOf = async (merchant: string, as: string): Promise<boolean | undefined> => {
    const answer = await world.get(`/api/merchants/${merchant}/users`, as);
    return ((await answer.json()) as UsersAnswer).users.find((u) => u.email === EMAIL)?.pending;
  };
  /** Mallory invites Carol's address, opens the link himself and sets a password. */
  const prepare = async (): Promise<{ id: string; cookie: string }> => {
    const { id, link } = await invite(world.acme, mallory, 'viewer');
    const cookie = cookieOf(await open(link));
    expect((await setPassword(cookie, MALLORYS)).status).toBe(200);
    return { id, cookie };
  };

  it('with the last role goes all that signs in: who comes next to the address begins anew', async () => {
    const { id, cookie } = await prepare();
    expect((await remove(world.acme, id, mallory)).status).toBe(200);
    expect([await merchantsOf(cookie), (await signIn(MALLORYS)).status]).toEqual([401, 401]);
    const { link } = await invite(world.bolt, boss);
    expect((await signIn(MALLORYS)).status).toBe(401);
    const carol = cookieOf(await open(link));
    expect(await merchantsOf(carol)).toEqual([world.bolt]);
    expect([await merchantsOf(cookie), (await signIn(MALLORYS)).status]).toEqual([401, 401]);
  });

  it('of an account that another merchant made wait, and give nothing to who holds it', async () => {
    const { cookie } = await prepare();
    const { link } = await invite(world.bolt, boss);
    expect(await pendingOf(world.bolt, boss)).toBe(true);
    expect(await merchantsOf(cookie)).toEqual([world.acme]);
    // Carol has Bolt's link and not the account: nothing of Acme opens to her, and the link stays good.
    const refused = await open(link);
    expect([refused.status, await refused.json()]).toEqual([403, { e: 213 }]);
    expect(await pendingOf(world.bolt, boss)).toBe(true);
    // The role stays what was invited to, also when it is changed meanwhile.
    const { id } = await prepareId();
    await world.send('PUT', `/api/merchants/${world.bolt}/users/${id}`, { role: 'analyst' }, boss);
    expect(await pendingOf(world.bolt, boss)).toBe(true);
    expect(await merchantsOf(cookie)).toEqual([world.acme]);
  });
  const prepareId = async () => (await world.users.userByEmail(EMAIL))!;

  it('are accepted by who is signed in to the account and holds the link; their ways in stay', async () => {
    const first = await invite(world.acme, mallory, 'viewer');
    const carol = cookieOf(await open(first.link));
    await setPassword(carol, CAROLS);
    const { link } = await invite(world.bolt, boss);
    expect((await open(link, mallory)).status).toBe(403);
    const accepted = await open(link, carol);
    expect([accepted.status, accepted.headers.getSetCookie()]).toEqual([200, []]);
    expect(await merchantsOf(carol)).toEqual([world.acme, world.bolt]);
    expect(await pendingOf(world.bolt, boss)).toBe(false);
    expect((await signIn(CAROLS)).status).toBe(200);
    expect((await open(link, carol)).status).toBe(401);
  });

  it('that wait when the other merchant lets go of the account begin it anew', async () => {
    const { id, cookie } = await prepare();
    const { link } = await invite(world.bolt, boss);
    await remove(world.acme, id, mallory);
    expect([await merchantsOf(cookie), (await signIn(MALLORYS)).status]).toEqual([401, 401]);
    expect(await merchantsOf(cookieOf(await open(link)))).toEqual([world.bolt]);
  });

  it('by an owner of both merchants sign in, and what was set before signs in no more', async () => {
    const { cookie } = await prepare();
    const both = (await world.signIn({ [world.acme]: 'owner', [world.bolt]: 'owner' })).cookie;
    const { link } = await invite(world.bolt, both);
    const carol = cookieOf(await open(link));
    expect(await merchantsOf(carol)).toEqual([world.acme, world.bolt]);
    expect([await merchantsOf(cookie), (await signIn(MALLORYS)).status]).toEqual([401, 401]);
  });

  it('are worth what their maker may when they are opened, not when they were made', async () => {
    const { id, link: early } = await invite(world.acme, mallory, 'viewer');
    const again = await world.send('POST', `/api/merchants/${world.acme}/users/${id}/link`, {}, mallory);
    const { link: kept } = (await again.json()) as { link: string };
    const carol = cookieOf(await open(early));
    await open((await invite(world.bolt, boss)).link, carol);
    expect(await merchantsOf(carol)).toEqual([world.acme, world.bolt]);
    // Made while the account saw only Acme; now it would open Bolt.
    expect((await open(kept)).status).toBe(401);
    // Of an owner who is one no more.
    const runs = (await world.signIn({ '*': 'owner' })).cookie;
    const eve = await world.signIn({ [world.acme]: 'owner' });
    const victim = await world.signIn({ [world.acme]: 'owner' });
    const made = await world.send(
      'POST',
      `/api/merchants/${world.acme}/users/${victim.id}/link`,
      {},
      eve.cookie,
    );
    const { link: eves } = (await made.json()) as { link: string };
    await remove(world.acme, eve.id, runs);
    expect((await open(eves)).status).toBe(401);
  });

  describe('accepted by the provider', () => {
    /** What a sign-in at the provider leaves behind. */
    const byProvider = async (userId: string, claims: object): Promise<string> => {
      const link = await world.users.createSignInLink(userId, 'http://localhost:7071');
      const cookie = cookieOf(await open(link));
      const idToken = `x.${Buffer.from(JSON.stringify(claims)).toString('base64url')}.x`;
      const now = database.url() ? new Date() : new Date().toISOString();
      await world.users.db
        .insertInto('console_accounts')
        .values({
          id: 'oidc-row',
          userId,
          providerId: 'oidc',
          accountId: 'sub',
          idToken,
          createdAt: now,
          updatedAt: now,
        } as never)
        .execute();
      await world.users.acceptByProvider(new Headers({ cookie }));
      return cookie;
    };

    it('when it says that the address is verified: then nobody else comes in any more', async () => {
      const { id, cookie } = await prepare();
      await invite(world.bolt, boss);
      const carol = await byProvider(id, { email: 'Carol@bolt.example', email_verified: true });
      expect(await merchantsOf(carol)).toEqual([world.acme, world.bolt]);
      expect([await merchantsOf(cookie), (await signIn(MALLORYS)).status]).toEqual([401, 401]);
      expect(await world.users.hasOidc(id)).toBe(true);
    });

    it.each([
      ['another address', { email: 'mallory@acme.example', email_verified: true }],
      ['an address that is not verified', { email: EMAIL, email_verified: false }],
      ['nothing of an address', {}],
    ])('not with %s', async (_, claims) => {
      const { id } = await prepare();
      await invite(world.bolt, boss);
      expect(await merchantsOf(await byProvider(id, claims))).toEqual([world.acme]);
      expect(await pendingOf(world.bolt, boss)).toBe(true);
    });
  });
});
