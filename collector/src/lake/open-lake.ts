import { mkdirSync } from 'node:fs';
import { dirname, join, resolve } from 'node:path';
import {
  type DuckDBConnection,
  DuckDBInstance,
  type DuckDBPreparedStatement,
  StatementType,
} from '@duckdb/node-api';
import { DIMENSIONS, LAKE_COLUMNS, PARTITION_COLUMNS } from '@gander/log-codes';
import { boundsOf, type DayBounds } from './bounds-of.ts';
import { dimensionSql } from './dimension-sql.ts';
import { createHandover } from './handover.ts';
import { createKnownSources } from './known-sources.ts';
import { createStateReader, type LakeState } from './lake-state.ts';
import type { LakeStore } from './lake-store.ts';
import { columnsOf, type LakeColumnInfo, type LakeValue, toObject, toValue } from './lake-value.ts';
import { createFileLister } from './list-files.ts';
import { createLocalStore } from './local-store.ts';
import { explainError, QueryError } from './query-error.ts';
import { literal } from './sql-text.ts';
import {
  doubledSql,
  doubledTable,
  LAKE_TABLES,
  OTHER_COLUMNS,
  templateSql,
  type ViewOptions,
  viewSql,
} from './views.ts';

export interface LakeOptions {
  /** Folder of landing and lake. */
  readonly dataDir: string;
  /** Most memory a query may use, as DuckDB writes it; it spills to disk beyond. Default 1 GB. */
  readonly memoryLimit?: string;
  /** Threads of a query; default one for each core. */
  readonly threads?: number;
  /** Where the files are; default the data folder itself. Its snapshots must lie in the data folder's `cache`. */
  readonly store?: LakeStore;
  /** The store is not this machine's disk: only the days a statement is about are made ready to be read. */
  readonly remote?: boolean;
}

/** Values for the `$1` or `$name` of a statement. */
export type LakeParams =
  | readonly (string | number | boolean | null)[]
  | Readonly<Record<string, string | number | boolean | null>>;

export interface LakeResult {
  readonly columns: readonly LakeColumnInfo[];
  readonly rows: Record<string, LakeValue>[];
}

/** SQL over landing and lake, in process. */
export interface Lake {
  /**
   * Runs one SELECT. Reads nothing but the lake and writes nothing.
   * @throws QueryError with a message that says what to do
   * @example await lake.query('select code, count(*) as n from logs where merchant = $1 group by code', [merchant])
   */
  query(sql: string, params?: LakeParams): Promise<LakeResult>;
  /** The same, handing over rows as they come; for results that do not fit into memory. */
  stream(
    sql: string,
    params?: LakeParams,
  ): Promise<{ columns: readonly LakeColumnInfo[]; chunks: AsyncIterable<LakeValue[][]> }>;
  /** Writes the result as a Parquet file below the lake's cache folder. @returns its path; the caller moves it */
  exportParquet(sql: string, name: string): Promise<string>;
  /** Share of the running query that is done, 0 to 1; undefined when none runs or it cannot tell. */
  progress(): number | undefined;
  close(): void;
}

const NAMES = [
  ...LAKE_COLUMNS.map((c) => c.name),
  ...PARTITION_COLUMNS.map((c) => c.name),
  ...OTHER_COLUMNS,
  ...DIMENSIONS.flatMap((d) => [d.name, ...d.columns.map((c) => c.name)]),
  ...LAKE_TABLES.map((t) => t.name),
];

/**
 * Opens the lake of a data folder. An empty or missing folder is an empty lake.
 * @example const lake = await openLake({ dataDir: '.gander' }); await lake.query('select count(*) as n from logs_all'); lake.close();
 */
export const openLake = async (options: LakeOptions): Promise<Lake> => {
  const dataDir = resolve(options.dataDir);
  const cache = join(dataDir, 'cache', 'duckdb');
  mkdirSync(cache, { recursive: true });
  const instance = await DuckDBInstance.create(':memory:');
  const running = new Set<DuckDBConnection>();
  const pending = new Set<Promise<unknown>>();
  const setup = await instance.connect();
  const allowed = ['landing', 'lake', 'dead-letter', 'cache'].map((zone) =>
    literal(`${join(dataDir, zone)}/`),
  );
  for (const sql of [
    `set memory_limit = ${literal(options.memoryLimit ?? '1GB')}`,
    `set temp_directory = ${literal(cache)}`,
    ...(options.threads ? [`set threads = ${options.threads}`] : []),
    // Rows of a result come in the order the statement asks for, or in any.
    'set preserve_insertion_order = false',
    `set allowed_directories = [${allowed.join(', ')}]`,
    'set enable_external_access = false',
    ...DIMENSIONS.flatMap(dimensionSql),
    'set lock_configuration = true',
  ]) {
    await setup.run(sql);
  }

  const local = createLocalStore(dataDir);
  const store = options.store ?? local;
  // A remote lake downloads what a statement is about, so each statement has views of its own.
  const remote = options.remote ?? false;
  const lister = createFileLister('.ndjson.gz');
  const rowsOn = (connection: DuckDBConnection) => async (sql: string) =>
    (await connection.runAndReadAll(sql)).getRowObjectsJS() as Record<string, string | number | null>[];
  const states = createStateReader({
    store,
    ...createKnownSources(join(cache, 'sources.json')),
    duck: { rows: rowsOn(setup) },
    listObjects: remote
      ? (prefix) => store.list(prefix)
      : async (prefix) =>
          lister.list(join(dataDir, prefix)).map((path) => ({ key: `${prefix}/${path}`, version: '' })),
  });
  let shown = '';
  let templates: Pick<ViewOptions, 'logsTemplate' | 'transactionsTemplate'> = {};
  /** Parts of several versions: from here on, columns that one of them lacks are null there. */
  const useTemplates = async (): Promise<void> => {
    // Below the same folders as the parts: DuckDB wants all files to have the same partitions.
    const logsTemplate = join(cache, 'dt=0000-00-00', 'shard=00', 'logs.parquet');
    const transactionsTemplate = join(cache, 'dt=0000-00-00', 'transactions.parquet');
    mkdirSync(dirname(logsTemplate), { recursive: true });
    for (const sql of templateSql(logsTemplate, transactionsTemplate)) await setup.run(sql);
    templates = { logsTemplate, transactionsTemplate };
    shown = '';
  };
  /** Makes the views of a state on a connection. */
  const show = async (connection: DuckDBConnection, state: LakeState): Promise<void> => {
    await connection.run(doubledTable(remote));
    await connection.run('delete from doubled');
    const find = doubledSql(state);
    if (find) await connection.run(find);
    const [count] = await rowsOn(connection)('select count(*)::integer as n from doubled');
    const views: ViewOptions = { doubled: count!.n !== 0, temporary: remote, ...templates };
    for (const sql of viewSql(state, views)) await connection.run(sql);
  };
  /** Makes the shared views follow the files; they are made again only when a file came or went. */
  const refresh = async (): Promise<void> => {
    const state = await states.read();
    if (state.version === shown) return;
    await show(setup, state);
    shown = state.version;
  };
  let refreshing: Promise<void> = Promise.resolve();

  /** Runs `use` with the statement prepared, on a connection of its own. */
  const withStatement = <T>(
    sql: string,
    params: LakeParams | undefined,
    use: (statement: DuckDBPreparedStatement, connection: DuckDBConnection) => Promise<T>,
  ): Promise<T> => {
    const work = runStatement(sql, params, use).catch(async (error: unknown) => {
      if (templates.logsTemplate || !(error instanceof MixedPartsError)) throw error;
      await useTemplates();
      return runStatement(sql, params, use);
    });
    const settled = work.catch(() => {}).finally(() => pending.delete(settled));
    pending.add(settled);
    return work;
  };
  const runStatement = async <T>(
    sql: string,
    params: LakeParams | undefined,
    use: (statement: DuckDBPreparedStatement, connection: DuckDBConnection) => Promise<T>,
  ): Promise<T> => {
    const connection = await instance.connect();
    running.add(connection);
    try {
      if (!remote) {
        refreshing = refreshing.then(refresh, refresh);
        await refreshing;
      }
      if (remote) await show(connection, await states.read(await boundsIn(connection, sql)));
      const statement = await prepareSelect(connection, sql);
      if (params) statement.bind(Array.isArray(params) ? [...params] : { ...(params as object) });
      return await use(statement, connection);
    } catch (error) {
      if (error instanceof QueryError) throw error;
      const { message } = error as Error;
      if (!templates.logsTemplate && MIXED_PARTS.test(message)) throw new MixedPartsError(message);
      throw explainError(message, NAMES);
    } finally {
      running.delete(connection);
      connection.closeSync();
    }
  };

  return {
    query: (sql, params) =>
      withStatement(sql, params, async (statement) => {
        const reader = await statement.runAndReadAll();
        const columns = columnsOf(reader);
        return { columns, rows: reader.getRowsJS().map((row) => toObject(columns, row)) };
      }),
    stream: (sql, params) =>
      new Promise((resolveHead, rejectHead) => {
        const chunks = createHandover<LakeValue[][]>();
        withStatement(sql, params, async (statement) => {
          const result = await statement.stream();
          resolveHead({ columns: columnsOf(result), chunks });
          for await (const rows of result.yieldRowsJs()) {
            if (!(await chunks.push(rows.map((row) => row.map(toValue))))) break;
          }
          chunks.end();
        }).catch((error: unknown) => {
          rejectHead(error);
          chunks.fail(error);
        });
      }),
    exportParquet: (sql, name) =>
      withStatement(sql, undefined, async (_, connection) => {
        const path = join(cache, name);
        await connection.run(
          `copy (${sql.replace(/;\s*$/, '')}\n) to ${literal(path)} (format parquet, compression zstd)`,
        );
        return path;
      }),
    progress() {
      for (const connection of running) {
        const { percentage } = connection.progress;
        if (percentage >= 0) return percentage / 100;
      }
      return;
    },
    close() {
      for (const connection of running) connection.interrupt();
      // Not under the feet of a statement that is still ending.
      void Promise.allSettled(pending).then(() => {
        setup.closeSync();
        instance.closeSync();
      });
    },
  };
};

/** What DuckDB says when the first part has a column that another lacks, or lacks one that this version asks for. */
const MIXED_PARTS =
  /union_by_name|^Binder Error: Referenced column "[a-z0-9_]+" not found in FROM clause!.*read_parquet/s;

/** Parts of several versions were met without a template. */
class MixedPartsError extends Error {
  override readonly name = 'MixedPartsError';
}

/** The days a statement is about; all, where it cannot be told. */
const boundsIn = async (connection: DuckDBConnection, sql: string): Promise<DayBounds> => {
  const reader = await connection.runAndReadAll('select json_serialize_sql($1::varchar) as tree', [sql]);
  return boundsOf(JSON.parse(reader.getRowsJS()[0]![0] as string));
};

/** One SELECT, or EXPLAIN of one; everything else could change the lake. */
const prepareSelect = async (connection: DuckDBConnection, sql: string): Promise<DuckDBPreparedStatement> => {
  const statements = await connection.extractStatements(sql);
  if (statements.count !== 1) throw new QueryError('refused', 'One statement at a time, please.');
  const statement = await statements.prepare(0);
  // EXPLAIN ANALYZE runs what it explains, be it a COPY.
  const reads =
    statement.statementType === StatementType.SELECT ||
    (statement.statementType === StatementType.EXPLAIN && !/\banaly[sz]e\b/i.test(sql));
  if (!reads)
    throw new QueryError(
      'refused',
      'Only SELECT (also WITH, DESCRIBE, SUMMARIZE, EXPLAIN): the lake is read-only.',
    );
  return statement;
};
