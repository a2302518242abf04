import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { type Kysely, sql } from 'kysely';
import { DATABASE_FILE, openDatabase } from './open-database.ts';

/** Rows of one statement: PostgreSQL takes at most 65,535 parameters, and no table has a hundred columns. */
const ROWS = 500;
/** Tables that others refer to, in the order in which they are filled. */
const FIRST = ['merchants', 'console_users'];

/** The database that is moved to has something in it already. */
export class DatabaseNotEmptyError extends Error {
  override readonly name = 'DatabaseNotEmptyError';
}

/** The data folder has no database: it is another one, or nothing ever ran on it. */
export class NoDatabaseError extends Error {
  override readonly name = 'NoDatabaseError';
}

export interface MoveDatabaseOptions {
  /** Folder of `gander.sqlite`. Nothing may be running on it; it is left as it is. */
  readonly dataDir: string;
  /** `postgres://…` of an empty database, or of one that only its schema was made in. */
  readonly to: string;
}

/**
 * Copies merchants, keys, users, the trail of changes and all else from SQLite to PostgreSQL, all or nothing. The root key is not in
 * the database: what is moved needs the same one.
 * @returns rows of each table
 * @throws DatabaseNotEmptyError
 * @throws NoDatabaseError
 * @example await moveDatabase({ dataDir: '.gander', to: 'postgres://gander@db.example/gander' }); // { merchants: 1, … }
 */
export const moveDatabase = async ({ dataDir, to }: MoveDatabaseOptions): Promise<Record<string, number>> => {
  if (!existsSync(join(dataDir, DATABASE_FILE)))
    throw new NoDatabaseError(`${dataDir} has no ${DATABASE_FILE}`);
  const from = await openDatabase({ dataDir });
  try {
    const target = await openDatabase({ url: to, dataDir });
    try {
      // Both have run the same migrations: the same tables with the same columns.
      const db = target.db as unknown as Kysely<Tables>;
      return await db.transaction().execute((trx) => copyTables(from.db as unknown as Kysely<Tables>, trx));
    } finally {
      await target.close();
    }
  } finally {
    await from.close();
  }
};

type Row = Record<string, unknown>;
type Tables = Record<string, Row>;

const copyTables = async (from: Kysely<Tables>, to: Kysely<Tables>): Promise<Record<string, number>> => {
  const tables = (await to.introspection.getTables()).filter((t) => !t.isView);
  const names = tables.map((t) => t.name).sort((a, b) => placeOf(a) - placeOf(b) || (a < b ? -1 : 1));
  for (const name of FIRST) {
    const { n } = (await to
      .selectFrom(name)
      .select((e) => e.fn.countAll<number>().as('n'))
      .executeTakeFirstOrThrow()) as { n: number };
    if (n > 0) throw new DatabaseNotEmptyError(`the table ${name} has rows`);
  }
  // The one row that migrations make.
  await to.deleteFrom('registry_version').execute();
  const moved: Record<string, number> = {};
  for (const name of names) {
    const flags = new Set(
      tables
        .find((t) => t.name === name)!
        .columns.filter((c) => c.dataType === 'bool')
        .map((c) => c.name),
    );
    const rows = await from.selectFrom(name).selectAll().execute();
    for (let i = 0; i < rows.length; i += ROWS) {
      const part = rows.slice(i, i + ROWS).map((row) => withFlags(row, flags));
      await to.insertInto(name).values(part).execute();
    }
    const { n } = (await sql<{ n: number }>`select count(*) as n from ${sql.table(name)}`.execute(to))
      .rows[0]!;
    if (n !== rows.length) throw new Error(`${name}: ${n} rows of ${rows.length}`);
    moved[name] = rows.length;
  }
  return moved;
};

const placeOf = (name: string): number => {
  const place = FIRST.indexOf(name);
  return place < 0 ? FIRST.length : place;
};

/** SQLite keeps yes and no as 1 and 0. */
const withFlags = (row: Row, flags: ReadonlySet<string>): Row =>
  Object.fromEntries(
    Object.entries(row).map(([name, value]) => [
      name,
      flags.has(name) && value !== null ? Boolean(value) : value,
    ]),
  );
