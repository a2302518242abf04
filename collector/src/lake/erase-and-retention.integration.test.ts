import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { gunzipSync } from 'node:zlib';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { applyRetention } from './apply-retention.ts';
import { eraseLogs } from './erase-logs.ts';
import { createLakeFixture, HOUR, type LakeFixture, RECEIVED, rowAt } from './lake-fixture.ts';
import type { LakeStore } from './lake-store.ts';
import { type Duck, openDuck } from './open-duck.ts';
import type { Suppression } from './suppressions.ts';

const MERCHANT = '00112233445566ff';
const DAY = 24 * HOUR;
let fixture: LakeFixture;
let duck: Duck;
beforeEach(async () => {
  fixture = createLakeFixture();
  duck = await openDuck({ scratch: fixture.store.scratch, memoryLimit: '300MB' });
});
afterEach(() => {
  duck.close();
  fixture.remove();
});

const row = (n: number, receivedMs = RECEIVED) =>
  rowAt(n, { transaction: `order_${n % 4}`, session: String(n % 4).padStart(32, '0'), receivedMs });
const rows = (from: number, count: number, receivedMs = RECEIVED) =>
  Array.from({ length: count }, (_, i) => row(from + i, receivedMs));
const erase = (suppressions: readonly Suppression[]) =>
  eraseLogs({ duck, store: fixture.store, suppressions, nowMs: RECEIVED + 3 * DAY });
const countIn = async (table: string, transaction: string) =>
  (await fixture.rows(`select count(*) as n from ${table} where "transaction" = '${transaction}'`))[0]!.n;

/** Whether any file of the data folder holds a text, compressed or not. */
const filesWith = async (text: string): Promise<string[]> => {
  const found = [];
  for (const zone of ['landing', 'lake/logs', 'lake/transactions', 'dead-letter']) {
    for (const { key } of await fixture.store.list(zone)) {
      const bytes = readFileSync(join(fixture.dataDir, key));
      if ((key.endsWith('.gz') ? gunzipSync(bytes) : bytes).includes(text)) found.push(key);
    }
  }
  return found;
};

describe('eraseLogs', () => {
  it('erases a transaction everywhere, rewriting one part, and says so', async () => {
    fixture.land('a', rows(0, 40));
    fixture.land(
      'next-day',
      rows(40, 40, RECEIVED + DAY).filter((r) => r.transaction !== 'order_1'),
    );
    await fixture.compact(RECEIVED + 2 * DAY);
    fixture.land('open', [row(81, RECEIVED + 2 * DAY), row(82, RECEIVED + 2 * DAY)]);
    const receipt = await erase([{ merchant: MERCHANT, transaction: 'order_1' }]);
    expect(receipt).toMatchObject({ lakeRows: 10, landingRows: 11, deadLetters: 0 });
    expect(receipt.partsRewritten).toEqual(['lake/logs/dt=2026-09-21/shard=00/part-0000.parquet']);
    expect(receipt.objectsRewritten).toHaveLength(2);
    for (const table of ['logs_all', 'logs', 'landing_logs', 'transactions'])
      expect(await countIn(table, 'order_1')).toBe(0);
    expect(await filesWith('order_1')).toEqual([]);
    expect(await countIn('logs_all', 'order_2')).toBe(21);
    expect(await fixture.store.read(`lake/receipts/${receipt.id}.json`)).toBeDefined();
  });

  it('keeps it out: what lands or is compacted later is dropped', async () => {
    fixture.land('a', rows(0, 8));
    await fixture.compact();
    await erase([{ session: '2'.padStart(32, '0') }]);
    expect(await countIn('logs_all', 'order_2')).toBe(0);
    fixture.land('straggler', rows(8, 8, RECEIVED + HOUR));
    expect(await countIn('logs_all', 'order_2')).toBe(0);
    await fixture.compact();
    expect(await countIn('lake_logs', 'order_2')).toBe(0);
    expect(await countIn('logs_all', 'order_1')).toBe(4);
    // Also out of the object that it came in.
    expect(await filesWith('order_2')).toEqual([]);
  });

  it('says what it would erase, and changes nothing, when it is only tried', async () => {
    fixture.land('a', rows(0, 40));
    await fixture.compact();
    const before = await fixture.store.list('lake');
    const suppressions = [{ merchant: MERCHANT, transaction: 'order_1' }];
    const options = { duck, store: fixture.store, suppressions, nowMs: RECEIVED + 3 * DAY };
    const tried = await eraseLogs({ ...options, dryRun: true });
    expect(tried).toMatchObject({ lakeRows: 10, landingRows: 10 });
    expect(await fixture.store.list('lake')).toEqual(before);
    expect(await countIn('logs_all', 'order_1')).toBe(10);
    expect(await countIn('landing_logs', 'order_1')).toBe(10);
    expect(await eraseLogs(options)).toEqual(tried);
  });

  it('can be killed before any change, and erases all when it is run again', async () => {
    const wanted = { merchant: MERCHANT, transaction: 'order_1' };
    for (let kills = 0, done = false; !done; kills++) {
      const own = createLakeFixture();
      own.land('a', rows(0, 40));
      await own.compact();
      let left = kills;
      const dying: LakeStore = {
        ...own.store,
        async replace(key, body, over) {
          if (left-- <= 0) throw new Error('killed');
          await own.store.replace(key, body, over);
        },
      };
      const run = (store: LakeStore) => eraseLogs({ duck, store, suppressions: [wanted], nowMs: RECEIVED });
      done = await run(dying).then(
        () => true,
        () => false,
      );
      await run(own.store);
      for (const table of ['logs_all', 'landing_logs', 'transactions']) {
        const sql = `select count(*) as n from ${table} where "transaction" = 'order_1'`;
        expect(await own.rows(sql), `${table} after ${kills}`).toEqual([{ n: 0 }]);
      }
      expect(await own.rows('select count(*) as n from logs_all')).toEqual([{ n: 30 }]);
      own.remove();
      expect(kills).toBeLessThan(20);
    }
  });

  it('is harmless when repeated, and when there is nothing', async () => {
    fixture.land('a', rows(0, 8));
    await fixture.compact();
    await erase([{ merchant: MERCHANT, transaction: 'order_1' }]);
    const again = await erase([{ merchant: MERCHANT, transaction: 'order_1' }]);
    expect(again).toMatchObject({ lakeRows: 0, landingRows: 0, partsRewritten: [], objectsRewritten: [] });
    expect(await fixture.compact()).toEqual([]);
    expect(await countIn('logs_all', 'order_2')).toBe(2);
  });
});

describe('applyRetention', () => {
  const config = { landingDays: 14, lakeDays: 396, deadLetterDays: 30 };
  const retain = (nowMs: number) => applyRetention({ duck, store: fixture.store, config, nowMs });

  it('removes landing objects only once they are compacted', async () => {
    fixture.land('a', rows(0, 8));
    expect(await retain(RECEIVED + 20 * DAY)).toEqual({ landing: 0, lake: 0, deadLetter: 0, kept: 1 });
    await fixture.compact();
    expect(await retain(RECEIVED + 14 * DAY)).toMatchObject({ landing: 0, kept: 0 });
    expect(await retain(RECEIVED + 15 * DAY)).toMatchObject({ landing: 1, kept: 0 });
    expect(await fixture.rows('select count(*) as n from logs_all')).toEqual([{ n: 8 }]);
    // A straggler of that day is added to what the part held.
    fixture.land('straggler', rows(8, 4));
    await fixture.compact();
    expect(await fixture.rows('select count(*) as n from logs_all')).toEqual([{ n: 12 }]);
  });

  it('keeps landing no longer than a lake that is kept for less', async () => {
    fixture.land('a', rows(0, 8));
    await fixture.compact();
    const days = { ...config, lakeDays: 5 };
    const nowMs = RECEIVED + 6 * DAY;
    const removed = await applyRetention({ duck, store: fixture.store, config: days, nowMs });
    expect(removed).toMatchObject({ landing: 1, kept: 0 });
    expect(await fixture.compact(nowMs)).toEqual([]);
    expect(await fixture.rows('select count(*) as n from logs_all')).toEqual([{ n: 0 }]);
  });

  it('removes the lake after 13 months', async () => {
    fixture.land('a', rows(0, 8));
    await fixture.compact();
    await retain(RECEIVED + 396 * DAY);
    expect(await fixture.rows('select count(*) as n from logs_all')).toEqual([{ n: 8 }]);
    await retain(RECEIVED + 397 * DAY);
    expect(await fixture.store.list('lake/logs')).toEqual([]);
    expect(await fixture.rows('select count(*) as n from logs_all')).toEqual([{ n: 0 }]);
    expect(await fixture.rows('select count(*) as n from transactions')).toEqual([{ n: 0 }]);
  });
});
