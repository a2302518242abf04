import type { LakeRow } from '@gander/log-codes';
import type { Context } from 'hono';
import type { Config } from '../config.ts';
import type { Batch } from '../journal/batch.ts';
import type { Position } from '../journal/position.ts';
import type { Live } from '../live/create-live.ts';
import type { DeliveryCounts } from '../registry/delivery-counts.ts';
import type { Registry } from '../registry/registry.ts';
import type { ConsoleConfig } from '../users/console-config.ts';
import type { Users } from '../users/open-users.ts';
import { type ConsoleUser, covers, type Role, roleFor } from '../users/roles.ts';
import type { DeadLetterInfo, HealthAnswer, RedriveAnswer } from './api.ts';
import { ApiError } from './api-errors.ts';

/** SQL over the lake: DuckDB in process by default, Athena when configured. */
export interface LakeReader {
  /** Runs one statement; `?` stands for the parameters, in order. `signal` stops it. */
  query(
    sql: string,
    params?: readonly (string | number | boolean | null)[],
    options?: { readonly signal?: AbortSignal },
  ): Promise<{ rows: Record<string, unknown>[] }>;
  /** The same, handing over rows as they come. */
  stream(
    sql: string,
    params?: readonly (string | number | boolean | null)[],
  ): Promise<{
    columns: readonly { name: string }[];
    chunks: AsyncIterable<unknown[][]>;
    /** Lets go of the statement, when nobody wants the rest. */
    close?(): void;
  }>;
  /** Writes the result of a statement without parameters as a Parquet file. @returns its path */
  exportParquet(sql: string, name: string): Promise<string>;
  /** Days that have logs, the oldest first; left out where the lake cannot tell. */
  days?(): Promise<readonly { readonly dt: string; readonly version: string; readonly settled: boolean }[]>;
  /** Whether `transactions` holds all that has landed, and not only what was there at the last compaction, as in Athena. */
  readonly indexesLanding?: boolean;
  /** Longest statement, bytes, where there is a limit. */
  readonly maxStatementBytes?: number;
  /** Whether days are fetched from elsewhere when a statement is about them: nothing is then made of a day that nobody asks for. */
  readonly remote?: boolean;
  /** Folder that {@link LakeReader.exportParquet} writes into. */
  readonly cacheDir?: string;
}

/** What every route works with. */
export interface ApiContext {
  readonly users: Users;
  readonly live: Live;
  readonly lake: LakeReader;
  readonly registry: Registry;
  /** Decodes a batch into rows (landing/rows.ts). */
  readonly rowsOf: (batch: Batch, collector: string) => LakeRow[];
  /** Name of this collector, as rows carry it. */
  readonly collector: string;
  /** Server time, ms since 1970. */
  readonly clock: () => number;
  /** Up to where the journal is landed, and can be read in the lake. Without it, all that is live counts as landed. */
  readonly landed?: () => Position;
  /** Lands what is journaled, at once. */
  readonly flush?: () => Promise<void>;
  /** Address of the console as its users see it; default: what their browser says. */
  readonly consoleUrl?: string;
  /** How users may sign in; default: every way but OIDC. */
  readonly signIn?: Pick<ConsoleConfig, 'passwords' | 'passkeys' | 'oidc' | 'trustedProxyHops'>;
  /** The configuration's limits, for which quotas stand in. */
  readonly limits?: Config['limits'];
  /** What the integration page tells of the SDK and of where pages send to. */
  readonly sdk?: {
    readonly collectorUrl: string;
    readonly sdkUrl: string;
    readonly sdkVersion: string;
    readonly integrity: string;
  };
  /** How the collector is doing. */
  readonly health?: {
    landing(): NonNullable<HealthAnswer['landing']>;
    metrics(): Promise<HealthAnswer['metrics']>;
  };
  /** What came to the collectors and was not stored. */
  readonly deliveries?: Pick<DeliveryCounts, 'read'>;
  /** What could not become rows, and another try at it. */
  readonly deadLetters?: {
    list(): Promise<readonly DeadLetterInfo[]>;
    /** @throws UpkeepBusyError while the lake is compacted or erased from */
    redrive(reason: string, actor: string): Promise<RedriveAnswer>;
  };
  /** Told of mistakes of ours; never given anything of a request but its route. */
  readonly onError?: (error: unknown, route: string) => void;
}

/** The same for one request: when its reader is gone, its statements stop. */
export const forRequest = <C extends ApiContext>(context: C, c: Context<ApiEnv>): C => {
  const { signal } = c.req.raw;
  const { lake } = context;
  return { ...context, lake: { ...lake, query: (sql, params) => lake.query(sql, params, { signal }) } };
};

/** Variables of a request, set before its route runs. */
export interface ApiEnv {
  /** `needs` is the least role for the merchants that the request is about (permissions.ts). */
  Variables: { user: ConsoleUser; needs: Role };
  Bindings: { incoming?: { socket: { remoteAddress?: string | undefined } } };
}

/** The merchants that a user may read, by id. */
export const readable = (context: ApiContext, user: ConsoleUser): Set<string> =>
  new Set(context.registry.merchants().flatMap((m) => (roleFor(user, m.id) ? [m.id] : [])));

/**
 * The merchants that a request is about: those that it names by `merchant=…`, else all that the user may read.
 * @throws ApiError `not_found` when it names a foreign or unknown one; `role` when the role for one of them does not cover the route
 */
export const scopeOf = (context: ApiContext, c: Context<ApiEnv>): Set<string> => {
  const user = c.get('user');
  const all = readable(context, user);
  const named = c.req.queries('merchant') ?? [];
  for (const merchant of named) if (!all.has(merchant)) throw new ApiError('not_found');
  const scope = named.length ? new Set(named) : all;
  for (const merchant of scope)
    if (!covers(roleFor(user, merchant), c.get('needs'))) throw new ApiError('role');
  return scope;
};

/**
 * The merchant that the path names, when the user's role for it covers what the route needs.
 * @throws ApiError `not_found` for a foreign or unknown merchant, `role` when the role is too low
 */
export const merchantOf = (context: ApiContext, c: Context<ApiEnv>): string => {
  const id = c.req.param('merchant') ?? '';
  const role = roleFor(c.get('user'), id);
  if (!role || !context.registry.merchant(id)) throw new ApiError('not_found');
  if (!covers(role, c.get('needs'))) throw new ApiError('role');
  return id;
};

/** A row without its nulls, which the lake has in most columns. */
export const withoutNulls = (row: Record<string, unknown>): LakeRow => {
  const out: Record<string, unknown> = {};
  for (const name in row) {
    const value = row[name];
    if (value === null || value === undefined) continue;
    out[name] = typeof value === 'bigint' ? Number(value) : value;
  }
  return out as LakeRow;
};
