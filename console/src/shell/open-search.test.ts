import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import { openSearch } from './open-search.ts';

const ORDERS = ['order_12', 'order_1', 'other_9'];
let asked: string[] = [];
let failing = false;

beforeEach(() => {
  asked = [];
  failing = false;
  vi.useFakeTimers();
  vi.stubGlobal('fetch', async (path: string) => {
    const text = new URL(path, 'http://x').searchParams.get('q') ?? '';
    asked.push(text);
    if (failing) throw new TypeError('no network');
    const found = ORDERS.filter((o) => o.startsWith(text)).map((transaction) => ({
      merchant: 'm',
      transaction,
      session: null,
      lastMs: 0,
    }));
    return Response.json({ found });
  });
});
afterEach(() => {
  vi.useRealTimers();
  vi.unstubAllGlobals();
});

it('asks for what stands there, once it stands for a moment', async () => {
  const search = openSearch();
  search.look('ord');
  await vi.advanceTimersByTimeAsync(100);
  search.look('oth');
  await vi.advanceTimersByTimeAsync(200);
  expect([asked, search.found.value?.map((f) => f.transaction)]).toEqual([['oth'], ['other_9']]);
});

it('never opens what an older text found', async () => {
  const search = openSearch();
  search.look('order');
  await vi.advanceTimersByTimeAsync(200);
  search.look('other_9');
  expect((await search.best('other_9'))?.transaction).toBe('other_9');
  search.look('nothing');
  expect(await search.best('nothing')).toBeUndefined();
});

it('asks at once for what was pasted and confirmed, and only once', async () => {
  const search = openSearch();
  search.look('other_9');
  expect((await search.best('other_9'))?.transaction).toBe('other_9');
  await vi.advanceTimersByTimeAsync(1000);
  expect((await search.best('other_9'))?.transaction).toBe('other_9');
  expect(asked).toEqual(['other_9']);
});

it('takes the reference itself before longer ones', async () => {
  expect((await openSearch().best('order_1'))?.transaction).toBe('order_1');
});

it('opens nothing when the text became another meanwhile, and says when it cannot ask', async () => {
  const search = openSearch();
  const answer = search.best('order');
  search.look('oth');
  expect(await answer).toBeUndefined();
  failing = true;
  expect(await search.best('other')).toBeUndefined();
  expect(search.problem.value).toBe('The collector cannot be reached.');
  search.clear();
  expect([search.problem.value, search.found.value]).toEqual(['', undefined]);
});
