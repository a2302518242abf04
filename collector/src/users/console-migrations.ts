import { type ColumnDataType, type CreateTableBuilder, type Kysely, sql } from 'kysely';
import type { DatabaseMigration } from '../registry/migrations.ts';
import type { Dialect } from '../registry/open-database.ts';

/** As better-auth's adapter writes them: ISO text and 0 or 1 in SQLite, which has no such types. */
const typesOf = (dialect: Dialect) =>
  dialect === 'postgres'
    ? { date: 'timestamptz' as ColumnDataType, boolean: 'boolean' as ColumnDataType }
    : { date: 'date' as ColumnDataType, boolean: 'integer' as ColumnDataType };

/** The four tables of better-auth, by the names that create-auth.ts gives them; its own migration finds nothing left to do. */
const createAuthTables = async (db: Kysely<unknown>, dialect: Dialect): Promise<void> => {
  const { date, boolean } = typesOf(dialect);
  const table = (name: string): CreateTableBuilder<string, string> =>
    db.schema
      .createTable(name)
      .ifNotExists()
      .addColumn('id', 'text', (c) => c.primaryKey().notNull()) as CreateTableBuilder<string, string>;
  const ofUser = (builder: CreateTableBuilder<string, string>) =>
    builder.addColumn('userId', 'text', (c) =>
      c.notNull().references('console_users.id').onDelete('cascade'),
    );
  const dated = (builder: CreateTableBuilder<string, string>) =>
    builder.addColumn('createdAt', date, (c) => c.notNull()).addColumn('updatedAt', date, (c) => c.notNull());
  await dated(
    table('console_users')
      .addColumn('name', 'text', (c) => c.notNull())
      .addColumn('email', 'text', (c) => c.notNull().unique())
      .addColumn('emailVerified', boolean, (c) => c.notNull())
      .addColumn('image', 'text'),
  ).execute();
  await ofUser(
    dated(
      table('console_sessions')
        .addColumn('expiresAt', date, (c) => c.notNull())
        .addColumn('token', 'text', (c) => c.notNull().unique())
        .addColumn('ipAddress', 'text')
        .addColumn('userAgent', 'text'),
    ),
  ).execute();
  await ofUser(
    dated(
      table('console_accounts')
        .addColumn('accountId', 'text', (c) => c.notNull())
        .addColumn('providerId', 'text', (c) => c.notNull())
        .addColumn('accessToken', 'text')
        .addColumn('refreshToken', 'text')
        .addColumn('idToken', 'text')
        .addColumn('accessTokenExpiresAt', date)
        .addColumn('refreshTokenExpiresAt', date)
        .addColumn('scope', 'text')
        .addColumn('password', 'text'),
    ),
  ).execute();
  await dated(
    table('console_verifications')
      .addColumn('identifier', 'text', (c) => c.notNull())
      .addColumn('value', 'text', (c) => c.notNull())
      .addColumn('expiresAt', date, (c) => c.notNull()),
  ).execute();
  for (const [on, column] of [
    ['console_sessions', 'userId'],
    ['console_accounts', 'userId'],
    ['console_verifications', 'identifier'],
  ] as const) {
    await db.schema.createIndex(`${on}_${column}_idx`).ifNotExists().on(on).column(column).execute();
  }
};

/** Roles, trail of changes, saved filters. */
const createConsoleTables = async (db: Kysely<unknown>): Promise<void> => {
  await db.schema
    .createTable('memberships')
    .ifNotExists()
    .addColumn('user_id', 'varchar(64)', (c) => c.notNull())
    .addColumn('merchant', 'varchar(16)', (c) => c.notNull())
    .addColumn('role', 'varchar(16)', (c) => c.notNull())
    .addColumn('created_ms', 'bigint', (c) => c.notNull())
    .addPrimaryKeyConstraint('memberships_pk', ['user_id', 'merchant'])
    .execute();
  await db.schema
    .createTable('audit')
    .ifNotExists()
    .addColumn('id', 'varchar(32)', (c) => c.primaryKey())
    .addColumn('at_ms', 'bigint', (c) => c.notNull())
    .addColumn('user_id', 'varchar(64)', (c) => c.notNull())
    .addColumn('user_name', 'varchar(200)', (c) => c.notNull())
    .addColumn('merchant', 'varchar(16)', (c) => c.notNull())
    .addColumn('action', 'varchar(40)', (c) => c.notNull())
    .addColumn('target', 'varchar(200)', (c) => c.notNull())
    .addColumn('detail', 'varchar(500)', (c) => c.notNull())
    .execute();
  await db.schema
    .createIndex('audit_by_merchant')
    .ifNotExists()
    .on('audit')
    .columns(['merchant', 'at_ms'])
    .execute();
  await db.schema
    .createTable('saved_filters')
    .ifNotExists()
    .addColumn('id', 'varchar(32)', (c) => c.primaryKey())
    .addColumn('user_id', 'varchar(64)', (c) => c.notNull())
    .addColumn('name', 'varchar(80)', (c) => c.notNull())
    .addColumn('query', 'varchar(2000)', (c) => c.notNull())
    .addColumn('created_ms', 'bigint', (c) => c.notNull())
    .execute();
};

const users: DatabaseMigration = {
  name: '002-users',
  up: async (db, dialect) => {
    await createAuthTables(db as unknown as Kysely<unknown>, dialect);
    await createConsoleTables(db as unknown as Kysely<unknown>);
  },
};

const passkeysAndSharing: DatabaseMigration = {
  name: '004-passkeys',
  up: async (db) => {
    await db.schema
      .createTable('passkeys')
      .addColumn('id', 'text', (c) => c.primaryKey())
      .addColumn('user_id', 'varchar(64)', (c) => c.notNull())
      .addColumn('name', 'varchar(80)', (c) => c.notNull())
      .addColumn('public_key', 'text', (c) => c.notNull())
      .addColumn('counter', 'bigint', (c) => c.notNull())
      .addColumn('transports', 'text', (c) => c.notNull())
      .addColumn('created_ms', 'bigint', (c) => c.notNull())
      .addColumn('used_ms', 'bigint')
      .execute();
    await db.schema.createIndex('passkeys_by_user').on('passkeys').column('user_id').execute();
    await db.schema.alterTable('saved_filters').addColumn('merchant', 'varchar(16)').execute();
    // An invitation names its address on an owner's word: those made before count as such.
    await sql`update console_users set "emailVerified" = true where email not like '%.invalid'`.execute(db);
  },
};

/** What rate-limiter-flexible counts in, with the columns that it wants. */
const signInTries: DatabaseMigration = {
  name: '005-sign-in-tries',
  up: async (db) => {
    await db.schema
      .createTable('sign_in_tries')
      .addColumn('key', 'varchar(255)', (c) => c.primaryKey())
      .addColumn('points', 'integer', (c) => c.notNull())
      .addColumn('expire', 'bigint')
      .execute();
  },
};

/** Invitations wait for their person; who had no role any more when this came has nothing left to sign in with. */
const invitations: DatabaseMigration = {
  name: '007-invitations',
  up: async (db) => {
    await db.schema
      .alterTable('memberships')
      .addColumn('pending', 'integer', (c) => c.notNull().defaultTo(0))
      .execute();
    for (const [table, user] of [
      ['console_accounts', '"userId"'],
      ['console_sessions', '"userId"'],
      ['passkeys', 'user_id'],
    ] as const) {
      await sql`delete from ${sql.table(table)} where ${sql.raw(user)} not in (select user_id from memberships)`.execute(
        db,
      );
    }
  },
};

/** The console's steps, in order. */
export const consoleMigrations = [users, passkeysAndSharing, signInTries, invitations] as const;
