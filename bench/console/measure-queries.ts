import { readdirSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { openLake } from '@gander/collector/lake';
import { LAKE_FROM_MS, LAKE_TO_MS } from './make-lake.ts';
import { startServer } from './start-server.ts';

const FILTERS = [
  'class=4',
  'class=2&field=1',
  'code=220',
  'method=2',
  'step=payment',
  'assurance=1',
  'class=3',
  'field=10&method=1',
  'type=1',
  'anomaly=true',
  'sdk=100&class=5',
  'late=true',
  '',
];

/** Times of what a console asks of a large lake, at the server, to the last byte. */
export const measureQueries = async (folder: string) => {
  const lake = await openLake({ dataDir: folder });
  // As after a first start: what is kept of closed days is made below, and timed.
  const isKept = (name: string): boolean => /^(counts|summaries)-/.test(name);
  for (const name of readdirSync(lake.cacheDir)) if (isKept(name)) rmSync(join(lake.cacheDir, name));
  const { rows: merchants } = await lake.query('select distinct merchant from merchants order by 1');
  const server = await startServer({
    lake,
    merchants: merchants.map((m) => m.merchant as string),
    // So that the lake's last days are those that are not compacted yet.
    clock: () => LAKE_TO_MS,
  });
  const found = await lake.query(
    `select merchant, "transaction" from (select distinct merchant, "transaction" from transactions)
     order by hash("transaction") limit 240`,
  );
  const picked = found.rows as readonly { merchant: string; transaction: string }[];
  const timed = async (n: number, path: (i: number) => string): Promise<number[]> => {
    const times: number[] = [];
    for (let i = -2; i < n; i++) {
      const took = await server.time(path(Math.max(0, i)));
      if (i >= 0) times.push(took);
    }
    return times;
  };
  const range = (i: number): string => `from=${LAKE_FROM_MS + i * 1000}&to=${LAKE_TO_MS}`;
  // The console's ranges begin at whole minutes: somebody who changes filters every five seconds meets a new one each twelfth time.
  const filterOf = (i: number): string =>
    `${range(60 * (1 + Math.floor(i / 12)))}&${FILTERS[i % FILTERS.length]!}`;
  const timeline = await timed(200, (i) => {
    const { merchant, transaction } = picked[i]!;
    return `/api/merchants/${merchant}/transactions/${transaction}`;
  });

  const began = performance.now();
  const done = (): boolean => {
    const names = readdirSync(lake.cacheDir).filter((n) => n.endsWith('.parquet'));
    return ['counts-', 'summaries-'].every((kind) => names.filter((n) => n.startsWith(kind)).length >= 29);
  };
  await server.time(`/api/aggregates?${range(0)}`);
  await server.time(`/api/logs/facets?${range(0)}`);
  while (!done()) {
    if (performance.now() - began > 300_000) throw new Error('the days were not counted');
    await new Promise((resolve) => setTimeout(resolve, 200));
  }
  const countMs = performance.now() - began;

  const page = await timed(52, (i) => `/api/logs?${filterOf(i)}`);
  const counts = await timed(52, (i) => `/api/logs/facets?${filterOf(i)}`);
  const older = await timed(26, (i) => {
    const day = LAKE_FROM_MS + (3 + i) * 86_400_000 + 40_000_000;
    return `/api/logs?${filterOf(i)}&before=${day}.${'8'.repeat(32)}.1`;
  });
  const aggregates = await timed(8, (i) => `/api/aggregates?${range(i)}`);
  const halves = await timed(
    8,
    (i) => `/api/aggregates?from=${LAKE_FROM_MS + 15 * 86_400_000 + i * 1000}&to=${LAKE_TO_MS}`,
  );
  const list = await timed(8, (i) => `/api/transactions?before=${LAKE_TO_MS - i * 1000}.x`);
  const search = await timed(10, (i) => `/api/search?q=${picked[i]!.transaction}`);
  await server.close();
  lake.close();
  return { timeline, page, older, counts, aggregates, halves, list, search, countMs };
};
