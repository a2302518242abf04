import { type Kysely, sql } from 'kysely';
import { consoleMigrations } from '../users/console-migrations.ts';
import type { Dialect } from './open-database.ts';
import type { RegistryTables } from './tables.ts';

/** One step of the database's schema. Steps are append-only; each runs once, in a transaction, in order, on either database. */
export interface DatabaseMigration {
  readonly name: string;
  up(db: Kysely<RegistryTables>, dialect: Dialect): Promise<void>;
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

/** Quotas, and the count of changes by which other processes see that something changed. */
const quotasAndVersion: DatabaseMigration = {
  name: '003-quotas',
  up: async (db) => {
    await db.schema
      .createTable('quotas')
      .addColumn('merchant', 'text', (c) => c.notNull().references('merchants.id'))
      .addColumn('name', 'text', (c) => c.notNull())
      .addColumn('per_second', 'bigint', (c) => c.notNull())
      .addPrimaryKeyConstraint('quotas_pk', ['merchant', 'name'])
      .execute();
    await db.schema
      .createTable('registry_version')
      .addColumn('version', 'bigint', (c) => c.notNull())
      .execute();
    await sql`insert into registry_version (version) values (1)`.execute(db);
  },
};

/** What came and was not stored, by merchant and hour (delivery-counts.ts). */
const deliveryCounts: DatabaseMigration = {
  name: '006-delivery-counts',
  up: async (db) => {
    await db.schema
      .createTable('delivery_counts')
      .addColumn('merchant', 'varchar(16)', (c) => c.notNull())
      .addColumn('hour_ms', 'bigint', (c) => c.notNull())
      .addColumn('fate', 'varchar(40)', (c) => c.notNull())
      .addColumn('n', 'bigint', (c) => c.notNull())
      .addPrimaryKeyConstraint('delivery_counts_pk', ['merchant', 'hour_ms', 'fate'])
      .execute();
  },
};

/** All steps, in order. */
export const MIGRATIONS: readonly DatabaseMigration[] = [
  registryTables,
  consoleMigrations[0],
  quotasAndVersion,
  ...consoleMigrations.slice(1),
  deliveryCounts,
];
