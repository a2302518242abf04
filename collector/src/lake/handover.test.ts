import { describe, expect, it } from 'vitest';
import { createHandover } from './handover.ts';

describe('a handover', () => {
  it('gives items in order, each once it is wanted, and tells the producer', async () => {
    const handover = createHandover<number>();
    const taken = [handover.push(1), handover.push(2)];
    handover.end();
    const got: number[] = [];
    for await (const item of handover) got.push(item);
    expect([got, await Promise.all(taken)]).toEqual([
      [1, 2],
      [true, true],
    ]);
  });

  it('lets the producer go when its consumer goes: before the first item, between two, and after', async () => {
    const early = createHandover<number>();
    const waiting = early.push(1);
    early.close();
    expect([await waiting, await early.push(2)]).toEqual([false, false]);
    for await (const item of early) expect(item).toBeUndefined();

    const between = createHandover<number>();
    const first = between.push(1);
    const iterator = between[Symbol.asyncIterator]();
    await iterator.next();
    between.close();
    expect([await first, await between.push(2)]).toEqual([false, false]);

    const asking = createHandover<number>();
    const next = asking[Symbol.asyncIterator]().next();
    asking.close();
    expect(await next).toEqual({ done: true, value: undefined });
  });
});
