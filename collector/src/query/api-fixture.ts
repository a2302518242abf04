/** For tests of the console's API: a small world of two merchants, fed by hand. */
import { mkdtempSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DuckDBInstance, type DuckDBValue } from '@duckdb/node-api';
import {
  encodeFrame,
  encodeLog,
  LAKE_COLUMNS,
  type LakeRow,
  type Log,
  TRANSACTION_COLUMNS,
} from '@gander/log-codes';
import { Hono } from 'hono';
import type { Kysely } from 'kysely';
import type { Batch } from '../journal/batch.ts';
import { rowsOf } from '../landing/rows.ts';
import { createLive, type Live } from '../live/create-live.ts';
import { openDatabase } from '../registry/open-database.ts';
import type { Merchant, Registry } from '../registry/registry.ts';
import { openUsers, type Users } from '../users/open-users.ts';
import type { Role } from '../users/roles.ts';
import type { UserTables } from '../users/user-tables.ts';
import type { ApiContext, ApiEnv, LakeReader } from './context.ts';
import { createApi } from './create-api.ts';

export const ACME = 'aaaaaaaaaaaaaaaa';
export const BOLT = 'bbbbbbbbbbbbbbbb';
export const SESSION = '0123456789abcdef0123456789abcdef';
export const NOW = Date.UTC(2026, 10, 20, 12, 0, 0);

/** A batch of logs, each with the milliseconds since the one before. */
export const batchOf = (
  logs: readonly (readonly [number, Log])[],
  over: Partial<Batch> & { seq?: number; first?: number; type?: number } = {},
): Batch => {
  const { seq = 0, first = 0, type = 1, ...batch } = over;
  const bytes: number[] = [];
  const labels: string[] = [];
  let took = 0;
  for (const [since, log] of logs) {
    encodeLog(bytes, log, since, labels);
    took += since;
  }
  const receivedMs = batch.receivedMs ?? NOW;
  const header = {
    batchSeq: seq,
    firstLogSeq: first,
    baseTimeMs: receivedMs - took,
    sentAfterMs: took,
    transactionType: type,
  };
  return {
    merchant: ACME,
    session: SESSION,
    transaction: 'order_1',
    assurance: 2,
    late: false,
    receivedMs,
    frame: encodeFrame(header, labels, bytes, logs.length),
    ...batch,
  };
};

/** DuckDB in memory, with `logs_all` as the lake has it. */
export const openFixtureLake = async (): Promise<
  LakeReader & { insert(rows: readonly LakeRow[]): Promise<void> }
> => {
  const connection = await (await DuckDBInstance.create(':memory:', { threads: '1' })).connect();
  const columns = LAKE_COLUMNS.map((c) => `"${c.name}" ${c.type}`).join(', ');
  await connection.run(`create table logs_all (${columns}, dt varchar, hour varchar, shard varchar)`);
  const summary = TRANSACTION_COLUMNS.map((c) => `(${c.sql})::${c.type} as "${c.name}"`).join(', ');
  await connection.run(
    `create view transactions as select ${summary}, dt from logs_all group by merchant, "transaction", dt`,
  );
  return {
    async query(sql, params = []) {
      const reader = await connection.runAndReadAll(sql, [...params] as DuckDBValue[]);
      return { rows: reader.getRowObjects() as Record<string, unknown>[] };
    },
    async stream(sql, params = []) {
      const reader = await connection.runAndReadAll(sql, [...params] as DuckDBValue[]);
      const rows = reader.getRows();
      return {
        columns: reader.columnNames().map((name) => ({ name })),
        chunks: (async function* () {
          yield rows as unknown[][];
        })(),
      };
    },
    async exportParquet(sql, name) {
      const path = join(mkdtempSync(join(tmpdir(), 'gander-export-')), name);
      await connection.run(`copy (${sql}) to '${path}' (format parquet)`);
      return path;
    },
    async insert(rows) {
      await connection.run('begin');
      for (const row of rows) {
        const names = Object.keys(row).filter((n) => row[n as keyof LakeRow] !== undefined);
        const dt = new Date(row.event_ts + row.lag_ms).toISOString();
        await connection.run(
          `insert into logs_all (${[...names, 'dt', 'hour', 'shard'].map((n) => `"${n}"`).join(', ')}) values (${names.map(() => '?').join(', ')}, ?, ?, '00')`,
          [...names.map((n) => row[n] as DuckDBValue), dt.slice(0, 10), dt.slice(11, 13)],
        );
      }
      await connection.run('commit');
    },
  };
};

export interface ApiFixture {
  readonly api: Hono<ApiEnv>;
  readonly context: ApiContext;
  readonly live: Live;
  readonly users: Users;
  readonly lake: Awaited<ReturnType<typeof openFixtureLake>>;
  /** Sends a request as the user with this cookie. */
  get(path: string, cookie?: string, headers?: Record<string, string>): Promise<Response>;
  send(method: string, path: string, body: unknown, cookie?: string): Promise<Response>;
  /** Makes a user with these roles and signs them in. */
  signIn(roles: Readonly<Record<string, Role>>): Promise<{ cookie: string; id: string }>;
}

const merchant = (id: string, name: string): Merchant => ({
  id,
  name,
  origins: new Set([`https://${name.toLowerCase()}.example`]),
  createdMs: NOW,
  disabledMs: null,
  quotas: {},
});

/** The world: merchants Acme and Bolt, no users yet. */
export const createApiFixture = async (
  registry: Partial<Registry> = {},
  more: Partial<ApiContext> = {},
): Promise<ApiFixture> => {
  const clock = () => NOW + 60_000;
  const { db, dialect } = await openDatabase({ dataDir: ':memory:' });
  const users = await openUsers({
    db: db as unknown as Kysely<UserTables>,
    dialect,
    secret: 'fixture-fixture-fixture-fixture-1',
    consoleUrl: 'http://localhost:7071',
    clock: Date.now,
  });
  const live = createLive({ clock, boot: 'boot' });
  const lake = await openFixtureLake();
  const merchants = [merchant(ACME, 'Acme'), merchant(BOLT, 'Bolt')];
  const context: ApiContext = {
    users,
    live,
    lake,
    rowsOf,
    collector: 'c1',
    clock,
    registry: {
      merchants: () => merchants,
      merchant: (id: string) => merchants.find((m) => m.id === id),
      ...registry,
    } as Registry,
    ...more,
  };
  const api = new Hono<ApiEnv>().route(
    '/api',
    createApi({ onError: (error) => console.error(error), ...context }),
  );
  const url = (path: string): string => `http://localhost:7071${path}`;
  const send: ApiFixture['send'] = async (method, path, body, cookie = '') =>
    api.request(url(path), {
      method,
      headers: {
        cookie,
        origin: 'http://localhost:7071',
        host: 'localhost:7071',
        'content-type': 'application/json',
      },
      body: JSON.stringify(body),
    });
  return {
    api,
    context,
    live,
    users,
    lake,
    send,
    get: async (path, cookie = '', headers = {}) =>
      api.request(url(path), { headers: { cookie, ...headers } }),
    async signIn(roles) {
      const { id } = await users.createUser({ name: 'User', email: `u${Math.random()}@example.com` });
      for (const [m, role] of Object.entries(roles)) await users.memberships.give(id, m, role);
      const token = new URL(await users.createSignInLink(id, 'http://localhost:7071')).hash.slice(1);
      const answer = await send('POST', '/api/auth/sign-in/link', { token });
      return { id, cookie: answer.headers.getSetCookie()[0]?.split(';')[0] ?? '' };
    },
  };
};
