import { copyFileSync, cpSync, mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { LakeRow } from '@gander/log-codes';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { createLakeFixture, type LakeFixture, rowAt } from '../lake/lake-fixture.ts';
import { createLocalStore } from '../lake/local-store.ts';
import { openLake } from '../lake/open-lake.ts';
import { createRemoteDays } from '../lake/remote-days.ts';
import type { AggregatesAnswer, FacetsAnswer, LogsAnswer } from './api.ts';
import { ACME, type ApiFixture, BOLT, createApiFixture } from './api-fixture.ts';

const DAY = 24 * 3_600_000;
const FROM = Date.UTC(2026, 10, 14);
const DAYS = 5;

/** Forty checkouts a day of two merchants; one of each day goes on after midnight. */
const rows: LakeRow[] = Array.from({ length: DAYS * 40 }, (_, i): LakeRow[] => {
  const day = Math.floor(i / 40);
  const startMs = FROM + day * DAY + (i % 40) * 2_100_000 + (i % 40 === 39 ? 4_498_000 : 0);
  const events: [number, Partial<LakeRow>][] = [
    [100, { sdk_version: 100 + (i % 3) }],
    [103, { step: i % 2 ? 'payment' : 'cart', step_no: 1 + (i % 2) }],
    [201, { field: 1 + (i % 4), method: i % 5 }],
    [210, { field: 2, flight_p50_ms: (i * 37) % 700 }],
    [i % 9 ? 300 : 400, { count: 1 }],
    [i % 4 ? 111 : 510, { count: 3, drop_reason: 1 }],
  ];
  return events.map(([event, more], seq) =>
    rowAt(seq, {
      merchant: i % 7 ? ACME : BOLT,
      transaction: `order_${i}`,
      session: i.toString(16).padStart(32, '0'),
      code: 1000 + event,
      receivedMs: startMs + seq * 1000,
      assurance: 1 + (i % 2),
      late: i % 13 === 0,
      ...more,
    }),
  );
}).flat();

let fixture: LakeFixture;
let world: ApiFixture;
let cookie: string;
const lakeOf = async (): Promise<Awaited<ReturnType<LakeFixture['lake']>>> => fixture.lake();
const files = async (): Promise<string[]> =>
  readdirSync((await lakeOf()).cacheDir)
    .filter((name) => /^(counts|summaries)-.*\.parquet$/.test(name))
    .sort();
const json = async <T>(path: string): Promise<T> => (await (await world.get(path, cookie)).json()) as T;

beforeEach(async () => {
  fixture = createLakeFixture();
  const byHour = new Map<number, LakeRow[]>();
  for (const row of rows) {
    const hour = Math.floor((row.event_ts + row.lag_ms) / 3_600_000);
    byHour.set(hour, [...(byHour.get(hour) ?? []), row]);
  }
  for (const [hour, own] of byHour) fixture.land(`c1-boot-${hour}-000000000000`, own);
  // The last day is not closed yet.
  await fixture.compact(FROM + (DAYS - 1) * DAY + 3_600_000);
  world = await createApiFixture({}, { lake: await lakeOf(), clock: () => FROM + DAYS * DAY });
  ({ cookie } = await world.signIn({ [ACME]: 'viewer' }));
});
afterEach(() => fixture.remove());

const QUERIES = [
  '',
  'class=2&field=2',
  'sdk=101',
  'anomaly=true&class=1',
  'late=true&method=3',
  'typing=100',
  'typing=600',
];
const ask = async (range: string) => {
  const found: unknown[] = [];
  for (const query of QUERIES) {
    const facets = await json<FacetsAnswer>(`/api/logs/facets?${range}&${query}`);
    found.push(facets);
    const logs: string[] = [];
    for (let next: string | null = ''; next !== null; ) {
      const page: LogsAnswer = await json(
        `/api/logs?limit=90&${range}&${query}${next ? `&before=${next}` : ''}`,
      );
      logs.push(...page.logs.map((r) => `${r.event_ts}.${r.session}.${r.log_seq}`));
      next = page.next;
    }
    found.push(logs);
    expect(facets.total, query).toBe(logs.length);
  }
  found.push(await json<AggregatesAnswer>(`/api/aggregates?${range}`));
  found.push(await json<AggregatesAnswer>(`/api/aggregates?${range}&type=1&assurance=2&sdk=102`));
  return found;
};

it('closed days answer from their files as their logs do, and files follow their days', async () => {
  const range = `from=${FROM + 7_300_000}&to=${FROM + DAYS * DAY - 1000}`;
  // The same lake that tells nothing of its days: everything is read from the logs.
  const { days: _days, ...plain } = await lakeOf();
  const direct = await createApiFixture({}, { lake: plain, clock: () => FROM + DAYS * DAY });
  const { cookie: own } = await direct.signIn({ [ACME]: 'viewer' });
  const [filed, theirs] = [world, cookie];
  [world, cookie] = [direct, own];
  const expected = await ask(range);
  [world, cookie] = [filed, theirs];
  expect(await ask(range)).toEqual(expected);
  // Asking has made them, in the background.
  await expect.poll(async () => (await files()).length, { timeout: 20_000 }).toBe(2 * (DAYS - 1));
  expect(await ask(range)).toEqual(expected);
  const [facets, logs] = expected as [FacetsAnswer, string[]];
  expect([facets.total, logs.length]).toEqual([logs.length, new Set(logs).size]);
  expect(facets.total).toBeGreaterThan(900);

  const before = await files();
  fixture.land('c1-boot-late-000000000000', [
    rowAt(9, {
      merchant: ACME,
      session: 'e'.repeat(32),
      transaction: 'late',
      receivedMs: FROM + DAY + 5000,
      code: 1400,
    }),
  ]);
  const one = await json<FacetsAnswer>(`/api/logs/facets?${range}`);
  expect(one.total).toBe(facets.total + 1);
  await fixture.compact(FROM + (DAYS - 1) * DAY + 3_600_000);
  expect((await json<FacetsAnswer>(`/api/logs/facets?${range}`)).total).toBe(facets.total + 1);
  // The day and its neighbours have new files, and the old ones are gone.
  await expect
    .poll(async () => (await files()).filter((name) => !before.includes(name)).length, { timeout: 20_000 })
    .toBeGreaterThan(2);
  await expect
    .poll(async () => (await files()).filter((n) => n.startsWith('counts')).length, { timeout: 20_000 })
    .toBe(DAYS - 1);
}, 60_000);

it('of a bucket only days that somebody asks for get files, by the parts’ versions, and answer as their logs do', async () => {
  // What is told apart from a disk: nothing says whether anything changed, and each statement names its days.
  const dataDir = mkdtempSync(join(tmpdir(), 'gander-away-'));
  for (const zone of ['landing', 'lake'])
    cpSync(join(fixture.dataDir, zone), join(dataDir, zone), { recursive: true });
  const { change: _change, ...store } = createLocalStore(dataDir);
  const now = () => FROM + DAYS * DAY;
  const lake = await openLake({ dataDir, store, remote: true, now });
  try {
    const { days: _days, ...plain } = lake;
    const range = `from=${FROM + DAY}&to=${FROM + 3 * DAY}`;
    const answers: unknown[] = [];
    for (const reader of [plain, lake]) {
      world = await createApiFixture({}, { lake: reader, clock: now });
      ({ cookie } = await world.signIn({ [ACME]: 'viewer' }));
      answers.push(await ask(range));
    }
    expect(answers[1]).toEqual(answers[0]);
    const days = async (kind: string): Promise<string[]> =>
      readdirSync(lake.cacheDir)
        .filter((name) => name.startsWith(kind) && name.endsWith('.parquet'))
        .map((name) => name.slice(-31, -21))
        .sort();
    // The two days asked for, those of the period before and, where it matters when a transaction began, one more.
    await expect
      .poll(() => days('counts'), { timeout: 15_000 })
      .toEqual(['2026-11-14', '2026-11-15', '2026-11-16']);
    await expect
      .poll(() => days('summaries'), { timeout: 15_000 })
      .toEqual(['2026-11-14', '2026-11-15', '2026-11-16', '2026-11-17']);
    expect(await ask(range)).toEqual(answers[0]);

    // A day whose landing no part covers is not closed, however old it is.
    expect((await lake.days()).filter((d) => d.settled).map((d) => d.dt)).toEqual([
      '2026-11-14',
      '2026-11-15',
      '2026-11-16',
      '2026-11-17',
    ]);
    const [landed] = await store.list('landing/logs/dt=2026-11-15');
    const late = join(dataDir, landed!.key.replace('c1-boot', 'c2-boot'));
    copyFileSync(join(dataDir, landed!.key), late);
    const again = createRemoteDays({ store, now });
    const settled = async (): Promise<string[]> => (await again()).filter((d) => d.settled).map((d) => d.dt);
    expect(await settled()).toEqual(['2026-11-14', '2026-11-16', '2026-11-17']);
  } finally {
    lake.close();
    rmSync(dataDir, { recursive: true, force: true });
  }
}, 60_000);
