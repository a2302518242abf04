/**
 * Benchmark of the console: `npm run bench:console`. Sizes of what the browser loads; how soon a live log reaches a stream; queries over a
 * large lake. `ROWS` sets the lake's size (default 10,000,000), `OPEN` the live sessions (default 200).
 */
import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { cpus, loadavg, tmpdir } from 'node:os';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { createApi, openUsers, rowsOf } from '@gander/collector/operators';
import { LAKE_COLUMNS } from '@gander/log-codes';
import { makeLake } from './make-lake.ts';
import { measureLive } from './measure-live.ts';

const ROWS = Number(process.env.ROWS ?? 10_000_000);
const OPEN = Number(process.env.OPEN ?? 200);

const row = (what: string, figure: string, bar: string): void =>
  console.log(`| ${what} | ${figure} | ${bar} |`);
const p95 = (values: readonly number[]): number =>
  [...values].sort((a, b) => a - b)[Math.floor(values.length * 0.95)] ?? 0;
const ms = (value: number): string => `${value < 10 ? value.toFixed(1) : Math.round(value)} ms`;

const sizes = (): void => {
  const folder = join(import.meta.dirname, '../../console/dist/assets');
  const html = readFileSync(join(folder, 'index.html'), 'utf8');
  const first = /\/assets\/(main-[\w-]+\.js)/.exec(html)?.[1] ?? '';
  const reached = new Set<string>();
  const reach = (name: string): void => {
    if (reached.has(name)) return;
    reached.add(name);
    const text = readFileSync(join(folder, name), 'utf8');
    for (const other of readdirSync(folder)) if (other.endsWith('.js') && text.includes(other)) reach(other);
  };
  const size = (name: string): number => gzipSync(readFileSync(join(folder, name))).length;
  const text = readFileSync(join(folder, first), 'utf8');
  const eager = [first, ...[...text.matchAll(/from"\.\/([\w-]+\.js)"/g)].map((m) => m[1]!)];
  reach(first);
  const kib = (names: Iterable<string>): string =>
    `${([...names].reduce((sum, n) => sum + size(n), 0) / 1024).toFixed(1)} KB`;
  row('first view, script, gzip', kib(eager), '≤ 60 KB');
  row('all script, gzip', kib(reached), '≤ 250 KB');
};

const queries = async (folder: string): Promise<void> => {
  const { lake, transactions, close } = await makeLake(folder, ROWS, LAKE_COLUMNS);
  const { api, cookie } = await measureLive.signIn({ createApi, openUsers, rowsOf, lake });
  const get = async (path: string): Promise<number> => {
    const began = performance.now();
    const answer = await api.request(`http://localhost${path}`, { headers: { cookie } });
    const body = await answer.text();
    if (answer.status !== 200) throw new Error(`${path}: ${answer.status} ${body}`);
    return performance.now() - began;
  };
  const timed = async (n: number, path: (i: number) => string): Promise<number[]> => {
    const times: number[] = [];
    for (let i = -2; i < n; i++) {
      const took = await get(path(Math.max(0, i)));
      if (i >= 0) times.push(took);
    }
    return times;
  };
  const any = (i: number): string => transactions[(i * 7919) % transactions.length]!;
  row(
    `timeline of any transaction, ${ROWS.toLocaleString('en')} logs, p95`,
    ms(p95(await timed(60, (i) => `/api/merchants/aaaaaaaaaaaaaaaa/transactions/${any(i)}`))),
    '≤ 150 ms',
  );
  const range = `from=${makeLake.fromMs}&to=${makeLake.toMs}`;
  const filters = [
    'class=4',
    'class=2&field=1',
    'code=220',
    'method=2',
    'step=payment',
    'assurance=1',
    'class=3',
    'field=10&method=1',
    'type=1',
    '',
  ];
  const filterOf = (i: number): string => `${range}&${filters[i % filters.length]!}`;
  row(
    'page of logs after a filter change, p95',
    ms(p95(await timed(30, (i) => `/api/logs?${filterOf(i)}`))),
    '≤ 500 ms',
  );
  row(
    'counts after a filter change, p95',
    ms(p95(await timed(20, (i) => `/api/logs/facets?${filterOf(i)}`))),
    '≤ 500 ms',
  );
  row('aggregates of it all, p95', ms(p95(await timed(5, () => `/api/aggregates?${range}`))), '');
  close();
};

const folder = mkdtempSync(join(tmpdir(), 'gander-bench-console-'));
try {
  console.log(
    `${cpus().length} cores, load average ${loadavg()[0]!.toFixed(1)} at the start, Node ${process.version}\n`,
  );
  console.log('| what | here | bar |\n|---|---|---|');
  sizes();
  const live = await measureLive({ createApi, openUsers, rowsOf, open: OPEN });
  row(`commit to server-sent event, ${OPEN} open sessions, p95`, ms(p95(live.latencies)), '≤ 1,000 ms');
  row('live store, bytes a log (frames and records)', live.bytesPerLog.toFixed(1), '');
  await queries(folder);
} finally {
  rmSync(folder, { recursive: true, force: true });
}
process.exit(0);
