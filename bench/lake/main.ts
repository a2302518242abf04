/**
 * `npm run bench:lake`: generates a day of 10 million logs, compacts it and reads it, beside plain DuckDB on the same rows.
 * `--rows N` for less, `--keep FOLDER` to keep the lake, `--write` to put the figures into docs/benchmarks.md.
 */
import { execFileSync, spawnSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { generateDay } from './generate-day.ts';

const { values } = parseArgs({
  options: {
    rows: { type: 'string', default: '10000000' },
    keep: { type: 'string' },
    write: { type: 'boolean' },
  },
});
const root = join(import.meta.dirname, '../..');
const folder = values.keep ?? mkdtempSync(join(tmpdir(), 'gander-bench-lake-'));
mkdirSync(folder, { recursive: true });
const DT = '2026-03-02';

const step = <T>(name: string, ...args: string[]): T => {
  console.error(`… ${name} ${args.join(' ').slice(0, 60)}`);
  const text = execFileSync(
    process.execPath,
    [
      '--conditions=@gander/source',
      '--import',
      'tsx',
      join(import.meta.dirname, 'step.ts'),
      name,
      folder,
      ...args,
    ],
    { encoding: 'utf8', cwd: root, stdio: ['ignore', 'pipe', 'inherit'] },
  );
  return JSON.parse(text) as T;
};

/** Different files of the lake that a statement opens, seen by strace; undefined where there is none. */
const filesOpened = (sql: string): number | undefined => {
  const trace = join(folder, 'trace.txt');
  const { status } = spawnSync(
    'strace',
    [
      '-f',
      '-qq',
      '-e',
      'trace=openat',
      '-o',
      trace,
      process.execPath,
      '--conditions=@gander/source',
      '--import',
      'tsx',
      join(import.meta.dirname, 'step.ts'),
      'query',
      folder,
      sql,
    ],
    { cwd: root, stdio: 'ignore' },
  );
  if (status !== 0) return;
  const opened = readFileSync(trace, 'utf8').match(/snapshots\/lake\/logs\/[^"]+\.parquet/g);
  return new Set(opened).size;
};

try {
  const began = performance.now();
  const made = await generateDay(
    { folder, rows: Number(values.rows), merchants: 10_000, shards: 16, dt: DT, objectsPerHour: 6, seed: 7 },
    (rows) => process.stderr.isTTY && process.stderr.write(`\r${rows} rows`),
  );
  console.error(
    `\n${made.rows} rows of ${made.sessions} sessions in ${made.objects} objects after ${Math.round((performance.now() - began) / 1_000)} s`,
  );
  const { merchant, transaction, shard, hour } = made.sample;

  interface Work {
    ms: number;
    cpuMs: number;
    bytes: number;
    peakBytes: number;
    rows: number;
  }
  interface Read {
    rows: number;
    bytes: number;
    warmMs: number;
    warmCpuMs: number;
  }
  const bareFirst = step<Work>('bare');
  const compacted = step<Work>('compact');
  const bareSecond = step<Work>('bare');
  const bareMs = (bareFirst.ms + bareSecond.ms) / 2;
  step<Work>('bare', 'unsorted');

  const where = `dt = '${DT}' and shard = '${shard}' and merchant = '${merchant}'`;
  const timelineSql = `select * from logs_all where ${where} and "transaction" = '${transaction}' order by log_seq`;
  const timeline = step<Read>('query', timelineSql);
  const files = filesOpened(timelineSql);
  const merchantHour = step<Read>('query', `select * from logs_all where ${where} and hour = '${hour}'`);
  const from = Date.parse(`${DT}T${hour}:00:00Z`);
  const unsortedHour = step<Read>(
    'plain',
    `select * from read_parquet('${folder}/unsorted/shard=${shard}/part.parquet') where merchant = '${merchant}' and event_ts + lag_ms >= ${from} and event_ts + lag_ms < ${from + 3_600_000}`,
  );
  const aggregate = step<Read>(
    'query',
    `select code, count(*) as n from logs_all where dt = '${DT}' group by code`,
  );
  const erased = step<{ ms: number; parts: number; lakeRows: number }>('erase', merchant, transaction);

  const mb = (bytes: number): string => (bytes / 1e6).toFixed(bytes < 1e7 ? 2 : 0);
  const ratio = (a: number, b: number): string => (a / b).toFixed(3);
  const verdict = (ok: boolean): string => (ok ? 'yes' : '**no**');
  const rows: string[][] = [
    [
      'landing',
      `${made.rows} rows, ${made.objects} objects, ${(made.bytes / made.rows).toFixed(1)} B a row (NDJSON.gz)`,
      '',
      '',
    ],
    [
      'compacted',
      `${(compacted.bytes / compacted.rows).toFixed(2)} B a row`,
      '≤ 12',
      verdict(compacted.bytes / compacted.rows <= 12),
    ],
    [
      'compaction beside a bare sorted COPY',
      `${ratio(bareMs, compacted.ms)} × its speed (${Math.round(compacted.rows / compacted.ms)} rows a ms)`,
      '≥ 0.8',
      verdict(bareMs / compacted.ms >= 0.8),
    ],
    [
      'compaction, memory',
      `${mb(compacted.peakBytes)} MB at most`,
      '≤ 2,000',
      verdict(compacted.peakBytes <= 2e9),
    ],
    [
      'timeline of one transaction, all columns: bytes',
      `${mb(timeline.bytes)} MB for ${timeline.rows} rows`,
      '≤ 1',
      verdict(timeline.bytes <= 1e6),
    ],
    [
      '… files opened',
      files === undefined ? 'not measured (no strace)' : String(files),
      '≤ 3',
      files === undefined ? '' : verdict(files <= 3),
    ],
    [
      '… warm',
      `${timeline.warmMs.toFixed(0)} ms (${timeline.warmCpuMs.toFixed(0)} ms of CPU)`,
      '≤ 60',
      verdict(timeline.warmMs <= 60),
    ],
    [
      'hour of one merchant beside an unsorted layout',
      `${ratio(merchantHour.bytes, unsortedHour.bytes)} × its bytes (${mb(merchantHour.bytes)} of ${mb(unsortedHour.bytes)} MB, ${merchantHour.rows} rows)`,
      '≤ 0.1',
      verdict(merchantHour.bytes <= 0.1 * unsortedHour.bytes && merchantHour.rows === unsortedHour.rows),
    ],
    [
      'count by code over the day beside landing',
      `${ratio(aggregate.bytes, made.bytes)} × its bytes (${mb(aggregate.bytes)} of ${mb(made.bytes)} MB)`,
      '≤ 0.1',
      verdict(aggregate.bytes <= 0.1 * made.bytes),
    ],
    [
      'erase of one transaction',
      `${erased.parts} part rewritten, ${erased.lakeRows} rows gone`,
      '≤ 1',
      verdict(erased.parts <= 1 && erased.lakeRows === timeline.rows),
    ],
  ];
  const table = [
    '| what | figure | bar | met |',
    '|---|---|---|---|',
    ...rows.map((r) => `| ${r.join(' | ')} |`),
  ].join('\n');
  console.log(table);
  mkdirSync(join(root, '.cache/bench'), { recursive: true });
  writeFileSync(
    join(root, '.cache/bench/lake.json'),
    JSON.stringify(
      {
        made,
        compacted,
        bareFirst,
        bareSecond,
        timeline,
        files,
        merchantHour,
        unsortedHour,
        aggregate,
        erased,
      },
      null,
      2,
    ),
  );
  if (values.write) {
    const page = join(root, 'docs/benchmarks.md');
    const text = readFileSync(page, 'utf8');
    const block = `<!-- lake:begin -->\n\`npm run bench:lake -- --write\`: a generated day of ${made.rows.toLocaleString('en')} logs, 10,000 merchants of log-uniform size, 16 shards.\n\n${table}\n<!-- lake:end -->`;
    const marked = /<!-- lake:begin -->[\s\S]*<!-- lake:end -->/;
    writeFileSync(
      page,
      marked.test(text)
        ? text.replace(marked, () => block)
        : text.replace('## Lake\n', () => `## Lake\n\n${block}\n`),
    );
  }
} finally {
  if (!values.keep) rmSync(folder, { recursive: true, force: true });
}
