import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, relative } from 'node:path';
import { CreateBucketCommand, PutObjectCommand, S3Client } from '@aws-sdk/client-s3';
import { openSmallLake } from '../deploy/src/small-lake/open-small-lake.ts';
import { SHARDS, writeSmallLake } from '../deploy/src/small-lake/write-small-lake.ts';
import { lakeTables } from '../deploy/src/tables.ts';
import { trinoTable } from '../deploy/src/trino-ddl.ts';
import { lakeViews, RECENT_SINCE } from '../deploy/src/views.ts';
import { openCompactedLake } from './engines/compacted-lake.ts';
import { consoleStatements } from './engines/console-statements.ts';
import { enginesReport, inOrder, type QueryOutcome, sameRows } from './engines/report.ts';
import { createTrinoClient } from './engines/trino-client.ts';
import { ensureS3Server, type S3Server, startS3Server } from './setup/s3-server.mjs';
import { ensureTrino, startTrino, TRINO_VERSION } from './setup/trino-server.mjs';

/**
 * `npm run test:engines`: the ten analyst queries, word for word, in a real Trino over a real S3 server, with partition projection,
 * against DuckDB over the same files, and the console's statements too; some over files that Gander's own compaction wrote, against
 * `gander query`. Writes what it saw into docs/benchmarks.md with `--write`.
 */
const root = join(import.meta.dirname, '..');
const BUCKET = 'gander-lake';
const COMPACTED_BUCKET = 'gander-compacted';
const COMPACTED_QUERIES = [
  '01-timeline-of-a-transaction.sql',
  '04-cadence-by-outcome.sql',
  '06-duplicates.sql',
];

const skip = (reason: string): never => {
  console.log(`SKIPPED the statements in Trino: ${reason}`);
  process.exit(0);
};

const noS3 = await ensureS3Server();
if (noS3) skip(noS3);
const trinoFiles = await ensureTrino(root);
if ('missing' in trinoFiles) throw skip(trinoFiles.missing);

const folder = mkdtempSync(join(tmpdir(), 'gander-engines-'));
const stops: (() => unknown)[] = [() => rmSync(folder, { recursive: true, force: true })];
try {
  await writeSmallLake(folder);
  const small = await openSmallLake(folder);
  const answer = async (sql: string): Promise<unknown[][]> => (await small.runAndReadAll(sql)).getRowsJson();
  const compactedFolder = mkdtempSync(join(tmpdir(), 'gander-engines-'));
  stops.push(() => rmSync(compactedFolder, { recursive: true, force: true }));
  const compacted = await openCompactedLake(folder, compactedFolder);
  const began = performance.now();
  const s3 = await startS3Server();
  stops.push(() => s3.stop());
  await upload(s3, folder, BUCKET);
  await upload(s3, compactedFolder, COMPACTED_BUCKET);
  console.log(`S3 server up and filled after ${seconds(began)}`);
  const server = await startTrino(trinoFiles, s3);
  stops.push(() => server.stop());
  console.log(`Trino ${TRINO_VERSION} up after ${seconds(began)}`);

  const shape = { shards: SHARDS, lakeFrom: '2026-02-01', landingFrom: '2026-02-01' };
  type Trino = ReturnType<typeof createTrinoClient>;
  const makeTables = async (schema: string, bucket: string): Promise<Trino> => {
    const trino = createTrinoClient(server.url, 'lake', schema);
    await trino.run(`CREATE SCHEMA lake.${schema}`);
    for (const table of lakeTables(shape)) await trino.run(trinoTable(table, bucket));
    return trino;
  };
  const makeViews = async (trino: Trino, since: string): Promise<void> => {
    for (const view of lakeViews(since))
      await trino.run(`CREATE OR REPLACE VIEW ${view.name} AS\n${view.select}`);
  };
  const trino = await makeTables('gander', BUCKET);
  await makeViews(trino, "'2026-03-01'");
  console.log(
    `${lakeTables(shape).length} tables and ${lakeViews().length} views made after ${seconds(began)}`,
  );

  const outcomes: QueryOutcome[] = [];
  const compare = async (
    name: string,
    sql: string,
    engine: Trino,
    expected: readonly (readonly unknown[])[],
  ): Promise<void> => {
    const from = performance.now();
    const outcome = await engine.run(sql).then(
      (found) => ({ ...found, error: sameRows(found.rows, expected) }),
      (error: Error) => ({ rows: [], bytes: 0, splits: 0, error: error.message }),
    );
    const { rows, bytes, splits, error } = outcome;
    outcomes.push({ name, rows: rows.length, bytes, splits, error });
    const took = `${((performance.now() - from) / 1000).toFixed(1)} s`;
    console.log(`${error ? 'FAILED' : 'ok    '} ${name}, ${took}${error ? `\n${error}` : ''}`);
  };
  const queryOf = (file: string): string => readFileSync(join(root, 'deploy/queries', file), 'utf8');
  for (const file of readdirSync(join(root, 'deploy/queries')).sort())
    await compare(file, queryOf(file), trino, await answer(queryOf(file)));

  // Of the console's statements some say `*`, and some no order.
  const inEngine = createTrinoInOrder(trino);
  for (const { name, sql } of consoleStatements(root)) {
    const found = await small.runAndReadAll(sql);
    await compare(name, sql, inEngine, inOrder(found.columnNames(), found.getRowsJson()));
  }

  const once = "select count(*), count(distinct session || '/' || cast(log_seq as varchar)) from logs_all";
  const oneShard = "select count(*) from logs_all where dt = '2026-03-01' and shard = '03'";
  await compare('logs_all, both days recent', once, trino, await answer(once));
  await compare('logs_all, one day of one shard', oneShard, trino, await answer(oneShard));
  await makeViews(trino, "'2026-03-02'");
  await compare('logs_all, one day recent', once, trino, await answer(once));
  // As committed, these days are long past, and landing is not looked at.
  await makeViews(trino, RECENT_SINCE);
  await compare('logs_all, as committed', once, trino, await answer(`${once} where dt = '2026-03-01'`));

  // Compacted by Gander's own compaction, the second day by half; compared with `gander query`.
  const own = await makeTables('compacted', COMPACTED_BUCKET);
  await makeViews(own, "'2026-03-01'");
  await compare('compacted: logs_all', once, own, await compacted.rows(once));
  for (const file of COMPACTED_QUERIES) {
    // Of a day that is not over, Athena has the transactions of the last compaction, and `gander query` those of now.
    const sql = queryOf(file).replace("and '2026-03-02'", "and '2026-03-01'");
    await compare(`compacted: ${file}`, sql, own, await compacted.rows(sql));
  }
  compacted.close();
  const failed = outcomes.filter((o) => o.error).length;
  const report = enginesReport(outcomes, TRINO_VERSION);
  console.log(`\n${report}\n`);
  if (process.argv.includes('--write') && failed === 0) writeReport(report);
  console.log(`${outcomes.length - failed} passed, ${failed} failed`);
  process.exitCode = failed ? 1 : 0;
} finally {
  for (const stop of stops.reverse()) await stop();
}

/** A client whose answers are put in order as `inOrder` does. */
function createTrinoInOrder(trino: ReturnType<typeof createTrinoClient>): typeof trino {
  return {
    run: async (sql) => {
      const answer = await trino.run(sql);
      return { ...answer, rows: inOrder(answer.columns, answer.rows) };
    },
  };
}

function seconds(from: number): string {
  return `${((performance.now() - from) / 1000).toFixed(0)} s`;
}

/** Puts every file of a lake into a new bucket. */
async function upload(s3: S3Server, from: string, bucket: string): Promise<void> {
  const { endpoint, region, accessKeyId, secretAccessKey } = s3;
  const client = new S3Client({
    endpoint,
    region,
    forcePathStyle: true,
    credentials: { accessKeyId, secretAccessKey },
  });
  await client.send(new CreateBucketCommand({ Bucket: bucket }));
  for (const entry of readdirSync(from, { recursive: true, withFileTypes: true })) {
    if (!entry.isFile()) continue;
    const path = join(entry.parentPath, entry.name);
    await client.send(
      new PutObjectCommand({ Bucket: bucket, Key: relative(from, path), Body: readFileSync(path) }),
    );
  }
  client.destroy();
}

/** Puts the report between its marks. */
function writeReport(report: string): void {
  const path = join(root, 'docs/benchmarks.md');
  const page = readFileSync(path, 'utf8');
  const [before, rest] = page.split('<!-- engines:begin -->');
  const after = rest?.split('<!-- engines:end -->')[1];
  if (after === undefined) throw new Error('docs/benchmarks.md has no engines:begin and engines:end marks');
  writeFileSync(path, `${before}<!-- engines:begin -->\n${report}\n<!-- engines:end -->${after}`);
}
