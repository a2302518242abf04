import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, relative } from 'node:path';
import { CreateBucketCommand, PutObjectCommand, S3Client } from '@aws-sdk/client-s3';
import { openSmallLake } from '../deploy/src/small-lake/open-small-lake.ts';
import { SHARDS, writeSmallLake } from '../deploy/src/small-lake/write-small-lake.ts';
import { lakeTables } from '../deploy/src/tables.ts';
import { trinoTable } from '../deploy/src/trino-ddl.ts';
import { lakeViews, RECENT_SINCE } from '../deploy/src/views.ts';
import { enginesReport, type QueryOutcome, sameRows } from './engines/report.ts';
import { createTrinoClient } from './engines/trino-client.ts';
import { ensureS3Server, startS3Server } from './setup/s3-server.mjs';
import { ensureTrino, startTrino, TRINO_VERSION } from './setup/trino-server.mjs';

/**
 * `npm run test:engines`: the ten analyst queries, word for word, in a real Trino over a real S3 server, with partition projection,
 * against DuckDB over the same files. Writes what it saw into docs/benchmarks.md with `--write`.
 */
const root = join(import.meta.dirname, '..');
const BUCKET = 'gander-lake';

const skip = (reason: string): never => {
  console.log(`SKIPPED 14 queries in Trino: ${reason}`);
  console.log('0 passed, 0 failed, 14 skipped');
  // In CI a skipped test would look like a passed one.
  process.exit(process.env.CI ? 1 : 0);
};

const noS3 = await ensureS3Server();
if (noS3) skip(noS3);
const trinoFiles = await ensureTrino(root);
if ('missing' in trinoFiles) throw skip(trinoFiles.missing);

const folder = mkdtempSync(join(tmpdir(), 'gander-engines-'));
const stops: (() => unknown)[] = [() => rmSync(folder, { recursive: true, force: true })];
try {
  await writeSmallLake(folder);
  const duckdb = await openSmallLake(folder);
  const began = performance.now();
  const s3 = await startS3Server();
  stops.push(() => s3.stop());
  await upload(s3);
  console.log(`S3 server up and filled after ${seconds(began)}`);
  const server = await startTrino(trinoFiles, s3);
  stops.push(() => server.stop());
  console.log(`Trino ${TRINO_VERSION} up after ${seconds(began)}`);
  const trino = createTrinoClient(server.url, 'lake', 'gander');

  await trino.run('CREATE SCHEMA lake.gander');
  const shape = { shards: SHARDS, lakeFrom: '2026-02-01', landingFrom: '2026-02-01' };
  for (const table of lakeTables(shape)) await trino.run(trinoTable(table, BUCKET));
  const makeViews = async (since: string): Promise<void> => {
    for (const view of lakeViews(since))
      await trino.run(`CREATE OR REPLACE VIEW ${view.name} AS\n${view.select}`);
  };
  await makeViews("'2026-03-01'");
  console.log(
    `${lakeTables(shape).length} tables and ${lakeViews().length} views made after ${seconds(began)}`,
  );

  const outcomes: QueryOutcome[] = [];
  /** Runs a query in both; in DuckDB another one, where the answer is known to differ. */
  const compare = async (file: string, sql: string, duckdbSql = sql): Promise<void> => {
    const expected = (await duckdb.runAndReadAll(duckdbSql)).getRowsJson();
    const from = performance.now();
    const outcome = await trino.run(sql).then(
      (answer) => ({ ...answer, error: sameRows(answer.rows, expected) }),
      (error: Error) => ({ rows: [], bytes: 0, splits: 0, error: error.message }),
    );
    const { rows, bytes, splits, error } = outcome;
    outcomes.push({ file, rows: rows.length, bytes, splits, error });
    const took = `${((performance.now() - from) / 1000).toFixed(1)} s`;
    console.log(`${error ? 'FAILED' : 'ok    '} ${file}, ${took}${error ? `\n${error}` : ''}`);
  };
  const queries = join(root, 'deploy/queries');
  for (const file of readdirSync(queries).sort())
    await compare(file, readFileSync(join(queries, file), 'utf8'));

  const once = "select count(*), count(distinct session || '/' || cast(log_seq as varchar)) from logs_all";
  await compare('logs_all, both days recent', once);
  const oneShard = "select count(*) from logs_all where dt = '2026-03-01' and shard = '03'";
  await compare('logs_all, one day of one shard', oneShard);
  await makeViews("'2026-03-02'");
  await compare('logs_all, one day recent', once);
  // As committed, these days are long past, and landing is not looked at.
  await makeViews(RECENT_SINCE);
  await compare('logs_all, as committed', once, `${once} where dt = '2026-03-01'`);
  const failed = outcomes.filter((o) => o.error).length;
  const report = enginesReport(outcomes, TRINO_VERSION);
  console.log(`\n${report}\n`);
  if (process.argv.includes('--write') && failed === 0) writeReport(report);
  console.log(`${outcomes.length - failed} passed, ${failed} failed`);
  process.exitCode = failed ? 1 : 0;
} finally {
  for (const stop of stops.reverse()) await stop();
}

function seconds(from: number): string {
  return `${((performance.now() - from) / 1000).toFixed(0)} s`;
}

/** Puts every file of the small lake into the bucket. */
async function upload(s3: Awaited<ReturnType<typeof startS3Server>>): Promise<void> {
  const { endpoint, region, accessKeyId, secretAccessKey } = s3;
  const client = new S3Client({
    endpoint,
    region,
    forcePathStyle: true,
    credentials: { accessKeyId, secretAccessKey },
  });
  await client.send(new CreateBucketCommand({ Bucket: BUCKET }));
  for (const entry of readdirSync(folder, { recursive: true, withFileTypes: true })) {
    if (!entry.isFile()) continue;
    const path = join(entry.parentPath, entry.name);
    await client.send(
      new PutObjectCommand({ Bucket: BUCKET, Key: relative(folder, path), Body: readFileSync(path) }),
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
