import type {
  GetQueryExecutionCommandInput,
  GetQueryExecutionCommandOutput,
  GetQueryResultsCommandInput,
  GetQueryResultsCommandOutput,
  StartQueryExecutionCommandInput,
  StartQueryExecutionCommandOutput,
  StopQueryExecutionCommandInput,
} from '@aws-sdk/client-athena';
import type { LakeReader } from '../context.ts';
import type { AthenaConfig } from './athena-config.ts';
import { AthenaQueryError, faultOfEnd, faultOfException } from './athena-error.ts';
import { type AthenaParam, MAX_STATEMENT_BYTES, readValue, withValues } from './athena-values.ts';

/** The four calls of Athena that are made. */
export interface AthenaCalls {
  start(input: StartQueryExecutionCommandInput): Promise<StartQueryExecutionCommandOutput>;
  look(input: GetQueryExecutionCommandInput): Promise<GetQueryExecutionCommandOutput>;
  results(input: GetQueryResultsCommandInput): Promise<GetQueryResultsCommandOutput>;
  stop(input: StopQueryExecutionCommandInput): Promise<unknown>;
}

export interface AthenaReaderOptions {
  readonly calls: AthenaCalls;
  readonly config: AthenaConfig;
  readonly sleep: (ms: number) => Promise<void>;
  /** Monotonic, ms. */
  readonly now: () => number;
  /** 0 to 1; spreads the looks of many readers. */
  readonly random: () => number;
  /** Makes a Parquet file of rows, since Athena itself writes only into its bucket. @returns its path */
  readonly writeParquet: (
    columns: readonly { readonly name: string; readonly type: string }[],
    chunks: AsyncIterable<readonly (readonly AthenaParam[])[]>,
    name: string,
  ) => Promise<string>;
}

/** A look after so many ms, then each time half as long again, up to the second. */
const FIRST_LOOK_MS = 150;
const LAST_LOOK_MS = 2000;
const PAGE_ROWS = 1000;

/**
 * Reads the lake by Athena: starts a query, looks with growing pauses whether it is done, and pages through its result. A query
 * whose reader is gone, or that takes too long, is stopped.
 * @throws AthenaQueryError from each of its functions
 * @example const lake = createAthenaReader({ calls, config, sleep, now, random, writeParquet });
 */
export const createAthenaReader = (options: AthenaReaderOptions): LakeReader => {
  const { calls, config, sleep, now, random } = options;

  const guarded = async <T>(work: Promise<T>, queryId?: string): Promise<T> => {
    try {
      return await work;
    } catch (error) {
      throw new AthenaQueryError(faultOfException(error), queryId);
    }
  };

  /** Runs a statement to its end. @returns its id */
  const run = async (
    sql: string,
    params: readonly AthenaParam[] = [],
    signal?: AbortSignal,
  ): Promise<string> => {
    if (signal?.aborted) throw new AthenaQueryError('stopped');
    const deadline = now() + config.timeoutMs;
    const { QueryExecutionId: id = '' } = await guarded(
      calls.start({
        QueryString: withValues(sql, params),
        WorkGroup: config.workgroup,
        QueryExecutionContext: { Database: config.database, Catalog: config.catalog },
        ...(config.reuseMinutes
          ? {
              ResultReuseConfiguration: {
                ResultReuseByAgeConfiguration: { Enabled: true, MaxAgeInMinutes: config.reuseMinutes },
              },
            }
          : {}),
      }),
    );
    for (let pause = FIRST_LOOK_MS; ; pause = Math.min(pause * 1.5, LAST_LOOK_MS)) {
      const fault = signal?.aborted ? 'stopped' : now() > deadline ? 'timeout' : undefined;
      if (fault) {
        // Best effort: it ends by itself, at the workgroup's cost.
        await calls.stop({ QueryExecutionId: id }).catch(() => undefined);
        throw new AthenaQueryError(fault, id);
      }
      const { QueryExecution } = await guarded(calls.look({ QueryExecutionId: id }), id);
      const { State = '', StateChangeReason, AthenaError } = QueryExecution?.Status ?? {};
      if (State === 'SUCCEEDED') return id;
      if (State === 'FAILED' || State === 'CANCELLED')
        throw new AthenaQueryError(faultOfEnd(State, StateChangeReason, AthenaError?.ErrorCategory), id);
      await sleep(pause * (0.75 + random() / 2));
    }
  };

  /** The result's pages; the first row of the first one repeats the names. */
  async function* pages(id: string) {
    let token: string | undefined;
    let isFirst = true;
    do {
      const page: GetQueryResultsCommandOutput = await guarded(
        calls.results({
          QueryExecutionId: id,
          MaxResults: PAGE_ROWS,
          ...(token ? { NextToken: token } : {}),
        }),
        id,
      );
      const columns = (page.ResultSet?.ResultSetMetadata?.ColumnInfo ?? []).map((c) => ({
        name: c.Name ?? '',
        type: c.Type ?? 'varchar',
      }));
      const rows = (page.ResultSet?.Rows ?? []).slice(isFirst ? 1 : 0);
      yield {
        columns,
        rows: rows.map((row) => columns.map((c, i) => readValue(row.Data?.[i]?.VarCharValue, c.type))),
      };
      token = page.NextToken;
      isFirst = false;
    } while (token);
  }

  const streamOf = async (sql: string, params?: readonly AthenaParam[]) => {
    const all = pages(await run(sql, params));
    const first = await all.next();
    const head = first.done ? { columns: [], rows: [] } : first.value;
    return {
      columns: head.columns,
      chunks: (async function* () {
        yield head.rows;
        for await (const { rows } of all) yield rows;
      })(),
    };
  };

  return {
    async query(sql, params, { signal } = {}) {
      const found: Record<string, unknown>[] = [];
      for await (const { columns, rows } of pages(await run(sql, params, signal))) {
        if (signal?.aborted) throw new AthenaQueryError('stopped');
        for (const row of rows) found.push(Object.fromEntries(columns.map((c, i) => [c.name, row[i]])));
      }
      return { rows: found };
    },
    stream: streamOf,
    maxStatementBytes: MAX_STATEMENT_BYTES,
    async exportParquet(sql, name) {
      const { columns, chunks } = await streamOf(sql);
      return options.writeParquet(columns, chunks, name);
    },
  };
};
