/**
 * `npm run bench:lake`: generates a day of 10 million logs, compacts it and reads it, beside plain DuckDB on the same rows.
 * The generated rows are kept below the temporary folder for the next run.
 * `--rows N` for less, `--write` to put the figures into docs/benchmarks.md.
 */
import { execFileSync, spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, mkdtempSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { parseArgs } from 'node:util';
import { type DayMade, generateDay } from './generate-day.ts';

const { values } = parseArgs({
  options: { rows: { type: 'string', default: '10000000' }, write: { type: 'boolean' } },
});
const root = join(import.meta.dirname, '../..');
const DT = '2026-03-02';
const DAY = { rows: Number(values.rows), merchants: 10_000, shards: 16, dt: DT, objectsPerHour: 6, seed: 7 };

/** Landing of the day, made once for each version of the generator. */
const landingOfDay = async (): Promise<{ folder: string; made: DayMade }> => {
  const source = readFileSync(join(import.meta.dirname, 'generate-day.ts'));
  const id = createHash('sha256').update(source).update(JSON.stringify(DAY)).digest('hex').slice(0, 16);
  const kept = join(tmpdir(), 'gander-bench-lake', id);
  const about = join(kept, 'made.json');
  if (!existsSync(about)) {
    const began = performance.now();
    rmSync(kept, { recursive: true, force: true });
    mkdirSync(dirname(kept), { recursive: true });
    const making = mkdtempSync(`${kept}-`);
    const made = await generateDay({ ...DAY, folder: making }, (rows) => {
      if (process.stderr.isTTY) process.stderr.write(`\r${rows} rows`);
    });
    writeFileSync(join(making, 'made.json'), JSON.stringify(made));
    renameSync(making, kept);
    console.error(`${made.rows} rows generated in ${Math.round((performance.now() - began) / 1_000)} s`);
  }
  const folder = mkdtempSync(join(tmpdir(), 'gander-bench-lake-run-'));
  // Hard links: what a run rewrites is written as a new file.
  execFileSync('cp', ['-al', join(kept, 'landing'), join(folder, 'landing')]);
  return { folder, made: JSON.parse(readFileSync(about, 'utf8')) as DayMade };
};

const { folder, made } = await landingOfDay();
const RUN = ['--conditions=@gander/source', '--import', 'tsx'];
const STEP = [...RUN, join(import.meta.dirname, 'step.ts')];

/** Runs a script that prints its figures as JSON. */
const run = <T>(name: string, args: readonly string[]): T => {
  const began = performance.now();
  const text = execFileSync(process.execPath, args, {
    encoding: 'utf8',
    cwd: root,
    stdio: ['ignore', 'pipe', 'inherit'],
    maxBuffer: 1 << 28,
  });
  console.error(`… ${name} (${((performance.now() - began) / 1_000).toFixed(0)} s)`);
  return JSON.parse(text) as T;
};
const step = <T>(name: string, ...args: string[]): T =>
  run(`${name} ${args.join(' ').slice(0, 40)}`, [...STEP, name, folder, ...args]);

/** Different files of landing and lake opened for one timeline, seen by strace; undefined where there is none. */
const filesOpened = (statements: readonly string[]): string[] | undefined => {
  const trace = join(folder, 'trace.txt');
  const calls = ['-f', '-qq', '-e', 'trace=%file', '-o', trace];
  const args = [...calls, process.execPath, ...STEP, 'timelines', folder, JSON.stringify(statements)];
  if (spawnSync('strace', args, { cwd: root, stdio: 'ignore' }).status !== 0) return;
  const [, during = ''] = readFileSync(trace, 'utf8').split(/gander-bench-(?:begin|end)/);
  const opened = during.matchAll(/open(?:at)?\(.*"([^"]+\.(?:parquet|gz|json|ndjson))"[^)]*\) = \d/g);
  return [...new Set([...opened].map(([, path]) => path!.slice(folder.length + 1)))];
};

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
}
interface Timelines extends Read {
  warmMs: number;
  warmMaxMs: number;
  warmCpuMs: number;
}
interface Picked {
  merchant: string;
  shard: string;
  transaction: string;
  hour: string;
}

try {
  const bareFirst = step<Work>('bare', 'sorted');
  const compacted = step<Work>('compact');
  const bareSecond = step<Work>('bare', 'sorted');
  // The faster: the first reads a cold disk.
  const bareMs = Math.min(bareFirst.ms, bareSecond.ms);
  const unsortedShards = step<Work>('bare', 'unsorted');
  const unsortedHours = step<Work>('bare', 'hourly');

  // Every n-th row of the day: large merchants as often as they have rows.
  const picked = step<Picked[]>(
    'rows',
    `select merchant, shard, "transaction", hour from (select *, row_number() over (order by hash("transaction", log_seq), session) as n from lake_logs where dt = '${DT}') where n <= 41 order by n`,
  );
  const whereOf = ({ merchant, shard }: Picked): string =>
    `dt = '${DT}' and shard = '${shard}' and merchant = '${merchant}'`;
  const timelines = picked.map(
    (p) =>
      `select * from logs_all where ${whereOf(p)} and "transaction" = '${p.transaction}' order by log_seq`,
  );
  const timeline = step<Timelines>('timelines', JSON.stringify(timelines));
  const files = filesOpened(timelines.slice(0, 2));
  const byMerchant = picked.map((p) =>
    timelines[picked.indexOf(p)]!.replace(`shard = '${p.shard}' and `, ''),
  );
  const withoutShard = step<Timelines>('timelines', JSON.stringify(byMerchant));

  // Merchants at the tenth, the half and nine tenths of the rows, the small first.
  const sizes = step<{ merchant: string; shard: string; n: number; at: number }[]>(
    'rows',
    `select merchant, shard, n, (sum(n) over (order by n, merchant)) / sum(n) over () as at from (select merchant, shard, count(*) as n from lake_logs where dt = '${DT}' group by all) order by n, merchant`,
  );
  const from = (hour: string): number => Date.parse(`${DT}T${hour}:00:00Z`);
  const hours = [0.1, 0.5, 0.9].map((at) => {
    const { merchant, shard, n } = sizes.find((s) => s.at >= at)!;
    const hour = '12';
    const inHour = `merchant = '${merchant}' and event_ts + lag_ms >= ${from(hour)} and event_ts + lag_ms < ${from(hour) + 3_600_000}`;
    const plain = (file: string): Read =>
      step<Read>(
        'plain',
        `select * from read_parquet('${join(folder, 'bare', file)}.parquet') where ${inHour}`,
      );
    return {
      merchantRows: n,
      lake: step<Read>(
        'query',
        `select * from logs_all where dt = '${DT}' and shard = '${shard}' and merchant = '${merchant}' and hour = '${hour}'`,
      ),
      unsortedHour: plain(`hourly/${hour}`),
      unsortedShard: plain(`unsorted/${shard}`),
    };
  });
  const aggregate = step<Read>(
    'query',
    `select code, count(*) as n from logs_all where dt = '${DT}' group by code`,
  );
  const [first] = picked;
  const erased = step<{ ms: number; parts: number; lakeRows: number }>(
    'erase',
    first!.merchant,
    first!.transaction,
  );
  const day = run<{
    acknowledged: number;
    landed: number;
    resent: number;
    killed: number;
    firehoseFailures: number;
    compactions: number;
    checks: number[];
  }>('a day of faults', [...RUN, join(root, 'collector/src/faults/faulty-day-process.ts'), '60']);

  const mb = (bytes: number): string => (bytes / 1e6).toFixed(bytes < 1e7 ? 2 : 0);
  const ratio = (a: number, b: number): string => (a / b).toFixed(3);
  const verdict = (ok: boolean): string => (ok ? 'yes' : '**no**');
  const whole = (n: number): string => n.toLocaleString('en');
  const middle = hours[1]!;
  const rows: string[][] = [
    [
      'landing',
      `${whole(made.rows)} rows, ${whole(made.objects)} objects, ${(made.bytes / made.rows).toFixed(1)} B a row (NDJSON.gz)`,
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
      `${ratio(bareMs, compacted.ms)} × its speed (${(compacted.ms / 1_000).toFixed(0)} s; bare ${(bareFirst.ms / 1_000).toFixed(0)} and ${(bareSecond.ms / 1_000).toFixed(0)} s)`,
      '≥ 0.8',
      verdict(bareMs / compacted.ms >= 0.8),
    ],
    [
      'compaction, memory',
      `${mb(compacted.peakBytes)} MB at most (bare ${mb(bareFirst.peakBytes)})`,
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
      files === undefined ? 'not measured (no strace)' : String(files.length),
      '≤ 3',
      files === undefined ? '' : verdict(files.length <= 3),
    ],
    [
      '… warm, 40 other transactions, median',
      `${timeline.warmMs.toFixed(0)} ms, at most ${timeline.warmMaxMs.toFixed(0)} (${timeline.warmCpuMs.toFixed(0)} ms of CPU)`,
      '≤ 60',
      verdict(timeline.warmMs <= 60),
    ],
    [
      '… when the statement does not name the shard',
      `${mb(withoutShard.bytes)} MB, warm ${withoutShard.warmMs.toFixed(0)} ms`,
      '',
      '',
    ],
    ...hours.map((h) => [
      `hour of a merchant of ${whole(h.merchantRows)} rows a day, beside the same shards unsorted`,
      `${ratio(h.lake.bytes, h.unsortedShard.bytes)} × their bytes (${mb(h.lake.bytes)} of ${mb(h.unsortedShard.bytes)} MB, ${whole(h.lake.rows)} rows); beside one unsorted file an hour ${ratio(h.lake.bytes, h.unsortedHour.bytes)} × (${mb(h.unsortedHour.bytes)} MB)`,
      h === middle ? '≤ 0.1' : '',
      h === middle
        ? verdict(h.lake.bytes <= 0.1 * h.unsortedShard.bytes && h.lake.rows === h.unsortedShard.rows)
        : '',
    ]),
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
    [
      'exactly once, after a simulated day of faults',
      `${whole(day.acknowledged)} logs acknowledged, most that \`logs_all\` differed at ${day.checks.length} looks: ${Math.max(...day.checks)} (${whole(day.resent)} batches sent again, ${day.killed} deaths, ${whole(day.firehoseFailures)} records refused by Firehose, ${day.compactions} compactions, ${whole(day.landed)} rows landed)`,
      '0',
      verdict(Math.max(...day.checks) === 0),
    ],
  ];
  const table = [
    '| what | figure | bar | met |',
    '|---|---|---|---|',
    ...rows.map((r) => `| ${r.join(' | ')} |`),
  ].join('\n');
  console.log(table);
  mkdirSync(join(root, '.cache/bench'), { recursive: true });
  const figures = {
    made,
    compacted,
    bareFirst,
    bareSecond,
    unsortedShards,
    unsortedHours,
    timeline,
    files,
    withoutShard,
    hours,
    aggregate,
    erased,
    day,
  };
  writeFileSync(join(root, '.cache/bench/lake.json'), JSON.stringify(figures, null, 2));
  if (values.write) writeTable(table);
} finally {
  rmSync(folder, { recursive: true, force: true });
}

function writeTable(table: string): void {
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
