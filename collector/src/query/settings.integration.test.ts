import { beforeEach, describe, expect, it } from 'vitest';
import { describeEachDatabase } from '../registry/database-fixture.ts';
import type { AuditAnswer, AuditEntry, MeAnswer, MerchantSettings, SavedFilter, UsersAnswer } from './api.ts';
import { setUpConsoleWorld } from './console-world.ts';

describeEachDatabase('settings', (database) => {
  const world = setUpConsoleWorld(database);
  let owner: { cookie: string; id: string };
  beforeEach(async () => {
    owner = await world.signIn({ [world.acme]: 'owner' });
  });

  const send = (method: string, path: string, body: unknown, cookie = owner.cookie) =>
    world.send(method, `/api/merchants/${world.acme}${path}`, body, cookie);
  const read = async <T>(path: string, cookie = owner.cookie): Promise<T> =>
    (await (await world.get(`/api${path}`, cookie)).json()) as T;
  const audit = async (): Promise<AuditEntry[]> =>
    (await read<{ entries: AuditEntry[] }>(`/merchants/${world.acme}/audit`)).entries;
  const settings = () => read<MerchantSettings>(`/merchants/${world.acme}/settings`);

  describe('keys and origins', () => {
    it('are changed, and each change is in the trail, with nothing secret in it', async () => {
      const { key } = (await (await send('POST', '/secret-keys', {})).json()) as { key: string };
      expect(key).toMatch(new RegExp(`^gsk_[0-9a-f]{8}_${world.acme}_`));
      const keyId = key.slice(4, 12);
      expect(world.registry.secretOf(world.acme, keyId)).toBe(key);
      expect((await send('DELETE', `/keys/${keyId}`, {})).status).toBe(200);
      expect(world.registry.secretOf(world.acme, keyId)).toBeUndefined();
      expect((await send('DELETE', `/keys/${keyId}`, {})).status).toBe(404);
      const { key: site } = (await (await send('POST', '/site-keys', {})).json()) as { key: string };
      expect(world.registry.merchantOfSiteKey(site)?.id).toBe(world.acme);
      expect((await send('POST', '/origins', { origin: 'https://new.example' })).status).toBe(201);
      for (const origin of [
        'https://new.example/',
        'javascript:alert(1)',
        'https://UPPER.example',
        '<img>',
        '',
      ]) {
        expect((await send('POST', '/origins', { origin })).status).toBe(400);
      }
      expect((await send('DELETE', '/origins', { origin: 'https://acme.example' })).status).toBe(200);
      expect([...world.registry.merchant(world.acme)!.origins]).toEqual(['https://new.example']);
      expect((await send('PUT', '/disabled', { disabled: true })).status).toBe(200);
      expect(world.registry.merchantOfSiteKey(site)).toBeUndefined();
      const entries = await audit();
      expect(entries.map((e) => e.action).sort()).toEqual(
        [
          'merchant disabled',
          'origin added',
          'origin removed',
          'secret key made',
          'secret key revoked',
          'site key made',
        ].sort(),
      );
      expect(JSON.stringify(entries)).not.toContain(key.slice(-20));
      expect(JSON.stringify(await settings())).not.toContain('gsk_');
    });

    it('rotate with overlap: the new secret key and the old one both work until the old one is revoked', async () => {
      const make = async () =>
        ((await (await send('POST', '/secret-keys', {})).json()) as { key: string }).key;
      const [before, after] = [await make(), await make()];
      const works = (key: string) => world.registry.secretOf(world.acme, key.slice(4, 12)) === key;
      expect([works(before), works(after)]).toEqual([true, true]);
      await send('DELETE', `/keys/${before.slice(4, 12)}`, {});
      expect([works(before), works(after)]).toEqual([false, true]);
    });
  });

  describe('quotas', () => {
    it('are set by who runs the installation, count at once, and stand in the trail', async () => {
      const runner = await world.signIn({ '*': 'owner' });
      const set = (quota: string, perSecond: unknown, cookie = runner.cookie) =>
        send('PUT', `/quotas/${quota}`, { perSecond }, cookie);
      expect((await settings()).quotas).toContainEqual(
        expect.objectContaining({ name: 'batches', perSecond: null, usual: 5000, seconds: 10 }),
      );
      expect((await set('batches', 50)).status).toBe(200);
      expect(world.registry.merchant(world.acme)!.quotas).toEqual({ batches: 50 });
      expect((await settings()).quotas).toContainEqual(
        expect.objectContaining({ name: 'batches', perSecond: 50, usual: 5000 }),
      );
      for (const bad of [0, -1, 1.5, '5', 1e9, undefined])
        expect((await set('batches', bad)).status).toBe(400);
      expect((await set('nothing', 1)).status).toBe(404);
      expect((await set('batches', 1, owner.cookie)).status).toBe(403);
      expect((await set('batches', null)).status).toBe(200);
      expect(world.registry.merchant(world.acme)!.quotas).toEqual({});
      expect((await audit()).map((e) => [e.action, e.target, e.detail])).toEqual([
        ['quota set', 'batches', '50 to usual a second'],
        ['quota set', 'batches', 'usual to 50 a second'],
      ]);
    });
  });

  describe('merchants', () => {
    it('are made by who runs the installation, with a site key', async () => {
      const body = { name: 'Third', origins: ['https://third.example'] };
      expect((await world.send('POST', '/api/merchants', body, owner.cookie)).status).toBe(403);
      const { cookie } = await world.signIn({ '*': 'owner' });
      for (const name of ['', 'x'.repeat(81), 'Café \u{1f468}\u200d\u{1f469}', 'a\nb'])
        expect((await world.send('POST', '/api/merchants', { ...body, name }, cookie)).status).toBe(400);
      const made = await world.send('POST', '/api/merchants', body, cookie);
      expect(made.status).toBe(201);
      const { id } = (await made.json()) as { id: string };
      expect(world.registry.keysOf(id).map((k) => k.kind)).toEqual(['site']);
      expect((await read<MeAnswer>('/me', cookie)).merchants.map((m) => m.name).sort()).toEqual([
        'Acme',
        'Bolt',
        'Third',
      ]);
    });
  });

  describe('users', () => {
    const invite = async (email: string, cookie = owner.cookie) =>
      (await (await send('POST', '/users', { email, name: 'New', role: 'viewer' }, cookie)).json()) as {
        id: string;
        link: string | null;
      };

    it('come in by a link, with the role they were given', async () => {
      const { link, id } = await invite('new@example.com');
      const token = new URL(link!).hash.slice(1);
      const signedIn = await world.send('POST', '/api/auth/sign-in/link', { token });
      const cookie = signedIn.headers.getSetCookie()[0]!.split(';')[0]!;
      const me = () => read<MeAnswer>('/me', cookie);
      expect(await me()).toMatchObject({ merchants: [{ id: world.acme, role: 'viewer' }] });
      expect((await send('PUT', `/users/${id}`, { role: 'analyst' })).status).toBe(200);
      expect(await me()).toMatchObject({ merchants: [{ id: world.acme, role: 'analyst' }] });
      expect((await send('PUT', `/users/${id}`, { role: null })).status).toBe(200);
      expect((await world.get(`/api/merchants/${world.acme}/settings`, cookie)).status).toBe(401);
    });

    it('of another merchant are signed in to by no link of this one', async () => {
      const other = await world.users.createUser({ name: 'Bolt owner', email: 'b@example.com' });
      await world.users.memberships.give(other.id, world.bolt, 'owner');
      await world.users.memberships.give(other.id, world.acme, 'viewer');
      expect((await send('POST', `/users/${other.id}/link`, {})).status).toBe(403);
      const running = await world.users.createUser({ name: 'Runs it', email: 'r@example.com' });
      await world.users.memberships.give(running.id, '*', 'owner');
      expect((await send('POST', `/users/${running.id}/link`, {})).status).toBe(404);
      expect((await send('PUT', `/users/${running.id}`, { role: null })).status).toBe(404);
    });

    it('cannot lock themselves out, nor be added twice', async () => {
      expect((await send('PUT', `/users/${owner.id}`, { role: 'viewer' })).status).toBe(409);
      await invite('twice@example.com');
      const again = { email: 'Twice@example.com', name: 'x', role: 'owner' };
      expect((await send('POST', '/users', again)).status).toBe(409);
    });

    it('set their own profile; an address that is taken stays with its user', async () => {
      const mine = { name: 'Ada', email: 'ada@example.com', password: 'long enough password' };
      expect((await world.send('PUT', '/api/me/profile', mine, owner.cookie)).status).toBe(200);
      const { email, password } = mine;
      expect((await world.send('POST', '/api/auth/sign-in/email', { email, password })).status).toBe(200);
      const other = await world.signIn({ [world.acme]: 'viewer' });
      expect((await world.send('PUT', '/api/me/profile', mine, other.cookie)).status).toBe(409);
      const short = { ...mine, password: 'short' };
      expect((await world.send('PUT', '/api/me/profile', short, owner.cookie)).status).toBe(400);
      const { users } = await read<UsersAnswer>(`/merchants/${world.acme}/users`);
      expect(users.find((u) => u.email === mine.email)).toMatchObject({
        name: 'Ada',
        hasPassword: true,
        role: 'owner',
        everywhere: false,
      });
    });

    it('who can come back must have signed in lately to change how', async () => {
      const mine = { name: 'Ada', email: 'ada@example.com', password: 'long enough password' };
      world.pass(16 * 60_000);
      expect((await world.send('PUT', '/api/me/profile', mine, owner.cookie)).status).toBe(200);
      for (const [method, path] of [
        ['PUT', '/api/me/profile'],
        ['POST', '/api/me/passkeys/options'],
        ['DELETE', '/api/me/passkeys/x'],
      ] as const) {
        const answer = await world.send(method, path, mine, owner.cookie);
        expect([path, answer.status, await answer.json()]).toEqual([path, 403, { e: 211 }]);
      }
    });
  });

  describe('saved filters', () => {
    it('are one’s own until they are shared with the users of a merchant', async () => {
      const analyst = await world.signIn({ [world.acme]: 'analyst' });
      const viewer = await world.signIn({ [world.acme]: 'viewer' });
      const stranger = await world.signIn({ [world.bolt]: 'owner' });
      const body = { name: 'Odd ones', query: 'class=4' };
      const made = await world.send('POST', '/api/filters', body, analyst.cookie);
      const { id } = (await made.json()) as { id: string };
      const seen = async ({ cookie }: { cookie: string }) =>
        (await read<{ filters: SavedFilter[] }>('/filters', cookie)).filters.map((f) => [
          f.name,
          f.own,
          f.merchant,
        ]);
      expect([await seen(viewer), await seen(stranger)]).toEqual([[], []]);
      expect((await send('PUT', `/filters/${id}`, {}, viewer.cookie)).status).toBe(403);
      expect((await send('PUT', `/filters/${id}`, {}, owner.cookie)).status).toBe(404);
      expect((await send('PUT', `/filters/${id}`, {}, analyst.cookie)).status).toBe(200);
      expect(await seen(analyst)).toEqual([['Odd ones', true, world.acme]]);
      expect(await seen(viewer)).toEqual([['Odd ones', false, world.acme]]);
      expect(await seen(stranger)).toEqual([]);
      expect((await world.send('DELETE', `/api/filters/${id}`, {}, viewer.cookie)).status).toBe(404);
      expect((await send('DELETE', `/filters/${id}`, {}, owner.cookie)).status).toBe(200);
      expect(await seen(viewer)).toEqual([]);
      expect((await audit()).map((e) => e.action)).toEqual(['filter unshared', 'filter shared']);
    });
  });

  it('#72 shows all of the trail, page by page: a hundred small changes hide nothing', async () => {
    expect((await send('POST', '/secret-keys', {})).status).toBe(201);
    for (let i = 0; i < 55; i++) {
      expect((await send('POST', '/origins', { origin: 'https://new.example' })).status).toBe(201);
      expect((await send('DELETE', '/origins', { origin: 'https://new.example' })).status).toBe(200);
    }
    const page = (before: string | null) =>
      read<AuditAnswer>(`/merchants/${world.acme}/audit${before === null ? '' : `?before=${before}`}`);
    const first = await page(null);
    expect([first.entries.length, first.next !== null]).toEqual([100, true]);
    const second = await page(first.next);
    const all = [...first.entries, ...second.entries];
    expect(second.next).toBeNull();
    expect(new Set(all.map((e) => e.id)).size).toBe(111);
    expect(all.at(-1)?.action).toBe('secret key made');
    for (const bad of ['', 'x', '1.x', '1', `${'9'.repeat(16)}.${'a'.repeat(24)}`])
      expect((await world.get(`/api/merchants/${world.acme}/audit?before=${bad}`, owner.cookie)).status).toBe(
        400,
      );
  });
});
