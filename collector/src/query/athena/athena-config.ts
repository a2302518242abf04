import { z } from 'zod';

const name = z.string().regex(/^[A-Za-z0-9_.-]{1,128}$/);

/** What answers the console's questions about the lake (docs/athena.md). */
export const queryConfigSchema = z.strictObject({
  engine: z
    .enum(['duckdb', 'athena'])
    .default('duckdb')
    .describe('What reads the lake for the console: DuckDB in this process, or Athena.'),
  memory: z
    .string()
    .regex(/^[0-9]+(MB|GB)$/)
    .default('1GB')
    .describe('Most memory that DuckDB uses for these questions; beyond it, the disk is used.'),
  athena: z
    .strictObject({
      region: z.string().max(64).default('').describe('AWS region; empty: where the AWS SDK looks for it.'),
      workgroup: name.default('gander').describe('Workgroup; its scan cut-off and result location hold.'),
      database: name.default('gander').describe('Database of the tables and views of docs/athena.md.'),
      catalog: name.default('AwsDataCatalog').describe('Data catalog of the database.'),
      timeoutMs: z
        .int()
        .min(1_000)
        .max(1_800_000)
        .default(60_000)
        .describe('A query that takes longer is stopped, ms.'),
      reuseMinutes: z
        .int()
        .min(0)
        .max(10_080)
        .default(0)
        .describe('Answers of the same statement are taken again for so many minutes; 0: never.'),
    })
    .prefault({}),
});

export type QueryConfig = z.output<typeof queryConfigSchema>;
export type AthenaConfig = QueryConfig['athena'];
