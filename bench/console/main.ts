/**
 * Benchmark of the console: `npm run bench:console`. Sizes of what the browser loads; how soon a live log reaches a reader; queries over
 * a large lake; the live tail in Chromium; the server's memory while it is tailed. The lake is made once, which takes some minutes,
 * and kept below the temporary folder.
 *
 * `--rows 10000000` of the lake, `--open 200` live sessions, `--minutes 4` of tailing (60 for the bar), `--only sizes,live,queries,tail,memory`.
 */
import { readdirSync, readFileSync } from 'node:fs';
import { cpus, loadavg } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { gzipSync } from 'node:zlib';
import { makeLake } from './make-lake.ts';
import { measureLive } from './measure-live.ts';
import { measureMemory } from './measure-memory.ts';
import { measureQueries } from './measure-queries.ts';
import { measureTail } from './measure-tail.ts';

const { values } = parseArgs({
  options: {
    rows: { type: 'string', default: '10000000' },
    open: { type: 'string', default: '200' },
    rate: { type: 'string', default: '2000' },
    minutes: { type: 'string', default: '4' },
    only: { type: 'string', default: 'sizes,live,queries,tail,memory' },
  },
});
const rows = Number(values.rows);
const rate = Number(values.rate);

const row = (what: string, figure: string, bar = ''): void => console.log(`| ${what} | ${figure} | ${bar} |`);
const quantile = (all: readonly number[], q: number): number =>
  [...all].sort((a, b) => a - b)[Math.min(all.length - 1, Math.floor(all.length * q))] ?? 0;
const ms = (value: number): string => `${value < 10 ? value.toFixed(1) : Math.round(value)} ms`;
const both = (all: readonly number[]): string => `${ms(quantile(all, 0.5))}, ${ms(quantile(all, 0.95))}`;

const sizes = (): void => {
  const folder = join(import.meta.dirname, '../../console/dist/assets');
  const text = (name: string): string => readFileSync(join(folder, name), 'utf8');
  const first = /\/assets\/(main-[\w-]+\.js)/.exec(text('index.html'))?.[1] ?? '';
  const files = readdirSync(folder).filter((name) => name.endsWith('.js'));
  const eager = [first, ...[...text(first).matchAll(/from"\.\/([\w-]+\.js)"/g)].map((m) => m[1]!)];
  // The folder may hold files of earlier builds.
  const reached = new Set<string>([first]);
  for (const name of reached) for (const other of files) if (text(name).includes(other)) reached.add(other);
  const kib = (names: Iterable<string>): string => {
    const bytes = [...names].reduce((sum, n) => sum + gzipSync(readFileSync(join(folder, n))).length, 0);
    return `${(bytes / 1024).toFixed(1)} KB`;
  };
  row('first view, script, gzip', kib(eager), '≤ 60 KB');
  row('all script, gzip', kib(reached), '≤ 250 KB');
};

const live = async (): Promise<void> => {
  const open = Number(values.open);
  const { latencies, bytesPerLog } = await measureLive(open);
  row(`acknowledged to its reader, ${open} sessions, each followed: p50, p95`, both(latencies), 'p95 ≤ 1 s');
  row('live store, bytes a log, frames and records', bytesPerLog.toFixed(1));
};

const queries = async (): Promise<void> => {
  const folder = await makeLake(rows, (line) => console.error(line));
  const q = await measureQueries(folder);
  const logs = `${(rows / 1e6).toLocaleString('en')} M logs`;
  row(
    `timeline of any transaction, ${logs}: p50, p95 of ${q.timeline.length}`,
    both(q.timeline),
    'p95 ≤ 150 ms',
  );
  row(
    `page of logs after a filter change, 30 days: p50, p95 of ${q.page.length}`,
    both(q.page),
    'p95 ≤ 500 ms',
  );
  row(
    `counts of all columns after a filter change: p50, p95 of ${q.counts.length}`,
    both(q.counts),
    'p95 ≤ 500 ms',
  );
  row(`page in the middle of the month: p50, p95 of ${q.older.length}`, both(q.older));
  row(`aggregates of 30 days: p50, p95 of ${q.aggregates.length}`, both(q.aggregates));
  row(`aggregates of 15 days and the 15 before: p50, p95 of ${q.halves.length}`, both(q.halves));
  row(`list of transactions: p50, p95 of ${q.list.length}`, both(q.list));
  row(`search for a reference: p50, p95 of ${q.search.length}`, both(q.search));
  row('counting 30 days for the first time, in the background', `${(q.countMs / 1000).toFixed(1)} s`);
};

const tail = async (): Promise<void> => {
  const { frames, tasks, logsPerSecond } = await measureTail(rate);
  const seconds = frames.reduce((sum, f) => sum + f, 0) / 1000;
  row(
    `live tail at ${Math.round(logsPerSecond)} logs/s, scrolled: frames a second`,
    (frames.length / seconds).toFixed(1),
    '60',
  );
  row('the same: between frames, p50, p95', both(frames), '');
  row(
    'the same: tasks over 50 ms',
    tasks.length
      ? `${tasks.length} in ${seconds.toFixed(0)} s, the longest ${ms(Math.max(...tasks))}`
      : 'none',
    'counted',
  );
};

const memory = async (): Promise<void> => {
  const minutes = Number(values.minutes);
  const m = await measureMemory(minutes, rate);
  row(
    `server's heap while five tail ${rate} logs/s for ${minutes} min, live store of ${Math.round(m.keepMs / 1000)} s: second half`,
    `${m.firstMiB.toFixed(1)} → ${m.lastMiB.toFixed(1)} MiB, ${m.heapMiBPerMinute.toFixed(2)} MiB/min (RSS ${Math.round(m.rssMiB)} MiB)`,
    'flat over an hour',
  );
};

const parts: Readonly<Record<string, () => void | Promise<void>>> = { sizes, live, queries, tail, memory };
console.log(
  `${cpus().length} cores, load average ${loadavg()[0]!.toFixed(1)} at the start, Node ${process.version}\n`,
);
console.log('| what | here | bar |\n|---|---|---|');
for (const name of values.only.split(',')) {
  const part = parts[name];
  if (!part) throw new Error(`there is no ${name}: ${Object.keys(parts).join(', ')}`);
  await part();
}
process.exit(0);
