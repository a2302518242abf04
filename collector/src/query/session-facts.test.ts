import * as log from '@gander/log-codes/encode';
import { describe, expect, it } from 'vitest';
import type { Batch } from '../journal/batch.ts';
import { rowsOf } from '../landing/rows.ts';
import { createLive } from '../live/create-live.ts';
import { ACME, BOLT, batchOf, NOW, openFixtureLake } from './api-fixture.ts';
import type { ApiContext } from './context.ts';
import { createKnowSessions } from './session-facts.ts';

/** Sessions of 30 transactions of two merchants, some with the same reference; of each the first batch is in the lake alone. */
const sessions = Array.from({ length: 30 }, (_, i) => {
  const of = {
    merchant: i % 2 ? ACME : BOLT,
    transaction: `t${i - (i % 2)}`,
    session: i.toString(16).padStart(32, '0'),
  };
  const begun = batchOf(
    [
      [0, log.ready({ sdk_version: 100 + i, entry: 1, page: 'checkout', start_ms: 1 })],
      [10, i % 3 ? log.hidden() : log.scriptedClick({ target: 1, count: 1 })],
    ],
    { ...of, receivedMs: NOW - 7_200_000 },
  );
  const rest = batchOf([[0, log.idle()]], { ...of, seq: 1, first: 2 });
  return { begun, rest, facts: { sdk: 100 + i, anomaly: i % 3 === 0 } };
});

/** What is asked of the lake, and how it may fail. */
const setUp = async () => {
  const lake = await openFixtureLake();
  await lake.insert(sessions.flatMap(({ begun }) => rowsOf(begun, 'c1')));
  const live = createLive({ clock: () => NOW });
  live.add(sessions.map(({ rest }) => rest));
  const asked = { statements: 0, isDown: false };
  const context = {
    live,
    rowsOf,
    collector: 'c1',
    clock: () => NOW,
    lake: {
      ...lake,
      indexesLanding: true,
      query: async (sql: string, params: string[]) => {
        asked.statements++;
        if (asked.isDown) throw new Error('the lake is down');
        return await lake.query(sql, params);
      },
    },
  } as unknown as ApiContext;
  const rows = (batches: readonly Batch[]) => batches.flatMap((batch) => rowsOf(batch, 'c1'));
  return { asked, live, know: createKnowSessions(context), rows };
};
const rests = sessions.map(({ rest }) => rest);
const expected = sessions.map(({ facts }) => facts);

describe('facts of sessions whose beginning is no longer live', () => {
  it('are asked of the lake together, and once', async () => {
    const { know, asked, rows } = await setUp();
    const factsOf = await know(rows(rests));
    expect(rows(rests).map(factsOf)).toEqual(expected);
    // On which days they lie, and their logs.
    expect(asked.statements).toBe(2);
    expect((await know(rows(rests)))(rows(rests)[3]!)).toEqual(expected[3]);
    expect(asked.statements).toBe(2);
  });

  it('are asked once also by several at the same time, and what comes later is added', async () => {
    const { know, asked, rows, live } = await setUp();
    const both = await Promise.all([know(rows(rests)), know(rows(rests.slice(5, 9)))]);
    expect(both.map((factsOf) => factsOf(rows(rests)[7]!))).toEqual([expected[7], expected[7]]);
    expect(asked.statements).toBe(2);
    const odd = {
      ...sessions[7]!.rest,
      frame: batchOf([[0, log.scriptedClick({ target: 1, count: 1 })]], { seq: 2, first: 3 }).frame,
    };
    live.add([odd]);
    expect((await know(rows([odd])))(rows([odd])[0]!)).toEqual({ ...expected[7], anomaly: true });
    expect(asked.statements).toBe(2);
  });

  it('are asked for again when the lake did not answer', async () => {
    const { know, asked, rows } = await setUp();
    asked.isDown = true;
    await expect(know(rows(rests))).rejects.toThrow('the lake is down');
    asked.isDown = false;
    const factsOf = await know(rows(rests));
    expect(rows(rests).map(factsOf)).toEqual(expected);
  });
});
