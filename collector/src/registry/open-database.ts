import { chmodSync, closeSync, mkdirSync, openSync } from 'node:fs';
import { dirname, join } from 'node:path';
import {
  CompiledQuery,
  type DatabaseConnection,
  Kysely,
  type MigrationProvider,
  Migrator,
  PostgresDialect,
  SqliteAdapter,
  SqliteDialect,
  type SqliteDialectConfig,
  SqliteDriver,
  type TransactionSettings,
} from 'kysely';
import Database from 'libsql';
import pg from 'pg';
import { MIGRATIONS } from './migrations.ts';
import type { RegistryTables } from './tables.ts';

/** The two databases that everything runs on, with the same queries and migrations. */
export type Dialect = 'sqlite' | 'postgres';

/** An open, migrated database. */
export interface OpenDatabase {
  readonly db: Kysely<RegistryTables>;
  readonly dialect: Dialect;
  close(): Promise<void>;
}

export interface OpenDatabaseOptions {
  /** `postgres://…`; without it, SQLite. */
  readonly url?: string | undefined;
  /** Folder of `gander.sqlite`; `:memory:` for tests. */
  readonly dataDir: string;
  /** Told of connections that broke while nobody used them. */
  readonly onError?: (error: Error) => void;
}

/** The SQLite file in the data folder. */
export const DATABASE_FILE = 'gander.sqlite';

/** An answer of PostgreSQL that takes longer is none, ms. */
const ANSWER_MS = 10_000;
const CONNECTIONS = 10;
/** Type of 64-bit integers in PostgreSQL's catalogue (pg_type.dat): times and counts, all far below 2^53. */
const INT8 = 20;

/**
 * Opens the database of merchants, keys, console users and audit, and brings its schema up to date. Processes that start at the same
 * time migrate one after another.
 * @throws Error when it cannot be reached or migrated
 */
export const openDatabase = async (options: OpenDatabaseOptions): Promise<OpenDatabase> => {
  const dialect: Dialect = options.url ? 'postgres' : 'sqlite';
  const db = options.url ? openPostgres(options.url, options.onError) : openSqlite(options.dataDir);
  const provider: MigrationProvider = {
    getMigrations: async () =>
      Object.fromEntries(MIGRATIONS.map((m) => [m.name, { up: (d) => m.up(d, dialect) }])),
  };
  const { error } = await new Migrator({ db, provider }).migrateToLatest();
  if (error) {
    await db.destroy();
    throw error;
  }
  return { db, dialect, close: () => db.destroy() };
};

const openSqlite = (dataDir: string): Kysely<RegistryTables> => {
  const path = dataDir === ':memory:' ? dataDir : join(dataDir, DATABASE_FILE);
  if (path !== ':memory:') keepToOwner(path);
  const database = new Database(path, { timeout: 5_000 });
  database.exec('PRAGMA journal_mode=WAL');
  database.exec('PRAGMA synchronous=FULL');
  database.exec('PRAGMA foreign_keys=ON');
  return new Kysely<RegistryTables>({ dialect: new ImmediateSqliteDialect({ database }) });
};

/**
 * Sessions and password hashes are in it: no other user of the machine reads it, whatever the umask, and also one that was made before.
 * SQLite gives the files beside it the same rights (https://sqlite.org/src/file/src/os_unix.c, findCreateFileMode).
 */
const keepToOwner = (path: string): void => {
  mkdirSync(dirname(path), { recursive: true, mode: 0o700 });
  closeSync(openSync(path, 'a', 0o600));
  for (const file of [path, `${path}-wal`, `${path}-shm`]) {
    try {
      chmodSync(file, 0o600);
    } catch {
      // It is not there, or belongs to somebody who let us in on purpose.
    }
  }
};

/**
 * Takes the lock when a transaction begins. Otherwise one that reads before it writes fails when another process wrote in between, and
 * does not wait (https://sqlite.org/isolation.html): two processes could not migrate at the same time.
 */
class ImmediateSqliteDriver extends SqliteDriver {
  override async beginTransaction(connection: DatabaseConnection, settings?: TransactionSettings) {
    const begin = settings?.accessMode === 'read only' ? 'begin' : 'begin immediate';
    await connection.executeQuery(CompiledQuery.raw(begin));
  }
}

/**
 * SQLite can take back changes of a schema (https://sqlite.org/lang_transaction.html), which Kysely does not count on. So all steps are one
 * transaction: the next process waits for it, and one that is killed in between leaves nothing half made.
 */
class TransactionalSqliteAdapter extends SqliteAdapter {
  override get supportsTransactionalDdl() {
    return true;
  }
}

class ImmediateSqliteDialect extends SqliteDialect {
  readonly #config: SqliteDialectConfig;
  constructor(config: SqliteDialectConfig) {
    super(config);
    this.#config = config;
  }
  override createDriver() {
    return new ImmediateSqliteDriver(this.#config);
  }
  override createAdapter() {
    return new TransactionalSqliteAdapter();
  }
}

const openPostgres = (url: string, onError?: (error: Error) => void): Kysely<RegistryTables> => {
  const pool = new pg.Pool({
    connectionString: url,
    max: CONNECTIONS,
    connectionTimeoutMillis: ANSWER_MS,
    query_timeout: ANSWER_MS,
    statement_timeout: ANSWER_MS,
    idleTimeoutMillis: 60_000,
    application_name: 'gander',
    types: {
      getTypeParser: ((type: number, format: 'text') =>
        type === INT8 ? Number : pg.types.getTypeParser(type, format)) as typeof pg.types.getTypeParser,
    },
  });
  // Without a listener, a connection that breaks while it is idle would end the process. The next query opens another.
  pool.on('error', (error) => onError?.(error));
  // The same between two statements of a transaction, which then fails by its next one.
  pool.on('connect', (client) => client.on('error', () => {}));
  return new Kysely<RegistryTables>({ dialect: new PostgresDialect({ pool }) });
};
