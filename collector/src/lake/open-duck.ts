import { mkdirSync } from 'node:fs';
import { type DuckDBConnection, DuckDBInstance } from '@duckdb/node-api';
import { literal } from './sql-text.ts';

/** A DuckDB for upkeep of the lake: it reads and writes files, and spills to disk beyond its memory. */
export interface Duck {
  run(sql: string): Promise<void>;
  rows(sql: string): Promise<Record<string, string | number | null>[]>;
  /** Share of the running statement that is done, 0 to 1; undefined when it cannot tell. */
  progress(): number | undefined;
  close(): void;
}

export interface DuckOptions {
  /** Folder to spill into. */
  readonly scratch: string;
  /** As DuckDB writes it, e.g. `1GB`. */
  readonly memoryLimit: string;
  readonly threads?: number | undefined;
}

/** Opens one with one connection: upkeep works on one part after the other. */
export const openDuck = async ({ scratch, memoryLimit, threads }: DuckOptions): Promise<Duck> => {
  mkdirSync(scratch, { recursive: true });
  const instance = await DuckDBInstance.create(':memory:');
  const connection: DuckDBConnection = await instance.connect();
  await connection.run(`set memory_limit = ${literal(memoryLimit)}`);
  await connection.run(`set temp_directory = ${literal(`${scratch}/spill`)}`);
  await connection.run('set enable_progress_bar = false');
  if (threads) await connection.run(`set threads = ${threads}`);
  return {
    async run(sql) {
      await connection.run(sql);
    },
    async rows(sql) {
      const reader = await connection.runAndReadAll(sql);
      return reader
        .getRowObjectsJS()
        .map((row) =>
          Object.fromEntries(
            Object.entries(row).map(([name, value]) => [
              name,
              typeof value === 'bigint' ? Number(value) : (value as string | number | null),
            ]),
          ),
        );
    },
    progress() {
      const { percentage } = connection.progress;
      return percentage >= 0 ? percentage / 100 : undefined;
    },
    close() {
      connection.closeSync();
      instance.closeSync();
    },
  };
};
