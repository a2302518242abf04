import { hidden } from '@gander/log-codes/encode';
import { describe, expect, it } from 'vitest';
import { ACME, BOLT, batchOf, createApiFixture, SESSION } from './api-fixture.ts';

describe('search', () => {
  it('finds by reference and by session, live and landed, and takes SQL for text (#61)', async () => {
    const world = await createApiFixture();
    const owner = await world.signIn({ [ACME]: 'owner' });
    world.live.add([batchOf([[0, hidden()]], { transaction: 'order_77' })]);
    await world.lake.insert(
      world.context.rowsOf(
        batchOf([[0, hidden()]], { transaction: 'order_78', session: 'f'.repeat(32) }),
        'c1',
      ),
    );
    await world.lake.insert(
      world.context.rowsOf(batchOf([[0, hidden()]], { transaction: 'order_79', merchant: BOLT }), 'c1'),
    );
    const found = async (q: string): Promise<string[]> =>
      (
        (await (await world.get(`/api/search?q=${encodeURIComponent(q)}`, owner.cookie)).json()) as {
          found: { transaction: string }[];
        }
      ).found
        .map((f) => f.transaction)
        .sort();
    expect(await found('order_7')).toEqual(['order_77', 'order_78']);
    expect(await found('ffff')).toEqual(['order_78']);
    expect(await found(SESSION.slice(0, 8))).toEqual(['order_77']);
    // What is live is found by its names; no frame is looked at.
    world.live.add([batchOf([[0, hidden()]], { transaction: 'live_1', session: 'e'.repeat(32) })]);
    world.live.batchesOf = () => {
      throw new Error('frames are not needed');
    };
    expect(await found('eeee')).toEqual(['live_1']);
    for (const q of ["' or 1=1 --", 'x', '%', 'order_7%', '']) expect(await found(q)).toEqual([]);
  });
});
