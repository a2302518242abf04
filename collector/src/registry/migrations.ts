import type { Kysely } from 'kysely';
import type { RegistryTables } from './tables.ts';

/** One step of the database's schema. Steps are append-only; each runs once, in a transaction, in order. */
export interface DatabaseMigration {
  readonly name: string;
  up(db: Kysely<RegistryTables>): Promise<void>;
}

const registryTables: DatabaseMigration = {
  name: '001-registry',
  up: async (db) => {
    await db.schema
      .createTable('merchants')
      .addColumn('id', 'text', (c) => c.primaryKey())
      .addColumn('name', 'text', (c) => c.notNull())
      .addColumn('created_ms', 'bigint', (c) => c.notNull())
      .addColumn('disabled_ms', 'bigint')
      .execute();
    await db.schema
      .createTable('origins')
      .addColumn('merchant', 'text', (c) => c.notNull().references('merchants.id'))
      .addColumn('origin', 'text', (c) => c.notNull())
      .addColumn('created_ms', 'bigint', (c) => c.notNull())
      .addPrimaryKeyConstraint('origins_pk', ['merchant', 'origin'])
      .execute();
    await db.schema
      .createTable('site_keys')
      .addColumn('key', 'text', (c) => c.primaryKey())
      .addColumn('merchant', 'text', (c) => c.notNull().references('merchants.id'))
      .addColumn('created_ms', 'bigint', (c) => c.notNull())
      .addColumn('revoked_ms', 'bigint')
      .execute();
    await db.schema
      .createTable('secret_keys')
      .addColumn('key_id', 'text', (c) => c.primaryKey())
      .addColumn('merchant', 'text', (c) => c.notNull().references('merchants.id'))
      .addColumn('created_ms', 'bigint', (c) => c.notNull())
      .addColumn('revoked_ms', 'bigint')
      .execute();
  },
};

/** All steps, in order. A part with tables of its own appends its steps here. */
export const MIGRATIONS: readonly DatabaseMigration[] = [registryTables];
