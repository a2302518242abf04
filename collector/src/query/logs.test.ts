import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { LakeRow } from '@gander/log-codes';
import * as log from '@gander/log-codes/encode';
import { beforeEach, describe, expect, it } from 'vitest';
import { rowsOf } from '../landing/rows.ts';
import type { AggregatesAnswer, FacetsAnswer, LogsAnswer } from './api.ts';
import { ACME, type ApiFixture, BOLT, batchOf, createApiFixture, NOW } from './api-fixture.ts';
import { csvLine } from './export-logs.ts';
import {
  DIMENSIONS,
  FACETS,
  FILTER_NAMES,
  filterSql,
  hasValues,
  inlineSql,
  parseFilter,
  passes,
  type SessionFacts,
} from './log-filter.ts';
import { ACTIONS, ROUTE_ACTIONS } from './permissions.ts';

let world: ApiFixture;
let cookie: string;
let landedTo = 0;

/** Sixty transactions of all kinds, some landed, some only live, some both. */
const batches = Array.from({ length: 60 }, (_, i) =>
  batchOf(
    [
      [0, log.ready({ sdk_version: 100 + (i % 2), entry: 1, page: 'checkout', start_ms: 1 })],
      [10, log.step({ step: i % 3 ? 'payment' : 'cart', step_no: 1 })],
      [10, log.paste({ field: i % 4, field_no: 1 })],
      [10, log.blur({ field: i % 4, field_no: 1, visit: 1, method: i % 5 })],
      [10, i % 7 ? log.hidden() : log.scriptedClick({ target: 1, count: 2 })],
    ],
    {
      transaction: `t${i}`,
      session: i.toString(16).padStart(32, '0'),
      merchant: i % 6 ? ACME : BOLT,
      assurance: i % 3 ? 2 : 1,
      late: i % 11 === 0,
      type: i % 3,
      receivedMs: NOW - i * 60_000,
    },
  ),
);

beforeEach(async () => {
  landedTo = 30;
  world = await createApiFixture({}, { landed: () => ({ segment: 1, offset: landedTo }) });
  ({ cookie } = await world.signIn({ [ACME]: 'analyst' }));
  for (const [i, batch] of batches.entries()) {
    world.live.add([batch], { segment: 1, offset: i });
    // The last two landed ones lie in both: landing has written them, and its position is not yet seen.
    if (i <= 32) await world.lake.insert(world.context.rowsOf(batch, 'c1'));
  }
});

const json = async <T>(path: string): Promise<T> => (await (await world.get(path, cookie)).json()) as T;
const all = (): LakeRow[] =>
  batches.filter((b) => b.merchant === ACME).flatMap((b) => world.context.rowsOf(b, 'c1'));
/** What holds for each session of the fixture, found the plain way. */
const factsOf = (row: LakeRow): SessionFacts => facts.get(row.session)!;
const facts = new Map<string, SessionFacts>(
  batches.map((batch) => {
    const own = rowsOf(batch, 'c1');
    const sdk = own.find((r) => r.code % 1000 === 100)?.sdk_version as number;
    return [batch.session, { sdk, anomaly: own.some((r) => Math.floor((r.code % 1000) / 100) === 4) }];
  }),
);
const key = (r: LakeRow): string => `${r.session as string}:${r.log_seq as number}`;

describe('filters', () => {
  it('say the same in SQL and in memory, for every column', async () => {
    const rows = batches.flatMap((b) => world.context.rowsOf(b, 'c1'));
    await world.lake.query('delete from logs_all');
    await world.lake.insert(rows);
    let some = 0;
    for (const name of FILTER_NAMES) {
      if (name === 'merchant') continue;
      const { of } = DIMENSIONS[name];
      for (const value of new Set(rows.map((r) => of(r, factsOf(r))).filter((v) => v !== null))) {
        const filter = parseFilter(
          new URLSearchParams({ [name]: String(value), from: String(NOW - 7_200_000), to: String(NOW + 1) }),
          new Set([ACME]),
          NOW,
        );
        const condition = filterSql(filter);
        const found = await world.lake.query(
          `select session, log_seq from logs_all where ${condition.where}`,
          condition.params,
        );
        const inline = await world.lake.query(
          `select count(*) as n from logs_all where ${inlineSql(condition)}`,
        );
        const expected = rows
          .filter((r) => passes(filter, r, factsOf(r)))
          .map(key)
          .sort();
        expect(
          found.rows.map((r) => `${r.session as string}:${r.log_seq as number}`).sort(),
          `${name}=${value}`,
        ).toEqual(expected);
        expect(Number(inline.rows[0]?.n)).toBe(expected.length);
        some += expected.length;
      }
    }
    expect(some).toBeGreaterThan(1000);
  });

  it('are those of docs/console.md', () => {
    const docs = readFileSync(join(import.meta.dirname, '../../../docs/console.md'), 'utf8');
    const row = /^\| `GET \/api\/logs` .*`\?([a-z&]+)` \|$/m.exec(docs)?.[1] ?? '';
    expect(row.split('&').sort()).toEqual([...FILTER_NAMES, 'from', 'to', 'before', 'limit'].sort());
  });

  it('refuse what is not of their form, and never reach SQL as text', async () => {
    for (const query of [
      'class=x',
      "step=a'b",
      'from=-1',
      'from=5&to=4',
      'from=0',
      "transaction=x'%20or%20'1'='1",
      'late=maybe',
      'field=1e9',
      'limit=0',
      'before=1',
    ]) {
      expect((await world.get(`/api/logs?${query}`, cookie)).status, query).toBe(400);
    }
    expect((await json<LogsAnswer>('/api/logs?transaction=nope')).logs).toEqual([]);
  });
});

describe('pages of logs', () => {
  it('hold every log once, newest first, from the live store and the lake alike', async () => {
    const found: LakeRow[] = [];
    let next: string | null = '';
    for (let page = 0; next !== null && page < 99; page++) {
      const answer: LogsAnswer = await json(`/api/logs?limit=17${next ? `&before=${next}` : ''}`);
      found.push(...answer.logs);
      next = answer.next;
    }
    expect(found.map(key).sort()).toEqual(all().map(key).sort());
    const times = found.map((r) => r.event_ts);
    expect(times).toEqual([...times].sort((a, b) => b - a));
    expect(found.every((r) => r.merchant === ACME)).toBe(true);
  });
});

describe('counts', () => {
  const expectFacets = (answer: FacetsAnswer, query: string): void => {
    const filter = parseFilter(new URLSearchParams(query), new Set([ACME]), NOW + 60_000);
    expect(answer.total).toBe(all().filter((r) => passes(filter, r, factsOf(r))).length);
    expect(Object.keys(answer.facets)).toEqual(FACETS);
    for (const name of FACETS) {
      const facet = answer.facets[name]!;
      const counts = new Map<string, number>();
      for (const row of all()) {
        const value = DIMENSIONS[name].of(row, factsOf(row));
        if (value !== null && hasValues(filter, row, factsOf(row), name))
          counts.set(String(value), (counts.get(String(value)) ?? 0) + 1);
      }
      expect(new Map(facet.map((f) => [f.value, f.n])), name).toEqual(counts);
    }
  };

  it('are those of the logs that the list shows, a column’s own choice left out', async () => {
    landedTo = 32;
    for (const query of [
      '',
      'class=2',
      'class=2&field=1&field=2',
      'step=payment&assurance=1',
      'late=true',
      'sdk=101',
      'anomaly=true&class=1',
      'anomaly=false&sdk=100&sdk=101',
      'transaction=t9',
    ]) {
      expectFacets(await json<FacetsAnswer>(`/api/logs/facets?${query}`), query);
    }
  });
});

describe('aggregates', () => {
  it('count transactions, now and in the period before', async () => {
    for (const batch of batches.slice(33)) await world.lake.insert(world.context.rowsOf(batch, 'c1'));
    const from = NOW - 30 * 60_000 + 1;
    const answer = await json<AggregatesAnswer>(`/api/aggregates?from=${from}&to=${NOW + 1}`);
    const mine = batches.filter((b) => b.merchant === ACME);
    const now = mine.filter((b) => b.receivedMs >= from);
    const before = mine.filter((b) => b.receivedMs < from && b.receivedMs >= from - 30 * 60_000);
    const suspicious = (all: typeof mine): number =>
      all.filter((b) => Number(b.transaction.slice(1)) % 7 === 0).length;
    expect(answer.totals).toMatchObject({
      transactions: now.length,
      suspicious: suspicious(now),
      unfinished: now.length,
      logs: now.length * 5,
      holes: 0,
    });
    expect(answer.before).toMatchObject({ transactions: before.length, suspicious: suspicious(before) });
    const sum = (series: AggregatesAnswer['series']): number =>
      series.reduce((n, b) => n + (b?.transactions ?? 0), 0);
    expect([sum(answer.series), sum(answer.beforeSeries)]).toEqual([now.length, before.length]);
    expect(answer.series).toHaveLength(30);
    expect(answer.steps.reduce((n, s) => n + s.transactions, 0)).toBe(now.length);
    expect(answer.splits.type?.reduce((n, s) => n + s.now.transactions, 0)).toBe(now.length);
    expect(answer.splits.merchant).toMatchObject([
      { value: ACME, now: { transactions: now.length }, before: { transactions: before.length } },
    ]);
    expect(answer.methods.reduce((n, m) => n + m.n, 0)).toBe(now.length);
  });

  it('leave out what has not landed where a statement has no room for it, and say so', async () => {
    const own = await createApiFixture({}, { landed: () => ({ segment: 1, offset: 0 }) });
    const short = await createApiFixture(
      {},
      {
        live: own.live,
        lake: { ...own.lake, maxStatementBytes: 20_000 },
        landed: () => ({ segment: 1, offset: 0 }),
      },
    );
    for (const [i, batch] of batches.entries()) own.live.add([batch], { segment: 1, offset: i + 1 });
    const read = async (of: ApiFixture): Promise<AggregatesAnswer> => {
      const { cookie: as } = await of.signIn({ [ACME]: 'viewer' });
      return (await (await of.get('/api/aggregates', as)).json()) as AggregatesAnswer;
    };
    const mine = batches.filter((b) => b.merchant === ACME).length;
    const [whole, cut] = [await read(own), await read(short)];
    expect([whole.totals.transactions, whole.notCounted]).toEqual([mine, 0]);
    expect([cut.totals.transactions, cut.notCounted]).toEqual([0, mine * 5]);
  });

  it('tell what was not stored, by reason and merchant, now and before, and of no foreign merchant', async () => {
    const HOUR = 3_600_000;
    const asked: unknown[] = [];
    const counts = [
      [ACME, NOW - 4 * HOUR, 'duplicate', 7],
      [ACME, NOW - 2 * HOUR, 'duplicate', 2],
      [ACME, NOW - HOUR, 'duplicate', 3],
      [ACME, NOW - 4 * HOUR, 'bad_frame', 1],
      [ACME, NOW - HOUR, 'limit_merchant', 40],
      [ACME, NOW - HOUR, 'bad_token', 5],
    ] as const;
    const own = await createApiFixture(
      {},
      {
        deliveries: {
          read: async (merchants, fromMs, toMs) => {
            asked.push([[...merchants], fromMs, toMs]);
            return counts.map(([merchant, hourMs, fate, n]) => ({ merchant, hourMs, fate, n }));
          },
        },
      },
    );
    const { cookie: as } = await own.signIn({ [ACME]: 'viewer' });
    const from = NOW - 2 * HOUR + 600_000;
    const to = NOW + 600_000;
    const answer = await own.get(`/api/aggregates?from=${from}&to=${to}&type=1`, as);
    const { intake } = (await answer.json()) as AggregatesAnswer;
    expect(asked).toEqual([[[ACME], NOW - 4 * HOUR, to]]);
    expect(intake).toEqual({
      fromMs: NOW - 2 * HOUR,
      duplicates: { n: 5, before: 7 },
      refused: [
        { reason: 'limit_merchant', n: 40, before: 0 },
        { reason: 'bad_token', n: 5, before: 0 },
        { reason: 'bad_frame', n: 0, before: 1 },
      ],
      merchants: [
        {
          merchant: ACME,
          duplicates: 5,
          refused: [
            { reason: 'limit_merchant', n: 40 },
            { reason: 'bad_token', n: 5 },
          ],
        },
      ],
    });
    expect((await json<AggregatesAnswer>('/api/aggregates')).intake).toBeNull();
  });

  it('are empty of nothing', async () => {
    const answer = await json<AggregatesAnswer>(`/api/aggregates?from=1000&to=2000`);
    expect(answer.totals.transactions).toBe(0);
    expect(answer.series.every((b) => b === null)).toBe(true);
  });
});

describe('exports', () => {
  beforeEach(async () => {
    for (const batch of batches.slice(33)) await world.lake.insert(world.context.rowsOf(batch, 'c1'));
  });

  it('hold exactly what is filtered, in every format', async () => {
    const query = 'class=2&field=1&field=2';
    const filter = parseFilter(new URLSearchParams(query), new Set([ACME]), NOW + 60_000);
    const expected = all()
      .filter((r) => passes(filter, r))
      .map(key)
      .sort();
    const csv = await (await world.get(`/api/logs/export/csv?${query}`, cookie)).text();
    const [head = '', ...lines] = csv.trim().split('\r\n');
    const at = (name: string): number => head.split(',').indexOf(name);
    expect(lines.map((l) => `${l.split(',')[at('session')]}:${l.split(',')[at('log_seq')]}`).sort()).toEqual(
      expected,
    );
    const ndjson = await (await world.get(`/api/logs/export/json?${query}`, cookie)).text();
    expect(
      ndjson
        .trim()
        .split('\n')
        .map((l) => key(JSON.parse(l) as LakeRow))
        .sort(),
    ).toEqual(expected);
    const parquet = await world.get(`/api/logs/export/parquet?${query}`, cookie);
    const bytes = Buffer.from(await parquet.arrayBuffer());
    expect([bytes.subarray(0, 4).toString(), bytes.subarray(-4).toString()]).toEqual(['PAR1', 'PAR1']);
    expect((await world.get('/api/logs/export/xml', cookie)).status).toBe(404);
  });

  it('are no formulas', () => {
    expect(csvLine(['=cmd|x', '@SUM(1)', '+1', '-1', '\tx', 'a,b', 'say "hi"', -5, null, true])).toBe(
      `'=cmd|x,'@SUM(1),'+1,'-1,'\tx,"a,b","say ""hi""",-5,,true\r\n`,
    );
  });
});

describe('saved filters', () => {
  it('belong to their user', async () => {
    const saved = await world.send(
      'POST',
      '/api/filters',
      { name: 'Card pastes', query: 'code=220&field=1' },
      cookie,
    );
    expect(saved.status).toBe(201);
    const { id } = (await saved.json()) as { id: string };
    const other = await world.signIn({ [ACME]: 'owner' });
    expect(await (await world.get('/api/filters', other.cookie)).json()).toEqual({ filters: [] });
    expect((await world.send('DELETE', `/api/filters/${id}`, {}, other.cookie)).status).toBe(404);
    expect(await json('/api/filters')).toEqual({
      filters: [{ id, name: 'Card pastes', query: 'code=220&field=1', merchant: null, own: true }],
    });
    expect((await world.send('DELETE', `/api/filters/${id}`, {}, cookie)).status).toBe(200);
    expect((await world.send('POST', '/api/filters', { name: '', query: '' }, cookie)).status).toBe(400);
  });
});

describe('the tail', () => {
  it('sends what passes the filter, and goes on where it was left', async () => {
    const answer = await world.get(`/api/logs/tail?class=4&after=boot.0`, cookie, {
      'last-event-id': 'boot.14',
    });
    const reader = answer.body!.pipeThrough(new TextDecoderStream()).getReader();
    let text = '';
    while (!text.includes('\n\n')) text += (await reader.read()).value ?? '';
    await reader.cancel();
    const { logs } = JSON.parse(/^data: (.*)$/m.exec(text)?.[1] ?? '{}') as { logs: LakeRow[] };
    const filter = parseFilter(new URLSearchParams('class=4'), new Set([ACME]), NOW + 60_000);
    const expected = batches
      .slice(14)
      .flatMap((b) => world.context.rowsOf(b, 'c1'))
      .filter((r) => passes(filter, r));
    expect(logs.map(key)).toEqual(expected.map(key));
    expect(expected.length).toBeGreaterThan(2);
  });
});

describe('every route', () => {
  it('answers 404 to a foreign merchant, whatever the route', async () => {
    const foreign = world.api.routes.filter((r) => r.method !== 'ALL' && !r.path.startsWith('/api/auth/'));
    const seen = new Set<string>();
    for (const { method, path } of foreign) {
      const named = path.includes(':merchant');
      const url = path
        .replace(':merchant', BOLT)
        .replace(':transaction', 't0')
        .replace(':session', '0'.repeat(32))
        .replace(':seq', '0')
        .replace(/:\w+/g, 'x');
      const target = named ? url : `${url}?merchant=${BOLT}`;
      if (!named && !/transactions|logs|aggregates|search/.test(path)) continue;
      // Who may not run the installation learns nothing of a merchant there.
      const action = ROUTE_ACTIONS[`${method} ${path.replace('/api', '')}`]!;
      if (ACTIONS[action].needs.startsWith('all:')) continue;
      seen.add(path);
      const answer =
        method === 'GET' ? await world.get(target, cookie) : await world.send(method, target, {}, cookie);
      expect([path, answer.status, await answer.text()]).toEqual([path, 404, '{"e":205}']);
    }
    expect(seen.size).toBeGreaterThanOrEqual(8);
  });
});
