import { beforeEach, describe, expect, it, vi } from 'vitest';
import { describeEachDatabase } from '../registry/database-fixture.ts';
import type { SignInMethods } from './api.ts';
import { cookieOf, setUpConsoleWorld } from './console-world.ts';
import { SIGN_IN_LIMITS } from './sign-in-limits.ts';

const PASSWORD = 'the right password';

describeEachDatabase('sign-in', (database) => {
  const world = setUpConsoleWorld(database, {
    signIn: {
      passwords: true,
      passkeys: true,
      trustedProxyHops: 1,
      oidc: { clientId: '', clientSecret: '', name: '' },
    },
  });
  let email: string;
  beforeEach(async () => {
    const user = await world.signIn({ [world.acme]: 'viewer' });
    email = user.email;
    await world.users.setProfile(user.id, { name: 'Ada', email, password: PASSWORD });
  });
  const attempt = (from: string, password: string, account = email, before = '') =>
    world.send('POST', '/api/auth/sign-in/email', { email: account, password }, '', {
      address: '198.51.100.1',
      forwarded: `${before}${from}`,
    });

  const linkToken = async (): Promise<string> => {
    const user = await world.users.userByEmail(email);
    return new URL(await world.users.createSignInLink(user!.id, 'http://localhost:7071')).hash.slice(1);
  };

  it('#72 stands in the trail of the installation: who came in and how, and what was tried at an account', async () => {
    const trail = async () =>
      (
        await world.users.db
          .selectFrom('audit')
          .selectAll()
          .where('merchant', '=', '*')
          .orderBy('at_ms')
          .execute()
      ).map(({ user_name, action, target }) => [user_name, action, target]);
    const { id } = (await world.users.userByEmail(email))!;
    await world.users.db.deleteFrom('audit').execute();
    expect((await attempt('192.0.2.8', PASSWORD)).status).toBe(200);
    expect(await trail()).toEqual([['Ada', 'signed in', 'password']]);
    expect((await attempt('192.0.2.8', 'wrong')).status).toBe(401);
    // Of no account there is nothing to tell, or anybody could fill the trail.
    expect((await attempt('192.0.2.8', 'wrong', 'nobody@example.com')).status).toBe(401);
    await vi.waitFor(async () => expect(await trail()).toHaveLength(2));
    await world.send('POST', '/api/auth/sign-in/link', { token: await linkToken() });
    expect(await trail()).toEqual([
      ['Ada', 'signed in', 'password'],
      ['somebody', 'wrong password tried', id],
      ['Ada', 'signed in', 'link'],
    ]);
    expect(JSON.stringify(await trail())).not.toContain('wrong"');
  });

  describe('limits', () => {
    it('lock out who guesses an account, and neither its user elsewhere, nor links, nor others at that address', async () => {
      for (let i = 0; i < SIGN_IN_LIMITS.pair.points; i++)
        expect((await attempt('192.0.2.66', 'wrong')).status).toBe(401);
      const refused = await attempt('192.0.2.66', PASSWORD);
      expect([refused.status, await refused.json()]).toEqual([429, { e: 208 }]);
      expect(Number(refused.headers.get('retry-after'))).toBeGreaterThan(60);
      expect((await attempt('192.0.2.7', PASSWORD)).status).toBe(200);
      const token = await linkToken();
      const byLink = await world.send('POST', '/api/auth/sign-in/link', { token }, '', {
        forwarded: '192.0.2.66',
      });
      expect(byLink.status).toBe(200);
      const colleague = await world.signIn({ [world.acme]: 'viewer' });
      await world.users.setProfile(colleague.id, { name: 'Bo', email: colleague.email, password: PASSWORD });
      expect((await attempt('192.0.2.66', PASSWORD, colleague.email)).status).toBe(200);
    });

    it('count every passkey challenge, which stays in the database, until it is over', async () => {
      const options = (from: string) =>
        world.send('POST', '/api/auth/sign-in/passkey/options', {}, '', { forwarded: from });
      const kept = async () =>
        (await world.users.db.selectFrom('console_verifications').select('id').execute()).length;
      await world.users.forgetExpired();
      const before = await kept();
      const { points } = SIGN_IN_LIMITS.address;
      for (let i = 0; i < points; i++) expect((await options('192.0.2.66')).status).toBe(200);
      expect((await options('192.0.2.66')).status).toBe(429);
      expect(await kept()).toBe(before + points);
      world.pass(25 * 3600 * 1000);
      expect((await options('192.0.2.7')).status).toBe(200);
      expect(await kept()).toBe(1);
    });

    it('do not believe what the client adds before our own proxy', async () => {
      for (let i = 0; i < SIGN_IN_LIMITS.pair.points; i++)
        await attempt('192.0.2.66', 'wrong', email, `10.0.0.${i}, `);
      expect((await attempt('192.0.2.66', PASSWORD, email, '10.9.9.9, ')).status).toBe(429);
      expect((await attempt('192.0.2.7', PASSWORD, email, '192.0.2.66, ')).status).toBe(200);
    });
  });

  it('a session is new at each sign-in, and its cookie is of no use after sign-out (#55)', async () => {
    const planted = '__Host-gander=planted.by-somebody-else';
    const first = await world.send('POST', '/api/auth/sign-in/email', { email, password: PASSWORD }, planted);
    const cookie = cookieOf(first);
    expect(cookie).not.toContain('planted');
    expect((await world.get('/api/me', planted)).status).toBe(401);
    expect((await world.get('/api/me', cookie)).status).toBe(200);
    expect((await world.send('POST', '/api/auth/sign-out', {}, cookie)).status).toBe(200);
    expect((await world.get('/api/me', cookie)).status).toBe(401);
    const second = cookieOf(await attempt('192.0.2.7', PASSWORD));
    expect(second).not.toBe(cookie);
    world.pass(12 * 3600 * 1000 + 1000);
    expect((await world.get('/api/me', second)).status).toBe(401);
  });

  it('says how one may sign in, and offers passkeys at its own address only', async () => {
    const methods = async (host: string): Promise<SignInMethods> =>
      (await (
        await world.api.request(`http://${host}/api/auth/methods`, { headers: { host } })
      ).json()) as SignInMethods;
    expect(await methods('localhost:7071')).toEqual({ password: true, passkey: true, oidc: null });
    expect(await methods('127.0.0.1:7071')).toEqual({ password: true, passkey: false, oidc: null });
  });

  it('has no way in by what is not configured', async () => {
    expect((await world.send('POST', '/api/auth/sign-in/oidc', {})).status).toBe(401);
    expect((await world.get('/api/auth/callback/oidc?code=x&state=y')).status).toBe(401);
    for (const path of [
      'sign-up/email',
      'sign-in/social',
      'callback/oidc',
      'get-session',
      'update-user',
      'change-email',
    ]) {
      const answer = await world.send('POST', `/api/auth/${path}`, {});
      expect([path, answer.status]).toEqual([path, 401]);
    }
  });

  it('takes no made-up passkey', async () => {
    const options = (await (await world.send('POST', '/api/auth/sign-in/passkey/options', {})).json()) as {
      challenge: string;
      rpId: string;
    };
    expect(options.rpId).toBe('localhost');
    const clientData = {
      type: 'webauthn.get',
      challenge: options.challenge,
      origin: 'http://localhost:7071',
    };
    const clientDataJSON = Buffer.from(JSON.stringify(clientData)).toString('base64url');
    const response = { id: 'AAAA', rawId: 'AAAA', type: 'public-key', response: { clientDataJSON } };
    for (const body of [{}, { response: null }, { response }, { response: { ...response, id: { x: 1 } } }]) {
      const answer = await world.send('POST', '/api/auth/sign-in/passkey', body);
      expect([401, 400]).toContain(answer.status);
    }
  });
});
