/** For tests of users and settings on each database: the console's API over a real registry, with merchants Acme and Bolt. */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Hono } from 'hono';
import { afterEach, beforeEach } from 'vitest';
import { configSchema } from '../config.ts';
import { rowsOf } from '../landing/rows.ts';
import { createLive, type Live } from '../live/create-live.ts';
import type { TestDatabase } from '../registry/database-fixture.ts';
import { openRegistry } from '../registry/open-registry.ts';
import type { Registry } from '../registry/registry.ts';
import { loadRootKey } from '../registry/root-key.ts';
import { openUsers, type Users, type UsersOptions } from '../users/open-users.ts';
import type { Role } from '../users/roles.ts';
import type { ApiContext, ApiEnv } from './context.ts';
import { createApi } from './create-api.ts';

export const CONSOLE = 'http://localhost:7071';

/** Made anew for each test. */
export interface ConsoleWorld {
  api: Hono<ApiEnv>;
  users: Users;
  registry: Registry;
  live: Live;
  acme: string;
  bolt: string;
  /** Moves the API's clock, ms. */
  pass(ms: number): void;
  get(path: string, cookie?: string): Promise<Response>;
  /** @param address of the client's socket; `forwarded` is the header of proxies */
  send(
    method: string,
    path: string,
    body: unknown,
    cookie?: string,
    from?: { address?: string; forwarded?: string },
  ): Promise<Response>;
  /** Makes a user with these roles and signs them in. */
  signIn(roles: Readonly<Record<string, Role>>): Promise<{ cookie: string; id: string; email: string }>;
}

/** The session's cookie that an answer sets. */
export const cookieOf = (answer: Response): string => answer.headers.getSetCookie()[0]?.split(';')[0] ?? '';

/** Sets the world up before each test of a file. @param more of the API's context, e.g. `signIn` */
export const setUpConsoleWorld = (
  database: TestDatabase,
  more: Partial<ApiContext> = {},
  auth: Partial<UsersOptions> = {},
): ConsoleWorld => {
  const world = {} as ConsoleWorld;
  let dir = '';
  let passed = 0;
  const clock = (): number => Date.now() + passed;

  beforeEach(async () => {
    passed = 0;
    dir = mkdtempSync(join(tmpdir(), 'gander-console-'));
    await database.empty();
    const rootKey = loadRootKey(dir);
    const registry = await openRegistry({ databaseUrl: database.url(), dataDir: dir, rootKey, pollMs: 0 });
    const users = await openUsers({
      db: registry.db as unknown as UsersOptions['db'],
      dialect: registry.dialect,
      secret: 'fixture-fixture-fixture-fixture-1',
      consoleUrl: CONSOLE,
      clock,
      ...auth,
    });
    const live = createLive({ clock, boot: 'boot' });
    const lake: ApiContext['lake'] = {
      query: async () => ({ rows: [] }),
      stream: async () => ({ columns: [], chunks: (async function* () {})() }),
      exportParquet: async () => {
        throw new Error('no lake in this test');
      },
    };
    const { limits } = configSchema.parse({});
    world.api = new Hono<ApiEnv>().route(
      '/api',
      createApi({
        users,
        live,
        lake,
        rowsOf,
        registry,
        limits,
        clock,
        collector: 'c1',
        consoleUrl: CONSOLE,
        onError: (error) => console.error(error),
        ...more,
      }),
    );
    const origins = (name: string) => [`https://${name}.example`];
    world.acme = (await registry.createMerchant({ name: 'Acme', origins: origins('acme') })).id;
    world.bolt = (await registry.createMerchant({ name: 'Bolt', origins: origins('bolt') })).id;
    Object.assign(world, { users, registry, live });
  });
  afterEach(async () => {
    // What is written once an answer is out (auth-routes.ts).
    await new Promise((resolve) => setTimeout(resolve, 40));
    await world.registry.stop();
    rmSync(dir, { recursive: true });
  });

  world.pass = (ms) => {
    passed += ms;
  };
  world.get = async (path, cookie = '') => world.api.request(CONSOLE + path, { headers: { cookie } });
  world.send = async (method, path, body, cookie = '', { address = '192.0.2.1', forwarded } = {}) =>
    world.api.request(
      CONSOLE + path,
      {
        method,
        headers: {
          cookie,
          origin: CONSOLE,
          host: new URL(CONSOLE).host,
          'content-type': 'application/json',
          ...(forwarded ? { 'x-forwarded-for': forwarded } : {}),
        },
        body: JSON.stringify(body),
      },
      { incoming: { socket: { remoteAddress: address } } },
    );
  let count = 0;
  world.signIn = async (roles) => {
    const email = `user${++count}@example.com`;
    const { id } = await world.users.createUser({ name: `User ${count}`, email });
    for (const [merchant, role] of Object.entries(roles))
      await world.users.memberships.give(id, merchant, role);
    const token = new URL(await world.users.createSignInLink(id, CONSOLE)).hash.slice(1);
    return { id, email, cookie: cookieOf(await world.send('POST', '/api/auth/sign-in/link', { token })) };
  };
  return world;
};
