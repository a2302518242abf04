import { mkdirSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { DuckDBInstance } from '@duckdb/node-api';
import { LAKE_COLUMNS, MERCHANT_COLUMNS, shardOf, TRANSACTION_COLUMNS } from '@gander/log-codes';
import { FIRST_DAY, MERCHANTS, type Row, SECOND_DAY, type SmallBatch } from './scripted-sessions.ts';

/** Few, so that a test of engines lists few folders. */
export const SHARDS = 4;

/**
 * Writes a small lake whose answers are known: a compacted day (its landing object still there), a day in landing with one batch
 * stored twice, transactions, merchants and dead letters. The same bytes on each call.
 * @param root empty folder that stands for the bucket
 */
export const writeSmallLake = async (root: string): Promise<void> => {
  const put = (key: string, body: string | Uint8Array): void => {
    const path = join(root, key);
    mkdirSync(dirname(path), { recursive: true });
    writeFileSync(path, body);
  };
  const putLines = (key: string, lines: readonly object[]): void =>
    put(key, gzipSync(`${lines.map((line) => JSON.stringify(line)).join('\n')}\n`));

  [...FIRST_DAY, ...SECOND_DAY].forEach((batch, i) => {
    putLines(landingKey(batch, objectName(i)), batch.rows);
  });
  const covered = FIRST_DAY.map((_, i) => `${JSON.stringify({ object: objectName(i) })}\n`);
  put('lake/compacted/dt=2026-03-01/objects.ndjson', covered.join(''));
  // The client sent it again around a crash of the collector.
  putLines(landingKey(SECOND_DAY[0]!, 'c1-b1-00000001-000000000000.ndjson.gz'), SECOND_DAY[0]!.rows);

  const dead = (reason: string, receivedMs: number, bytes: number) => ({ received_ms: receivedMs, stage: 'landing', reason, merchant: MERCHANTS.shop, session: '1'.padStart(32, '0'), transaction: 'order_9', bytes }); // biome-ignore format: one row
  const noon = Date.parse('2026-03-02T12:00:00Z');
  putLines('dead-letter/collector/dt=2026-03-02/hour=12/c1-b0-00000009-000000000000.ndjson.gz', [
    dead('truncated', noon, 90),
    dead('truncated', noon + 1_000, 110),
    dead('card_number', noon + 2_000, 200),
  ]);
  put(
    'dead-letter/firehose/dt=2026-03-02/hour=13/metadata-extraction-failed-gander-1.json',
    `${JSON.stringify({ attemptsMade: 1, arrivalTimestamp: noon + 3_600_000, errorCode: 'DynamicPartitioning.MetadataExtractionFailed', errorMessage: 'partitionKeys values must not be null or empty', attemptEndingTimestamp: noon + 3_601_000, rawData: Buffer.from('{"broken":1}').toString('base64') })}\n`, // biome-ignore format: one row
  );
  await writeParquet(root);
};

const objectName = (i: number): string =>
  `c1-b0-${String(i + 1).padStart(8, '0')}-${String(i).padStart(12, '0')}.ndjson.gz`;

const landingKey = ({ receivedMs, merchant }: SmallBatch, name: string): string => {
  const iso = new Date(receivedMs).toISOString();
  return `landing/logs/dt=${iso.slice(0, 10)}/hour=${iso.slice(11, 13)}/shard=${shardOf(merchant, SHARDS)}/${name}`;
};

const writeParquet = async (root: string): Promise<void> => {
  const connection = await (await DuckDBInstance.create(':memory:')).connect();
  const copy = async (select: string, key: string): Promise<void> => {
    mkdirSync(dirname(join(root, key)), { recursive: true });
    await connection.run(`copy (${select}) to '${join(root, key)}' (format parquet, compression zstd)`);
  };
  const load = async (table: string, batches: readonly SmallBatch[]): Promise<void> => {
    await connection.run(
      `create table ${table} (${LAKE_COLUMNS.map((c) => `"${c.name}" ${c.type}`).join(', ')})`,
    );
    const rows = batches.flatMap((b) => b.rows).map((row) => `(${LAKE_COLUMNS.map((c) => literal(row[c.name])).join(', ')})`); // biome-ignore format: one row
    await connection.run(`insert into ${table} values ${rows.join(', ')}`);
  };
  try {
    await load('day1', FIRST_DAY);
    await load('day2', SECOND_DAY);
    const shard = shardOf(MERCHANTS.shop, SHARDS);
    await copy(
      'select * from day1 order by merchant, "transaction", log_seq',
      `lake/logs/dt=2026-03-01/shard=${shard}/part-0000.parquet`,
    );
    for (const [table, dt] of [
      ['day1', '2026-03-01'],
      ['day2', '2026-03-02'],
    ] as const)
      await copy(transactionsOf(table), `lake/transactions/dt=${dt}/part-0000.parquet`);
    const merchants = Object.values(MERCHANTS).map((m) => `('${m}', '${shardOf(m, SHARDS)}')`);
    await copy(
      `select * from (values ${merchants.join(', ')}) t(${MERCHANT_COLUMNS.map((c) => c.name).join(', ')})`,
      'lake/merchants/part-0000.parquet',
    );
  } finally {
    connection.closeSync();
  }
};

/** The SELECT that makes `transactions` of a table of logs. */
const transactionsOf = (table: string): string =>
  `select ${TRANSACTION_COLUMNS.map((c) => `cast(${c.sql} as ${c.type}) as "${c.name}"`).join(', ')}
   from ${table} group by merchant, "transaction" order by merchant, "transaction"`;

const literal = (value: Row[string] | undefined): string =>
  value === undefined ? 'null' : typeof value === 'string' ? `'${value}'` : String(value);
