export interface PostgresServer {
  /** Of an empty database, with name and password. */
  readonly url: string;
  /** Cuts all connections, as an outage does. */
  stop(): Promise<void>;
  /** Comes back at the same address. */
  start(): Promise<void>;
  /** Ends it and removes its folder. */
  close(): Promise<void>;
}
/** @returns why there is no PostgreSQL; undefined when there is */
export function ensurePostgres(): Promise<string | undefined>;
export function startPostgres(): Promise<PostgresServer>;
