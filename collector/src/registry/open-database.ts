import { mkdirSync } from 'node:fs';
import { dirname } from 'node:path';
import { Kysely, Migrator, SqliteDialect } from 'kysely';
import Database from 'libsql';
import { MIGRATIONS } from './migrations.ts';
import type { RegistryTables } from './tables.ts';

/** An open database and its raw connection's change counter. */
export interface OpenDatabase {
  readonly db: Kysely<RegistryTables>;
  /** Changes whenever another connection or process has committed (https://sqlite.org/pragma.html#pragma_data_version). */
  dataVersion(): number;
  close(): Promise<void>;
}

/**
 * Opens (and makes, and migrates) the SQLite database of merchants, keys, console users and audit.
 * @param path file; `:memory:` for tests
 */
export const openDatabase = async (path: string): Promise<OpenDatabase> => {
  if (path !== ':memory:') mkdirSync(dirname(path), { recursive: true });
  const raw = new Database(path, { timeout: 5_000 });
  raw.exec('PRAGMA journal_mode=WAL');
  raw.exec('PRAGMA synchronous=FULL');
  raw.exec('PRAGMA foreign_keys=ON');
  const db = new Kysely<RegistryTables>({ dialect: new SqliteDialect({ database: raw }) });
  const migrator = new Migrator({
    db,
    provider: { getMigrations: async () => Object.fromEntries(MIGRATIONS.map((m) => [m.name, m])) },
  });
  const { error } = await migrator.migrateToLatest();
  if (error) throw error;
  const version = raw.prepare('PRAGMA data_version');
  return {
    db,
    dataVersion: () => (version.get() as { data_version: number }).data_version,
    close: () => db.destroy(),
  };
};
