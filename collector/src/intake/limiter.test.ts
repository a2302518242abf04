import { describe, expect, it } from 'vitest';
import { createLimiter, createMemoryStore, type LimitStore } from './limiter.ts';

const counting = (store: LimitStore) => {
  let asked = 0;
  return {
    store: {
      consume: (key: string, points: number) => {
        asked++;
        return store.consume(key, points);
      },
    },
    asked: () => asked,
  };
};

describe('limiter', () => {
  it('lets a bucket’s points through, then says how long to wait; each key by itself', async () => {
    const bucket = { points: 10, seconds: 60 };
    const limiter = createLimiter(bucket, createMemoryStore('a', bucket), () => 0);
    for (let i = 0; i < 8; i++) expect(await limiter.take('one')).toBe(0);
    // Then it is near, which is said by a negative number.
    for (let i = 0; i < 2; i++) expect(await limiter.take('one')).toBeLessThan(0);
    const wait = await limiter.take('one');
    expect(wait).toBeGreaterThan(0);
    expect(wait).toBeLessThanOrEqual(60);
    expect(await limiter.take('two')).toBe(0);
  });

  it('asks the store seldom: for a hundredth of the bucket at a time, and not again while a key is over', async () => {
    const bucket = { points: 1_000, seconds: 60 };
    const { store, asked } = counting(createMemoryStore('b', bucket));
    const limiter = createLimiter(bucket, store, () => 0);
    let through = 0;
    for (let i = 0; i < 5_000; i++) if ((await limiter.take('one')) <= 0) through++;
    expect(through).toBe(1_000);
    expect(asked()).toBe(101);
  });

  it('spends no lease beyond its window', async () => {
    const bucket = { points: 200, seconds: 10 };
    let now = 0;
    const { store, asked } = counting(createMemoryStore('c', bucket));
    const limiter = createLimiter(bucket, store, () => now);
    await limiter.take('one');
    await limiter.take('one');
    expect(asked()).toBe(1);
    await limiter.take('one');
    now = 20_000;
    await limiter.take('one');
    expect(asked()).toBe(3);
  });
});
