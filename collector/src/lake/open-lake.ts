import { mkdirSync } from 'node:fs';
import { join, resolve } from 'node:path';
import {
  type DuckDBConnection,
  DuckDBInstance,
  type DuckDBPreparedStatement,
  ResultReturnType,
  StatementType,
} from '@duckdb/node-api';
import { DIMENSIONS, LAKE_COLUMNS, PARTITION_COLUMNS } from '@gander/log-codes';
import { dimensionSql } from './dimension-sql.ts';
import { createHandover } from './handover.ts';
import { createKnownSources } from './known-sources.ts';
import { createStateReader, type LakeState } from './lake-state.ts';
import type { LakeStore } from './lake-store.ts';
import {
  columnsOf,
  type LakeColumnInfo,
  type LakeParams,
  type LakeValue,
  toObject,
  toValue,
} from './lake-value.ts';
import { createObjectLister } from './list-objects.ts';
import { createLocalStore } from './local-store.ts';
import { digestOf } from './part-source.ts';
import { explainError, QueryError } from './query-error.ts';
import { createRemoteDays } from './remote-days.ts';
import { literal } from './sql-text.ts';
import { createStatementViews } from './statement-views.ts';
import { trimCache } from './trim-cache.ts';
import { LAKE_TABLES, OTHER_COLUMNS } from './views.ts';

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
  /** Wall clock, ms since 1970. */
  readonly now?: () => number;
}

export interface QueryOptions {
  /** Stops the statement: nobody waits for its answer any more. */
  readonly signal?: AbortSignal;
}

export interface LakeResult {
  readonly columns: readonly LakeColumnInfo[];
  readonly rows: Record<string, LakeValue>[];
}

/** One receive day of the lake. */
export interface LakeDay {
  readonly dt: string;
  /** Changes when its parts do. */
  readonly version: string;
  /** All that has landed of it is in its parts. */
  readonly settled: boolean;
}

/** SQL over landing and lake, in process. */
export interface Lake {
  /**
   * Runs one SELECT. Reads nothing but the lake and writes nothing.
   * @throws QueryError with a message that says what to do
   * @example await lake.query('select code, count(*) as n from logs where merchant = $1 group by code', [merchant])
   */
  query(sql: string, params?: LakeParams, options?: QueryOptions): Promise<LakeResult>;
  /**
   * The same, handing over rows as they come; for results that do not fit into memory. Who does not read them to their end says `close`,
   * or the statement's memory stays taken. A statement that fails when some rows have been handed over makes the next one throw.
   */
  stream(
    sql: string,
    params?: LakeParams,
  ): Promise<{
    columns: readonly LakeColumnInfo[];
    chunks: AsyncIterable<LakeValue[][]>;
    close(): void;
  }>;
  /** Writes the result as a Parquet file below the lake's cache folder. @returns its path; the caller moves it */
  exportParquet(sql: string, name: string): Promise<string>;
  /** Receive days that have logs, the oldest first; of a remote lake also some that have none. */
  days(): Promise<readonly LakeDay[]>;
  /** Days are fetched when a statement is about them. */
  readonly remote: boolean;
  /** Folder of {@link Lake.exportParquet}: what is there can be made again, and statements may read it. */
  readonly cacheDir: string;
  /** `transactions` holds all that has landed: that of days that are not wholly compacted is made from their logs. */
  readonly indexesLanding: true;
  /** Share of the running query that is done, 0 to 1; undefined when none runs or it cannot tell. */
  progress(): number | undefined;
  close(): void;
}

/** How often a reader of a bucket looks after its downloads, ms: not every machine that reads one looks after it. */
const TRIM_MS = 3_600_000;

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
    // Footers of parts stay parsed: a question about one transaction then looks at the row groups of a year without opening a file.
    'set parquet_metadata_cache = true',
    ...DIMENSIONS.flatMap(dimensionSql),
    'set lock_configuration = true',
  ]) {
    await setup.run(sql);
  }

  const local = createLocalStore(dataDir);
  const store = options.store ?? local;
  // A remote lake downloads what a statement is about, so each statement has views of its own.
  const remote = options.remote ?? false;
  const rowsOn = (connection: DuckDBConnection) => async (sql: string) =>
    (await connection.runAndReadAll(sql)).getRowObjectsJS() as Record<string, string | number | null>[];
  const states = createStateReader({
    store,
    ...createKnownSources(join(cache, 'sources.json')),
    duck: { rows: rowsOn(setup) },
    listObjects: remote ? (prefix) => store.list(prefix) : createObjectLister(dataDir),
  });
  const views = createStatementViews({ setup, states, remote, cache });
  const now = options.now ?? Date.now;
  let trimmedMs = 0;
  const trim = (): void => {
    if (!remote || now() - trimmedMs < TRIM_MS) return;
    trimmedMs = now();
    // A cache that cannot be made smaller keeps nobody from reading.
    void trimCache(join(dataDir, 'cache', 's3'), trimmedMs).catch(() => {});
  };

  /** Runs `use` with the statement prepared, on a connection of its own. */
  const withStatement = <T>(
    sql: string,
    params: LakeParams | undefined,
    use: (statement: DuckDBPreparedStatement, connection: DuckDBConnection) => Promise<T>,
    whole = false,
  ): Promise<T> => {
    const run = (): Promise<T> => runStatement(sql, params, use, whole);
    const mend = async (error: unknown): Promise<T> => {
      if (error instanceof MixedPartsError) await views.useTemplates();
      else if (error instanceof GoneFilesError) states.forget();
      else throw error;
      return run();
    };
    const work = run().catch(mend).catch(mend);
    const settled = work.catch(() => {}).finally(() => pending.delete(settled));
    pending.add(settled);
    return work;
  };
  const runStatement = async <T>(
    sql: string,
    params: LakeParams | undefined,
    use: (statement: DuckDBPreparedStatement, connection: DuckDBConnection) => Promise<T>,
    whole: boolean,
  ): Promise<T> => {
    const connection = await instance.connect();
    running.add(connection);
    trim();
    try {
      await views.show(connection, sql, params, whole);
      const statement = await prepareSelect(connection, sql);
      if (params) statement.bind(Array.isArray(params) ? [...params] : { ...(params as object) });
      return await use(statement, connection);
    } catch (error) {
      if (error instanceof QueryError) throw error;
      const { message } = error as Error;
      if (!views.haveTemplates() && MIXED_PARTS.test(message)) throw new MixedPartsError(message);
      if (GONE_FILES.test(message)) throw new GoneFilesError('failed', message);
      throw explainError(message, NAMES);
    } finally {
      running.delete(connection);
      connection.closeSync();
    }
  };

  return {
    query: (sql, params, { signal } = {}) =>
      withStatement(sql, params, async (statement, connection) => {
        signal?.throwIfAborted();
        const stop = (): void => connection.interrupt();
        signal?.addEventListener('abort', stop);
        try {
          const reader = await statement.runAndReadAll();
          const columns = columnsOf(reader);
          return { columns, rows: reader.getRowsJS().map((row) => toObject(columns, row)) };
        } finally {
          signal?.removeEventListener('abort', stop);
        }
      }),
    stream: (sql, params) =>
      new Promise((resolveHead, rejectHead) => {
        const chunks = createHandover<LakeValue[][]>();
        const handOver = async (statement: DuckDBPreparedStatement): Promise<void> => {
          const result = await statement.stream();
          resolveHead({ columns: columnsOf(result), chunks, close: chunks.close });
          for await (const rows of result.yieldRowsJs()) {
            if (!(await chunks.push(rows.map((row) => row.map(toValue))))) return;
          }
          // The rows of a statement that has failed end as those of one that is done do, and nothing but this tells them apart.
          if (result.returnType === ResultReturnType.INVALID) throw new QueryError('failed', CUT_SHORT);
          chunks.end();
        };
        // What has been handed over cannot be taken back, so it begins with the right columns.
        withStatement(sql, params, handOver, true).catch((error: unknown) => {
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
    cacheDir: cache,
    indexesLanding: true,
    days: remote ? createRemoteDays({ store, now }) : async () => daysOf(await states.read()),
    remote,
    progress() {
      for (const connection of running) {
        const { percentage } = connection.progress;
        if (percentage >= 0) return percentage / 100;
      }
      return states.progress();
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

const daysOf = ({ parts, landing }: LakeState): LakeDay[] => {
  const open = new Set(landing.map((f) => f.dt));
  const versions = new Map<string, string[]>();
  for (const { dt } of landing) versions.set(dt, []);
  // The path of a snapshot has the version of its object in it.
  for (const { dt, path } of parts) versions.set(dt, [...(versions.get(dt) ?? []), path]);
  return [...versions]
    .map(([dt, paths]) => ({ dt, version: digestOf(paths.join()), settled: !open.has(dt) }))
    .sort((a, b) => (a.dt < b.dt ? -1 : 1));
};

/** What DuckDB says when the first part has a column that another lacks, or lacks one that this version asks for. */
const MIXED_PARTS =
  /union_by_name|^Binder Error: Referenced column "[a-z0-9_]+" not found in FROM clause!.*read_parquet/s;

/** What DuckDB says of a file that is not there: upkeep removes links, downloads and objects past their time while others read. */
const GONE_FILES = /^IO Error: (?:No files found that match the pattern|Cannot open file ".*": No such file)/;

const CUT_SHORT =
  'The statement failed after its first rows: what came is not all. Ask for fewer days (where dt = …) or columns, or raise --memory; with an "order by" it says why.';

/** A file of the lake was there when its state was read, and is not any more. */
class GoneFilesError extends QueryError {}

/** Parts of several versions were met without a template. */
class MixedPartsError extends Error {
  override readonly name = 'MixedPartsError';
}

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
