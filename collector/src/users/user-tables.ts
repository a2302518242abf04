import type { Kysely } from 'kysely';

/**
 * The console's own tables, beside the four that better-auth keeps (`console_users`, `console_sessions`, `console_accounts`,
 * `console_verifications`). Times are ms since 1970.
 */
export interface UserTables {
  /** Who may do what: `merchant` is an id, or `*` for all of them. */
  memberships: { user_id: string; merchant: string; role: string; created_ms: number };
  /** Who changed what. `merchant` is `*` for what concerns the installation. Nothing secret stands in `detail`. */
  audit: {
    id: string;
    at_ms: number;
    user_id: string;
    user_name: string;
    merchant: string;
    action: string;
    target: string;
    detail: string;
  };
  saved_filters: { id: string; user_id: string; name: string; query: string; created_ms: number };
  console_users: { id: string; name: string; email: string };
  console_accounts: { id: string; userId: string; providerId: string; password: string | null };
}

/** Makes the console's tables where they are missing; the same statements for SQLite and PostgreSQL. */
export const createUserTables = async (db: Kysely<UserTables>): Promise<void> => {
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
