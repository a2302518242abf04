/** For tests that run on every database: SQLite in a folder of the test, and a real PostgreSQL. */
import pg from 'pg';
import { afterAll, beforeAll, describe, it } from 'vitest';
import {
  ensurePostgres,
  type PostgresServer,
  startPostgres,
} from '../../../scripts/setup/postgres-server.mjs';

/** A database that tests may empty, and make go away. */
export interface TestDatabase {
  readonly name: 'SQLite' | 'PostgreSQL';
  /** What to give as `databaseUrl`: undefined for SQLite in the data folder. */
  url(): string | undefined;
  /** Removes all that is in it. SQLite's is empty by the test's own new folder. */
  empty(): Promise<void>;
  /** An outage of the server; absent where there is no server. */
  readonly outage?: { begin(): Promise<void>; end(): Promise<void> };
}

const missing = await ensurePostgres();
if (missing && process.env.CI) throw new Error(missing);

/**
 * Runs the same tests on each database. Where PostgreSQL is not there and cannot be installed, its tests are skipped, and counted as such.
 * @param tests describes tests; they take the address when they run, not before
 */
export const describeEachDatabase = (name: string, tests: (database: TestDatabase) => void): void => {
  describe(`${name} on SQLite`, () => tests({ name: 'SQLite', url: () => undefined, empty: async () => {} }));
  if (missing) it(`${name} on PostgreSQL`, (context) => context.skip(missing));
  describe.skipIf(missing)(`${name} on PostgreSQL`, () => {
    let server: PostgresServer;
    beforeAll(async () => {
      server = await startPostgres();
    });
    afterAll(() => server?.close());
    tests({
      name: 'PostgreSQL',
      url: () => server.url,
      empty: async () => {
        const client = new pg.Client(server.url);
        await client.connect();
        await client.query('drop schema public cascade; create schema public');
        await client.end();
      },
      outage: { begin: () => server.stop(), end: () => server.start() },
    });
  });
};
