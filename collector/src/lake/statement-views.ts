import { mkdirSync } from 'node:fs';
import { dirname, join } from 'node:path';
import type { DuckDBConnection } from '@duckdb/node-api';
import { boundsOf, tablesOf } from './bounds-of.ts';
import { type LakeState, type StateReader, shardOfKey, type Wanted } from './lake-state.ts';
import type { LakeParams } from './lake-value.ts';
import { createMerchantShards } from './merchant-shards.ts';
import { doubledSql, doubledTable, mixedPartsSql, templateSql, type ViewOptions, viewSql } from './views.ts';

export interface StatementViewsOptions {
  /** Connection that makes the shared views. */
  readonly setup: DuckDBConnection;
  readonly states: StateReader;
  /** Each statement has views of its own, over what was downloaded for it. */
  readonly remote: boolean;
  /** Folder for the templates. */
  readonly cache: string;
}

/** Makes the lake's views that a statement reads. */
export interface StatementViews {
  /**
   * Before a statement is prepared on a connection: what it names is then there, and up to date.
   * @param whole looks first whether parts were written by several versions: this statement cannot be run again with templates
   */
  show(
    connection: DuckDBConnection,
    sql: string,
    params: LakeParams | undefined,
    whole: boolean,
  ): Promise<void>;
  /** Parts of several versions: from here on, columns that one of them lacks are null there. */
  useTemplates(): Promise<void>;
  haveTemplates(): boolean;
}

/** @example await createStatementViews({ setup, states, remote: false, cache }).show(connection, sql, undefined) */
export const createStatementViews = ({
  setup,
  states,
  remote,
  cache,
}: StatementViewsOptions): StatementViews => {
  const merchantShards = createMerchantShards({
    rows: async (sql) =>
      (await setup.runAndReadAll(sql)).getRowObjectsJS() as Record<string, string | number | null>[],
  });
  /** What the shared views show, and the table of copies that they leave out. */
  let shown: { readonly state: LakeState; readonly doubled: string | undefined } | undefined;
  let tables = 0;
  let templates: Pick<ViewOptions, 'logsTemplate' | 'transactionsTemplate'> = {};
  let refreshing: Promise<void> = Promise.resolve();

  const useTemplates = async (): Promise<void> => {
    // Below the same folders as the parts: DuckDB wants all files to have the same partitions.
    const logsTemplate = join(cache, 'dt=0000-00-00', 'shard=00', 'logs.parquet');
    const transactionsTemplate = join(cache, 'dt=0000-00-00', 'transactions.parquet');
    mkdirSync(dirname(logsTemplate), { recursive: true });
    for (const sql of templateSql(logsTemplate, transactionsTemplate)) await setup.run(sql);
    templates = { logsTemplate, transactionsTemplate };
    shown = undefined;
  };
  /** Looks into the footers of all parts: some milliseconds for a hundred. */
  const checkVersions = async (state: LakeState): Promise<void> => {
    if (templates.logsTemplate !== undefined) return;
    for (const sql of mixedPartsSql(state)) {
      const { currentRowCount } = await setup.runAndReadAll(sql);
      if (currentRowCount > 0) return useTemplates();
    }
  };

  /** Makes the shared views follow the files, all in one step; they are made again only when a file came or went. */
  const refresh = async (whole: boolean): Promise<void> => {
    const state = await states.read();
    if (whole) await checkVersions(state);
    if (state.version === shown?.state.version) return;
    await setup.run('begin transaction');
    try {
      // Another table than before: a statement that has begun goes on reading the old one.
      const doubled = await findDoubled(setup, state, `internal.doubled_${++tables}`);
      for (const { sql } of viewSql(state, { doubled, temporary: false, ...templates })) await setup.run(sql);
      await setup.run('commit');
      shown = { state, doubled };
    } catch (error) {
      await setup.run('rollback').catch(() => {});
      throw error;
    }
    await setup.run(`drop table if exists internal.doubled_${tables - 2}`).catch(() => {});
  };

  /** Views for one statement, in place of the shared ones: over what it is about alone. */
  const showOwn = async (
    connection: DuckDBConnection,
    state: LakeState,
    doubled: string | undefined,
    named: ReadonlySet<string> | undefined,
  ): Promise<void> => {
    for (const { name, sql } of viewSql(state, { doubled, temporary: true, ...templates }))
      if (!named || named.has(name)) await connection.run(sql);
  };

  /** Of a lake of several shards, a statement about some merchants reads the parts of theirs. */
  const narrow = async (
    connection: DuckDBConnection,
    sql: string,
    params: LakeParams | undefined,
  ): Promise<void> => {
    const now = shown;
    if (!now || !/merchant/i.test(sql) || new Set(now.state.parts.map((f) => f.shard)).size < 2) return;
    const { merchants, tables: named } = await wantedBy(connection, sql, params);
    const shards = await merchantShards.of(now.state.merchants, merchants);
    if (!shards) return;
    const mayHold = ({ key }: { readonly key: string }): boolean => shards.has(shardOfKey(key));
    const state = {
      ...now.state,
      parts: now.state.parts.filter(mayHold),
      transactions: now.state.transactions.filter(mayHold),
    };
    // Transactions of days that are not over are made of logs_all.
    const needed = named?.has('transactions') ? new Set([...named, 'logs_all']) : named;
    await showOwn(connection, state, now.doubled, needed);
  };

  return {
    async show(connection, sql, params, whole) {
      if (remote) {
        const wanted = await wantedBy(connection, sql, params);
        // Of what it reads nothing is a view; a view that it describes needs no file, but must be there.
        if (wanted.tables?.size === 0 && !/\bdescribe\b/i.test(sql)) return;
        const state = await states.read(wanted);
        if (whole) await checkVersions(state);
        await showOwn(connection, state, await findDoubled(connection, state, 'doubled'), undefined);
        return;
      }
      const renew = (): Promise<void> => refresh(whole);
      refreshing = refreshing.then(renew, renew);
      await refreshing;
      await narrow(connection, sql, params);
    },
    useTemplates,
    haveTemplates: () => templates.logsTemplate !== undefined,
  };
};

/** Puts the copies that landing holds into a table. @returns its name; undefined where there are none */
const findDoubled = async (
  connection: DuckDBConnection,
  state: LakeState,
  table: string,
): Promise<string | undefined> => {
  const find = doubledSql(state, table);
  if (!find) return;
  for (const sql of [...doubledTable(table), find]) await connection.run(sql);
  const reader = await connection.runAndReadAll(`select count(*)::integer as n from ${table}`);
  return reader.getRowsJS()[0]![0] ? table : undefined;
};

/** What a statement is about; all, where it cannot be told. */
const wantedBy = async (
  connection: DuckDBConnection,
  sql: string,
  params: LakeParams | undefined,
): Promise<Wanted> => {
  const reader = await connection.runAndReadAll('select json_serialize_sql($1::varchar) as tree', [sql]);
  const tree: unknown = JSON.parse(reader.getRowsJS()[0]![0] as string);
  const values = Array.isArray(params)
    ? Object.fromEntries(params.map((v, i) => [i + 1, v]))
    : (params ?? {});
  return { ...boundsOf(tree, values as Record<string, unknown>), tables: tablesOf(tree) };
};
