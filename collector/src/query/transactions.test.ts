import { hidden } from '@gander/log-codes/encode';
import { describe, expect, it } from 'vitest';
import type { Batch } from '../journal/batch.ts';
import { rowsOf } from '../landing/rows.ts';
import { createLive } from '../live/create-live.ts';
import { ACME, batchOf, NOW } from './api-fixture.ts';
import type { ApiContext } from './context.ts';
import { createTransactionList } from './transactions.ts';

const ALL = new Set([ACME]);
const many = (n: number) => Array.from({ length: n }, () => [0, hidden()] as const);

/** A list over these live batches, and what it asks and decodes. */
const listOf = (batches: readonly Batch[], landed: readonly Record<string, unknown>[] = []) => {
  const live = createLive({ clock: () => NOW, maxBytes: 2 ** 30 });
  live.add(batches);
  const seen = { decoded: 0, statements: [] as string[] };
  const context = {
    live,
    collector: 'c1',
    clock: () => NOW,
    rowsOf: (batch: Batch, collector: string) => {
      const rows = rowsOf(batch, collector);
      seen.decoded += rows.length;
      return rows;
    },
    lake: {
      indexesLanding: true,
      query: async (sql: string) => {
        await new Promise((resolve) => setImmediate(resolve));
        seen.statements.push(sql);
        if (sql.startsWith('select dt')) return { rows: [{ dt: '2026-11-20' }] };
        return { rows: sql.startsWith('select merchant, "transaction", session') ? landed : [] };
      },
    },
  } as unknown as ApiContext;
  return { list: createTransactionList(context), live, seen };
};

describe('the list of transactions', () => {
  it('decodes only what its page shows', async () => {
    const batches = Array.from({ length: 500 }, (_, i) =>
      batchOf(many(10), { transaction: `t${i}`, receivedMs: NOW - 500 + i }),
    );
    const { list, seen } = listOf(batches);
    const page = await list(ALL, undefined, 50);
    expect(page.transactions.map((t) => t.transaction)).toEqual(
      Array.from({ length: 50 }, (_, i) => `t${499 - i}`),
    );
    expect(seen.decoded).toBeLessThanOrEqual(1020);
    const all = [...page.transactions];
    for (let { next } = page; next; ) {
      const more = await list(ALL, next, 50);
      all.push(...more.transactions);
      next = more.next;
    }
    expect(new Set(all.map((t) => t.transaction)).size).toBe(500);
    expect([all.length, seen.decoded]).toEqual([500, 5000]);
  });

  it('adds a huge transaction up over several looks, says so, and lets the intake have its turns', async () => {
    const batches = Array.from({ length: 50 }, (_, i) => batchOf(many(500), { seq: i, first: i * 500 }));
    const { list, seen } = listOf([
      ...batches,
      batchOf(many(3), { transaction: 'small', session: 'ab'.repeat(16) }),
    ]);
    let turns = 0;
    const timer = setInterval(() => turns++, 0);
    const looks = [];
    for (let i = 0; i < 3; i++) {
      const { transactions, truncated } = await list(ALL, undefined, 50);
      looks.push([truncated, ...transactions.map((t) => t.logs).sort((a, b) => b - a)]);
    }
    clearInterval(timer);
    expect(looks).toEqual([
      [true, 10_000, 3],
      [true, 20_000, 3],
      [false, 25_000, 3],
    ]);
    expect(turns).toBeGreaterThan(0);
    expect(seen.decoded).toBe(25_003);
  });

  it('counts each log once, whoever looks at the same time and whatever comes meanwhile', async () => {
    const rest = [batchOf(many(20), { seq: 1, first: 20 })];
    const begin = rowsOf(batchOf(many(20)), 'c1');
    const { list, live } = listOf(rest, begin as unknown as Record<string, unknown>[]);
    const looks = [list(ALL, undefined, 50), list(ALL, undefined, 50)];
    await new Promise((resolve) => setImmediate(resolve));
    live.add([batchOf(many(20), { seq: 2, first: 40 })]);
    await Promise.all(looks);
    const { transactions } = await list(ALL, undefined, 50);
    expect(transactions.map((t) => t.logs)).toEqual([60]);
  });

  it('reads the beginnings that are not live any more in one statement, of what it shows', async () => {
    const batches = Array.from({ length: 300 }, (_, i) =>
      batchOf(many(2), { transaction: `t${i}`, seq: 3, first: 9, receivedMs: NOW - 300 + i }),
    );
    const { list, seen } = listOf(batches);
    await list(ALL, undefined, 50);
    expect(seen.statements.length).toBeLessThan(12);
    for (const sql of seen.statements) expect(sql.length).toBeLessThan(20_000);
  });
});
