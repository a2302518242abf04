import { approved, hidden } from '@gander/log-codes/encode';
import { beforeEach, describe, expect, it } from 'vitest';
import { describeEachDatabase } from '../registry/database-fixture.ts';
import type { Role } from '../users/roles.ts';
import { covers } from '../users/roles.ts';
import { batchOf } from './api-fixture.ts';
import { setUpConsoleWorld } from './console-world.ts';
import { ACTIONS, type Need, ROUTE_ACTIONS } from './permissions.ts';

/** Generated from the table of routes, which permissions.test.ts holds against the API: a new route is tested by its row. */
const ROUTES = Object.entries(ROUTE_ACTIONS).map(([name, action]) => {
  const [method = '', path = ''] = name.split(' ');
  const params = [...path.matchAll(/:(\w+)/g)].map((m) => m[1]!);
  return { name, method, path, params, needs: ACTIONS[action].needs as Need };
});
const BODIES: Readonly<Record<string, unknown>> = {
  'PUT /me/profile': { name: 'x', email: 'x@example.com' },
  'PUT /merchants/:merchant/quotas/:quota': { perSecond: 1 },
  'PUT /merchants/:merchant/disabled': { disabled: true },
  'POST /merchants/:merchant/origins': { origin: 'https://evil.example' },
  'DELETE /merchants/:merchant/origins': { origin: 'https://bolt.example' },
  'POST /merchants/:merchant/users': { email: 'evil@example.com', name: 'x', role: 'owner' },
  'PUT /merchants/:merchant/users/:user': { role: 'owner' },
};

describeEachDatabase('a foreign merchant’s ids', (database) => {
  const world = setUpConsoleWorld(database);
  let cookie: string;
  let foreign: Record<string, string>;
  /** Of our own, so that one foreign id at a time is what is wrong. */
  let own: Record<string, string>;

  /** What each kind of merchant has, by the parameter's name. */
  const idsOf = async (merchant: string, user: { id: string; cookie: string }, tag: string) => {
    const session = tag.repeat(32).slice(0, 32);
    const logs = batchOf(
      [
        [0, hidden()],
        [5, approved({ since_ready_ms: 5 })],
      ],
      {
        merchant,
        session,
        transaction: `order_${tag}`,
        receivedMs: Date.now(),
      },
    );
    world.live.add([logs]);
    const filter = await world.send('POST', '/api/filters', { name: tag, query: '' }, user.cookie);
    return {
      merchant,
      session,
      transaction: `order_${tag}`,
      seq: '0',
      key: await world.registry.createSiteKey(merchant),
      user: user.id,
      filter: ((await filter.json()) as { id: string }).id,
      passkey: `passkey-of-${tag}`,
      quota: 'batches',
      format: 'csv',
    };
  };

  beforeEach(async () => {
    const me = await world.signIn({ [world.acme]: 'owner' });
    const them = await world.signIn({ [world.bolt]: 'owner' });
    cookie = me.cookie;
    own = await idsOf(world.acme, me, 'a');
    foreign = await idsOf(world.bolt, them, 'b');
  });

  const call = async (
    route: (typeof ROUTES)[number],
    ids: Record<string, string>,
    query = '',
    as = cookie,
  ) => {
    const path = `/api${route.path.replace(/:(\w+)/g, (_, name: string) => encodeURIComponent(ids[name] ?? ''))}${query}`;
    const answer =
      route.method === 'GET'
        ? await world.get(path, as)
        : await world.send(route.method, path, BODIES[route.name] ?? {}, as);
    const { status } = answer;
    await answer.body?.cancel();
    return status;
  };
  /** What must not change, whoever asks. */
  const stateOfBolt = async () => {
    const { registry, users } = world;
    const { origins, disabledMs, quotas } = registry.merchant(world.bolt)!;
    return {
      origins: [...origins],
      disabledMs,
      quotas,
      keys: registry.keysOf(world.bolt),
      users: await users.list(world.bolt),
      filters: await users.db
        .selectFrom('saved_filters')
        .selectAll()
        .where('id', '=', foreign.filter!)
        .execute(),
    };
  };

  it('every kind of id has a foreign one to test with', () => {
    const kinds = new Set(ROUTES.flatMap((r) => r.params));
    expect([...kinds].filter((kind) => !foreign[kind])).toEqual([]);
  });

  it('are a 404 to an owner of another merchant, in every place of every route (#52)', async () => {
    const before = await stateOfBolt();
    // A name or a format belongs to nobody.
    const isId = (param: string): boolean => !['quota', 'format', 'seq'].includes(param);
    const answers: [string, number][] = [];
    for (const route of ROUTES) {
      if (route.needs === 'anyone' || route.needs.startsWith('all:')) continue;
      for (const param of route.params.filter(isId)) {
        // A stream of a transaction that is not there yet waits for it: its own merchant's, so nothing foreign is told.
        if (param === 'transaction' && route.path.endsWith('/stream')) continue;
        answers.push([`${route.name} ${param}`, await call(route, { ...own, [param]: foreign[param]! })]);
      }
      if (route.params.length === 0 || route.path.includes(':format')) {
        if (route.needs === 'user' || route.method !== 'GET') continue;
        answers.push([`${route.name} ?merchant`, await call(route, own, `?merchant=${foreign.merchant}`)]);
      }
    }
    expect(answers.filter(([, status]) => status !== 404)).toEqual([]);
    expect(answers.length).toBeGreaterThan(30);
    expect(await stateOfBolt()).toEqual(before);
  });

  it('nobody signed in is a 401, in every route (#55)', async () => {
    for (const route of ROUTES.filter((r) => r.needs !== 'anyone')) {
      expect([route.name, await call(route, own, '', '')]).toEqual([route.name, 401]);
    }
  });

  describe('roles (#53)', () => {
    const order: Role[] = ['viewer', 'analyst', 'owner'];
    it.each(order)('a %s is refused every route above the role, and no other', async (role) => {
      const user = await world.signIn({ [world.acme]: role });
      const wrong: unknown[] = [];
      for (const route of ROUTES.filter((r) => r.needs !== 'anyone')) {
        const status = await call(route, own, '', user.cookie);
        const ofAll = route.needs.startsWith('all:');
        const may = route.needs === 'user' || (!ofAll && covers(role, route.needs as Role));
        if ((status !== 403) !== may) wrong.push([route.name, status]);
      }
      expect(wrong).toEqual([]);
    });

    it.each(order)(
      'a %s of all merchants is one of each, and may run the installation as far',
      async (role) => {
        const user = await world.signIn({ '*': role });
        const wrong: unknown[] = [];
        for (const route of ROUTES.filter((r) => r.needs !== 'anyone')) {
          const status = await call(route, foreign, '', user.cookie);
          const may = route.needs === 'user' || covers(role, route.needs.replace('all:', '') as Role);
          if ((status !== 403) !== may) wrong.push([route.name, status]);
        }
        expect(wrong).toEqual([]);
      },
    );

    it('an export over several merchants needs the role for each of them', async () => {
      const user = await world.signIn({ [world.acme]: 'analyst', [world.bolt]: 'viewer' });
      const exported = (query: string) => world.get(`/api/logs/export/csv${query}`, user.cookie);
      expect((await exported('')).status).toBe(403);
      expect((await exported(`?merchant=${world.bolt}`)).status).toBe(403);
      expect((await exported(`?merchant=${world.acme}`)).status).toBe(200);
    });
  });
});
