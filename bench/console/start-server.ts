import { mkdtempSync, rmSync } from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { openRegistry } from '@gander/collector';
import {
  type ApiOptions,
  createApi,
  createLive,
  type Live,
  openUsers,
  rowsOf,
} from '@gander/collector/operators';
import { createConsole } from '@gander/console';
import { getRequestListener } from '@hono/node-server';
import { Hono } from 'hono';

/** The console as `gander start` puts it together, on a port of its own, with one user who sees everything. */
export interface BenchServer {
  readonly url: string;
  readonly live: Live;
  readonly cookie: string;
  /** A link that signs a browser in, once. */
  signInLink(): Promise<string>;
  /** Reads a path of the API. @returns how long that took, to the last byte, ms */
  time(path: string): Promise<number>;
  close(): Promise<void>;
}

const NOTHING: ApiOptions['lake'] = {
  query: async () => ({ rows: [] }),
  stream: () => Promise.reject(new Error('no lake')),
  exportParquet: () => Promise.reject(new Error('no lake')),
};

/**
 * @param options.lake default: an empty one
 * @param options.merchants the lake's
 * @param options.keepMs how long the live store keeps batches
 * @param options.clock what the console takes for now, ms since 1970; default: now
 */
export const startServer = async (options: {
  lake?: ApiOptions['lake'];
  merchants: readonly string[];
  keepMs?: number;
  clock?: () => number;
}): Promise<BenchServer> => {
  const dataDir = mkdtempSync(join(tmpdir(), 'gander-bench-console-'));
  const registry = await openRegistry({ dataDir, rootKey: Buffer.alloc(32, 7) });
  let app: Hono | undefined;
  const answer = getRequestListener((request) => app!.fetch(request));
  const server = createServer((request, response) => void answer(request, response));
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const url = `http://localhost:${(server.address() as AddressInfo).port}`;
  const users = await openUsers({
    db: registry.db as never,
    dialect: registry.dialect,
    secret: 'bench-bench-bench-bench-bench-bench',
    consoleUrl: url,
    clock: Date.now,
  });
  const live = createLive({ clock: Date.now, ...(options.keepMs ? { keepMs: options.keepMs } : {}) });
  const merchants = options.merchants.map((id, i) => ({
    id,
    name: `Merchant ${i + 1}`,
    origins: new Set<string>(),
    createdMs: 0,
    disabledMs: null,
    quotas: {},
  }));
  app = new Hono()
    .route(
      '/api',
      createApi({
        users,
        live,
        lake: options.lake ?? NOTHING,
        registry: {
          ...registry,
          merchants: () => merchants,
          merchant: (id: string) => merchants.find((m) => m.id === id),
        },
        rowsOf,
        collector: 'c1',
        clock: options.clock ?? Date.now,
        onError: (error) => console.error(error),
      }) as never,
    )
    .route('/', createConsole() as never);
  const link = await users.createFirstSignInLink(url);
  const signedIn = await fetch(`${url}/api/auth/sign-in/link`, {
    method: 'POST',
    headers: { origin: url, 'content-type': 'application/json' },
    body: JSON.stringify({ token: new URL(link ?? '').hash.slice(1) }),
  });
  if (!signedIn.ok) throw new Error(`sign-in: ${signedIn.status}`);
  const cookie = signedIn.headers
    .getSetCookie()
    .map((c) => c.split(';')[0])
    .join('; ');
  return {
    url,
    live,
    cookie,
    async signInLink() {
      const me = (await (await fetch(`${url}/api/me`, { headers: { cookie } })).json()) as {
        user: { id: string };
      };
      return users.createSignInLink(me.user.id, url);
    },
    async time(path) {
      const began = performance.now();
      const response = await fetch(url + path, { headers: { cookie } });
      const body = await response.text();
      if (response.status !== 200) throw new Error(`${path}: ${response.status} ${body}`);
      return performance.now() - began;
    },
    async close() {
      server.closeAllConnections();
      await new Promise<void>((resolve) => server.close(() => resolve()));
      await registry.stop();
      rmSync(dataDir, { recursive: true, force: true });
    },
  };
};
