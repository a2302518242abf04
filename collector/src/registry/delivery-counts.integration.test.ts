import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { bodyOf, frameOf, post, startFixture } from '../collector-fixture.ts';
import { describeEachDatabase } from './database-fixture.ts';
import { type DeliveryCounts, startDeliveryCounts } from './delivery-counts.ts';
import { type OpenDatabase, openDatabase } from './open-database.ts';

const HOUR = 3_600_000;
const NOW = Date.UTC(2026, 10, 22, 12, 30);
const ACME = 'aaaaaaaaaaaaaaaa';
const BOLT = 'bbbbbbbbbbbbbbbb';

it('a collector counts what came again and what it refused, by merchant', async () => {
  const fixture = await startFixture();
  try {
    const { collector, merchant } = fixture;
    const token = await fixture.open();
    const body = bodyOf(token, frameOf(0));
    const logs = `${collector.url}/v1/logs`;
    for (let i = 0; i < 4; i++) expect((await post(logs, body)).status).toBe(202);
    for (let i = 0; i < 2; i++)
      expect((await post(logs, body, { origin: 'https://other.example' })).status).toBe(403);
    // Of no known merchant.
    expect((await post(logs, 'G1.x.AAAA')).status).toBe(401);
    const counts = await collector.deliveries.read(new Set([merchant, '-']), 0, Date.now() + HOUR);
    const total = (fate: string): number =>
      counts.filter((c) => c.fate === fate).reduce((sum, c) => sum + c.n, 0);
    expect([total('duplicate'), total('wrong_origin')]).toEqual([3, 2]);
    expect(new Set(counts.map((c) => `${c.merchant} ${c.fate}`))).toEqual(
      new Set([`${merchant} duplicate`, `${merchant} wrong_origin`]),
    );
  } finally {
    await fixture.remove();
  }
});

describeEachDatabase('delivery counts', (database) => {
  let dataDir: string;
  let opened: { db: OpenDatabase; counts: DeliveryCounts }[];
  let nowMs: number;
  beforeEach(async () => {
    dataDir = mkdtempSync(join(tmpdir(), 'gander-counts-'));
    opened = [];
    nowMs = NOW;
    await database.empty();
  });
  afterEach(async () => {
    for (const { db, counts } of opened) {
      await counts.stop();
      await db.close();
    }
    rmSync(dataDir, { recursive: true });
  });
  const start = async (): Promise<DeliveryCounts> => {
    const db = await openDatabase({ url: database.url(), dataDir });
    const counts = startDeliveryCounts({ db: db.db, now: () => nowMs });
    opened.push({ db, counts });
    return counts;
  };

  it('are written also where more wait than one statement takes, as after an outage', async () => {
    const counts = await start();
    const merchants = Array.from({ length: 17_000 }, (_, i) => i.toString(16).padStart(16, '0'));
    for (const merchant of merchants) counts.add(merchant, 'limit_merchant');
    await counts.flush();
    const found = await counts.read(new Set([merchants[0]!, merchants.at(-1)!]), 0, NOW + HOUR);
    expect(found.map((c) => c.n)).toEqual([1, 1]);
  });
  const all = (counts: DeliveryCounts, merchants = [ACME, BOLT]) =>
    counts.read(new Set(merchants), NOW - 500 * 24 * HOUR, NOW + 24 * HOUR);

  it('are summed up over collectors, by merchant, hour and fate, and outlive them', async () => {
    const [one, two] = [await start(), await start()];
    for (let i = 0; i < 3; i++) one.add(ACME, 'duplicate');
    two.add(ACME, 'duplicate');
    two.add(BOLT, 'limit_merchant');
    nowMs += HOUR;
    two.add(ACME, 'duplicate');
    await one.stop();
    await two.flush();
    one.add(ACME, 'bad_frame');
    const hourMs = NOW - HOUR / 2;
    const third = await start();
    expect(await all(third)).toEqual([
      { merchant: ACME, hourMs, fate: 'duplicate', n: 4 },
      { merchant: BOLT, hourMs, fate: 'limit_merchant', n: 1 },
      { merchant: ACME, hourMs: hourMs + HOUR, fate: 'duplicate', n: 1 },
    ]);
    expect(await third.read(new Set([ACME]), hourMs + 1, hourMs + HOUR)).toEqual([]);
    expect(await all(third, [])).toEqual([]);
    expect((await all(one, [ACME])).map((c) => [c.fate, c.n])).toEqual([
      ['duplicate', 4],
      ['bad_frame', 1],
      ['duplicate', 1],
    ]);
  });

  it('go when they are older than the lake’s logs', async () => {
    const counts = await start();
    nowMs = NOW - 450 * 24 * HOUR;
    counts.add(ACME, 'duplicate');
    await counts.flush();
    nowMs = NOW;
    counts.add(ACME, 'duplicate');
    expect((await all(counts)).map((c) => c.hourMs)).toEqual([NOW - HOUR / 2]);
  });

  const { outage } = database;
  if (!outage) return;
  it('wait for a database that does not answer', async () => {
    const counts = await start();
    counts.add(ACME, 'duplicate');
    await outage.begin();
    await expect(counts.flush()).rejects.toThrow();
    counts.add(ACME, 'duplicate');
    await outage.end();
    expect(await all(counts)).toMatchObject([{ fate: 'duplicate', n: 2 }]);
  });
});
