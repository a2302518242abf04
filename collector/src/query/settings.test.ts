import { beforeEach, describe, expect, it } from 'vitest';
import type { AuditEntry, MerchantSettings } from './api.ts';
import { ACME, type ApiFixture, BOLT, createApiFixture } from './api-fixture.ts';

let world: ApiFixture;
let owner: { cookie: string; id: string };
let calls: unknown[][];

beforeEach(async () => {
  calls = [];
  const record =
    <T>(name: string, answer: T) =>
    async (...args: unknown[]): Promise<T> => {
      calls.push([name, ...args]);
      return answer;
    };
  world = await createApiFixture({
    keysOf: (merchant) => [
      { kind: 'site', id: `gpk_${merchant}`, merchant, createdMs: 1, revokedMs: null },
      { kind: 'secret', id: 'c0ffee00', merchant, createdMs: 1, revokedMs: null },
    ],
    createSiteKey: record('createSiteKey', 'gpk_new'),
    createSecretKey: record('createSecretKey', 'gsk_12345678_aaaaaaaaaaaaaaaa_THESECRETPART'),
    revokeKey: record('revokeKey', true),
    addOrigin: record('addOrigin', undefined),
    removeOrigin: record('removeOrigin', undefined),
    setDisabled: record('setDisabled', undefined),
    createMerchant: record('createMerchant', { id: 'cccccccccccccccc' }) as never,
  });
  owner = await world.signIn({ [ACME]: 'owner' });
});

const send = (method: string, path: string, body: unknown, cookie = owner.cookie) =>
  world.send(method, `/api/merchants/${ACME}${path}`, body, cookie);
const audit = async (): Promise<AuditEntry[]> =>
  (
    (await (await world.get(`/api/merchants/${ACME}/audit`, owner.cookie)).json()) as {
      entries: AuditEntry[];
    }
  ).entries;

describe('roles', () => {
  it('let only owners change anything: every route that changes, by every lower role', async () => {
    const changing = world.api.routes.filter(
      (r) => !['ALL', 'GET'].includes(r.method) && r.path.includes(':merchant'),
    );
    expect(changing.length).toBeGreaterThanOrEqual(9);
    for (const role of ['viewer', 'analyst'] as const) {
      const { cookie } = await world.signIn({ [ACME]: role });
      for (const { method, path } of changing) {
        const url = path.replace(':merchant', ACME).replace(/:\w+/g, 'x');
        const answer = await world.send(method, url, {}, cookie);
        expect([role, method, path, answer.status]).toEqual([role, method, path, 403]);
      }
      expect((await world.send('POST', '/api/merchants', { name: 'x', origins: [] }, cookie)).status).toBe(
        403,
      );
      expect((await world.get('/api/health', cookie)).status).toBe(403);
    }
    expect(calls).toEqual([]);
  });

  it('let who runs the installation make merchants and see its health', async () => {
    const { cookie } = await world.signIn({ '*': 'owner' });
    const made = await world.send(
      'POST',
      '/api/merchants',
      { name: 'Third', origins: ['https://third.example'] },
      cookie,
    );
    expect(made.status).toBe(201);
    expect(calls.map((c) => c[0])).toEqual(['createMerchant', 'createSiteKey']);
    expect(await (await world.get('/api/health', cookie)).json()).toMatchObject({
      live: { transactions: 0 },
    });
  });
});

describe('keys and origins', () => {
  it('are changed, and each change is in the trail, with nothing secret in it', async () => {
    const made = await (await send('POST', '/secret-keys', {})).json();
    expect(made).toEqual({ key: 'gsk_12345678_aaaaaaaaaaaaaaaa_THESECRETPART' });
    expect((await send('DELETE', '/keys/c0ffee00', {})).status).toBe(200);
    expect((await send('DELETE', `/keys/gpk_${BOLT}`, {})).status).toBe(404);
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
    expect((await send('PUT', '/disabled', { disabled: true })).status).toBe(200);
    const entries = await audit();
    expect(entries.map((e) => e.action).sort()).toEqual(
      ['merchant disabled', 'origin added', 'origin removed', 'secret key made', 'secret key revoked'].sort(),
    );
    expect(JSON.stringify(entries)).not.toContain('THESECRETPART');
    const settings = await (await world.get(`/api/merchants/${ACME}/settings`, owner.cookie)).text();
    expect(settings).not.toContain('gsk_');
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
    expect(await (await world.get('/api/me', cookie)).json()).toMatchObject({
      merchants: [{ id: ACME, role: 'viewer' }],
    });
    expect((await send('PUT', `/users/${id}`, { role: 'analyst' })).status).toBe(200);
    expect(await (await world.get('/api/me', cookie)).json()).toMatchObject({
      merchants: [{ id: ACME, role: 'analyst' }],
    });
    expect((await send('PUT', `/users/${id}`, { role: null })).status).toBe(200);
    expect((await world.get(`/api/merchants/${ACME}/settings`, cookie)).status).toBe(404);
  });

  it('of another merchant get the role, but no link that would sign in as them', async () => {
    const other = await world.users.createUser({ name: 'Bolt owner', email: 'b@example.com' });
    await world.users.setRole(other.id, BOLT, 'owner');
    expect(await invite('b@example.com')).toEqual({ id: other.id, link: null });
    expect((await send('POST', `/users/${other.id}/link`, {})).status).toBe(403);
    const running = await world.users.createUser({ name: 'Runs it', email: 'r@example.com' });
    await world.users.setRole(running.id, '*', 'owner');
    expect((await send('POST', `/users/${running.id}/link`, {})).status).toBe(404);
    expect((await send('PUT', `/users/${running.id}`, { role: null })).status).toBe(404);
  });

  it('cannot lock themselves out, nor be added twice', async () => {
    expect((await send('PUT', `/users/${owner.id}`, { role: 'viewer' })).status).toBe(409);
    await invite('twice@example.com');
    expect(
      (await send('POST', '/users', { email: 'Twice@example.com', name: 'x', role: 'owner' })).status,
    ).toBe(409);
  });

  it('set their own profile; an address that is taken stays with its user', async () => {
    const mine = { name: 'Ada', email: 'ada@example.com', password: 'long enough password' };
    expect((await world.send('PUT', '/api/me/profile', mine, owner.cookie)).status).toBe(200);
    const signIn = await world.send('POST', '/api/auth/sign-in/email', {
      email: mine.email,
      password: mine.password,
    });
    expect(signIn.status).toBe(200);
    const other = await world.signIn({ [ACME]: 'viewer' });
    expect((await world.send('PUT', '/api/me/profile', mine, other.cookie)).status).toBe(409);
    expect(
      (await world.send('PUT', '/api/me/profile', { ...mine, password: 'short' }, owner.cookie)).status,
    ).toBe(400);
    const settings = (await (
      await world.get(`/api/merchants/${ACME}/settings`, owner.cookie)
    ).json()) as MerchantSettings;
    expect(settings.users.find((u) => u.email === mine.email)).toMatchObject({
      name: 'Ada',
      hasPassword: true,
      role: 'owner',
      everywhere: false,
    });
  });
});

describe('search', () => {
  it('finds by reference and by session, live and landed, and takes SQL for text', async () => {
    const { batchOf, SESSION } = await import('./api-fixture.ts');
    const { hidden } = await import('@gander/log-codes/encode');
    world.live.add([batchOf([[0, hidden()]], { transaction: 'order_77' })]);
    await world.lake.insert(
      world.context.rowsOf(
        batchOf([[0, hidden()]], { transaction: 'order_78', session: 'f'.repeat(32) }),
        'c1',
      ),
    );
    await world.lake.insert(
      world.context.rowsOf(batchOf([[0, hidden()]], { transaction: 'order_79', merchant: BOLT }), 'c1'),
    );
    const found = async (q: string): Promise<string[]> =>
      (
        (await (await world.get(`/api/search?q=${encodeURIComponent(q)}`, owner.cookie)).json()) as {
          found: { transaction: string }[];
        }
      ).found
        .map((f) => f.transaction)
        .sort();
    expect(await found('order_7')).toEqual(['order_77', 'order_78']);
    expect(await found('ffff')).toEqual(['order_78']);
    expect(await found(SESSION.slice(0, 8))).toEqual(['order_77']);
    for (const q of ["' or 1=1 --", 'x', '%', 'order_7%', '']) expect(await found(q)).toEqual([]);
  });
});
