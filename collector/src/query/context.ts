import type { LakeRow } from '@gander/log-codes';
import type { Context } from 'hono';
import type { Batch } from '../journal/batch.ts';
import type { Position } from '../journal/position.ts';
import type { Live } from '../live/create-live.ts';
import type { Registry } from '../registry/registry.ts';
import type { Users } from '../users/open-users.ts';
import { type ConsoleUser, covers, type Role, roleFor } from '../users/roles.ts';
import type { HealthAnswer } from './api.ts';
import { ApiError } from './api-errors.ts';

/** SQL over the lake: DuckDB in process by default, Athena when configured. */
export interface LakeReader {
  /** Runs one statement; `?` stands for the parameters, in order. */
  query(
    sql: string,
    params?: readonly (string | number | boolean | null)[],
  ): Promise<{ rows: Record<string, unknown>[] }>;
  /** The same, handing over rows as they come. */
  stream(
    sql: string,
    params?: readonly (string | number | boolean | null)[],
  ): Promise<{ columns: readonly { name: string }[]; chunks: AsyncIterable<unknown[][]> }>;
  /** Writes the result of a statement without parameters as a Parquet file. @returns its path */
  exportParquet(sql: string, name: string): Promise<string>;
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
  /** Up to where the journal is landed, and so in the lake. Without it, all that is live counts as landed. */
  readonly landed?: () => Position;
  /** Lands what is journaled, at once. */
  readonly flush?: () => Promise<void>;
  /** Address of the console as its users see it; default: what their browser says. */
  readonly consoleUrl?: string;
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
}

/** Variables of a request, set before its route runs. */
export interface ApiEnv {
  Variables: { user: ConsoleUser };
}

/** The merchants that a user may read, by id. */
export const readable = (context: ApiContext, user: ConsoleUser): Set<string> =>
  new Set(context.registry.merchants().flatMap((m) => (roleFor(user, m.id) ? [m.id] : [])));

/**
 * The merchants that a request is about: those that it names by `merchant=…`, else all that the user may read.
 * @throws ApiError `not_found` when it names a foreign or unknown one
 */
export const scopeOf = (context: ApiContext, c: Context<ApiEnv>): Set<string> => {
  const all = readable(context, c.get('user'));
  const named = c.req.queries('merchant') ?? [];
  for (const merchant of named) if (!all.has(merchant)) throw new ApiError('not_found');
  return named.length ? new Set(named) : all;
};

/**
 * The merchant that the path names, when the user's role for it covers `needed`.
 * @throws ApiError `not_found` for a foreign or unknown merchant, `role` when the role is too low
 */
export const merchantOf = (context: ApiContext, c: Context<ApiEnv>, needed: Role = 'viewer'): string => {
  const id = c.req.param('merchant') ?? '';
  const role = roleFor(c.get('user'), id);
  if (!role || !context.registry.merchant(id)) throw new ApiError('not_found');
  if (!covers(role, needed)) throw new ApiError('role');
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
