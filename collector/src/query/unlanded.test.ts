import { step } from '@gander/log-codes/encode';
import { describe, expect, it } from 'vitest';
import type { Batch } from '../journal/batch.ts';
import { rowsOf } from '../landing/rows.ts';
import { createLive } from '../live/create-live.ts';
import { ACME, BOLT, batchOf, NOW, openFixtureLake } from './api-fixture.ts';
import { MAX_STATEMENT_BYTES } from './athena/athena-values.ts';
import type { ApiContext } from './context.ts';
import { inlineSql } from './log-filter.ts';
import { readUnlanded } from './unlanded.ts';

const ONE = batchOf([[10, step({ step: 'payment', step_no: 1 })]]);
const sessionOf = (i: number): string => i.toString(16).padStart(32, '0');

/** A collector that has taken these batches and landed the first of them. */
const contextOf = (batches: readonly Batch[], landed: number): ApiContext => {
  const live = createLive({ clock: () => NOW, maxBytes: 2 ** 30 });
  for (const [i, batch] of batches.entries()) live.add([batch], { segment: 1, offset: i + 1 });
  const position = () => ({ segment: 1, offset: landed });
  return { live, rowsOf, collector: 'c1', landed: position } as unknown as ApiContext;
};

/** What the lake shows of all these, without what memory has. */
const shownOf = async (landed: readonly (readonly [Batch, string])[], where = 'true'): Promise<string[]> => {
  const lake = await openFixtureLake();
  await lake.insert(landed.flatMap(([batch, collector]) => rowsOf(batch, collector)));
  const { rows } = await lake.query(`select session from logs_all where ${where} order by session`);
  return rows.map((row) => String(row.session));
};

describe('what is not landed', () => {
  it('is told when landing stands still for as long as memory holds', async () => {
    const many = 150_000;
    const batches = Array.from({ length: many }, (_, i) => ({
      ...ONE,
      session: sessionOf(i),
      receivedMs: NOW - many + i,
    }));
    const { rows, notInLake } = await readUnlanded(contextOf(batches, 10), new Set([ACME]));
    // The newest of them, which is what a page of logs begins with.
    expect(rows).toHaveLength(20_000);
    expect(rows.at(-1)?.session).toBe(sessionOf(many - 1));
    expect(Buffer.byteLength(inlineSql(notInLake!))).toBeLessThan(MAX_STATEMENT_BYTES / 4);
    // All of a sudden they land, before the lake answers: those of memory are left out, the others are there.
    const first = many - 20_000;
    const landed = [0, first - 1, first, many - 1].map((i) => [batches[i]!, 'c1'] as const);
    expect(await shownOf(landed, inlineSql(notInLake!))).toEqual([sessionOf(0), sessionOf(first - 1)]);
  }, 60_000);

  it('is left out of the lake by name, whoever landed it, and by time when it is too much', async () => {
    for (const many of [40, 4_000]) {
      // Ten are landed; two of those in the very moment in which the next came.
      const batches = Array.from({ length: many }, (_, i) => ({
        ...ONE,
        session: sessionOf(i),
        merchant: i % 4 ? ACME : BOLT,
        receivedMs: NOW - 10_000 + Math.max(i, 10) - (i < 8 ? 5 : 0),
      }));
      const { rows, notInLake } = await readUnlanded(contextOf(batches, 10), new Set([ACME]));
      const own = batches.filter((b) => b.merchant === ACME);
      const unlanded = own.filter((b) => batches.indexOf(b) >= 10).map((b) => b.session);
      expect(rows.map((r) => r.session)).toEqual(unlanded);
      // In the lake as well, some by way of another collector that the client sent them to again.
      const lake = own.slice(0, 100).map((batch, i) => [batch, many === 40 && i > 20 ? 'c2' : 'c1'] as const);
      // What another collector took meanwhile, and what is of long ago, is not in this one's memory.
      const others = [
        [{ ...ONE, session: sessionOf(70_000) }, 'c2'],
        [{ ...ONE, session: sessionOf(70_001), receivedMs: NOW - 86_400_000 }, 'c1'],
      ] as const;
      const shown = await shownOf([...lake, ...others], inlineSql(notInLake!));
      const expected = own.filter((b) => batches.indexOf(b) < 10).map((b) => b.session);
      expect([many, shown]).toEqual([many, [...expected, sessionOf(70_000), sessionOf(70_001)]]);
    }
  });

  it('is looked at up to so many logs, the newest, and with turns for the intake between', async () => {
    const many = Array.from({ length: 500 }, () => [0, step({ step: 'payment', step_no: 1 })] as const);
    const frames = Array.from({ length: 140 }, (_, i) => batchOf(many, { session: sessionOf(i) }));
    let turns = 0;
    const timer = setInterval(() => turns++, 0);
    const { rows, truncated, notInLake } = await readUnlanded(contextOf(frames, 10), new Set([ACME]));
    clearInterval(timer);
    expect([rows.length, truncated, rows[0]!.session]).toEqual([50_000, true, sessionOf(40)]);
    expect(turns).toBeGreaterThan(0);
    // What is not looked at counts where it lies once it has landed.
    const landed = [39, 40].map((i) => [batchOf(many.slice(0, 1), { session: sessionOf(i) }), 'c1'] as const);
    expect(await shownOf(landed, inlineSql(notInLake!))).toEqual([sessionOf(39)]);
  });

  it('is nothing where all is landed', async () => {
    expect(await readUnlanded(contextOf([ONE], 1), new Set([ACME]))).toEqual({
      rows: [],
      truncated: false,
      notInLake: undefined,
    });
  });
});
