import type { TransactionSummary } from '@gander/collector/api';
import { afterEach, expect, it, vi } from 'vitest';
import { openTransactionList } from './open-transaction-list.ts';

/** Transactions by number; the greater, the newer. */
const of = (...numbers: number[]): TransactionSummary[] =>
  numbers.map((n) => ({ merchant: 'm', transaction: `t${n}`, lastMs: n }) as TransactionSummary);
/** From the newest down. */
const down = (from: number, to: number): number[] =>
  Array.from({ length: from - to + 1 }, (_, i) => from - i);

const PAGE = 50;
/** A server with transactions 1 to `newest`, that answers when it is let. */
const serve = (newest: number) => {
  const server = { newest, failing: false, asked: [] as string[], hold: Promise.resolve() };
  vi.stubGlobal('fetch', async (path: string) => {
    server.asked.push(path);
    await server.hold;
    if (server.failing) throw new TypeError('no network');
    const before = Number(/before=(\d+)/.exec(path)?.[1] ?? server.newest + 1);
    const last = Math.max(1, before - PAGE);
    const next = last > 1 ? `${last}.t${last}` : null;
    return Response.json({ transactions: of(...down(before - 1, last)), next });
  });
  return server;
};
const shown = (list: ReturnType<typeof openTransactionList>): number[] =>
  (list.rows.value ?? []).map((t) => t.lastMs);

afterEach(() => void vi.unstubAllGlobals());

it('loses no row to new ones while older ones are shown', async () => {
  const server = serve(200);
  const list = openTransactionList();
  await list.refresh();
  await list.older();
  expect(shown(list)).toEqual(down(200, 101));
  server.newest = 203;
  await list.refresh();
  expect(shown(list)).toEqual(down(203, 101));
  await list.older();
  expect(shown(list)).toEqual(down(203, 51));
});

it('shows the newest page alone until older ones are asked for', async () => {
  const server = serve(200);
  const list = openTransactionList();
  await list.refresh();
  server.newest = 203;
  await list.refresh();
  expect(shown(list)).toEqual(down(203, 154));
  await list.older();
  expect(shown(list)).toEqual(down(203, 104));
});

it('asks once for older ones however often it is told to, also while the list is read again', async () => {
  const server = serve(120);
  const list = openTransactionList();
  await list.refresh();
  server.newest = 122;
  const both = [list.older(), list.older()];
  await Promise.all([...both, list.refresh()]);
  expect(server.asked.filter((path) => path.includes('before'))).toHaveLength(1);
  expect(shown(list)).toEqual(down(122, 21));
  await list.older();
  expect([shown(list), list.hasOlder.value]).toEqual([down(122, 1), false]);
});

it('says when older ones cannot be had, and tries again', async () => {
  const server = serve(200);
  const list = openTransactionList();
  await list.refresh();
  server.failing = true;
  await list.older();
  expect([list.problem.value, list.reading.value, list.hasOlder.value]).toEqual([
    'The collector cannot be reached.',
    false,
    true,
  ]);
  server.failing = false;
  await list.older();
  expect([list.problem.value, shown(list)]).toEqual(['', down(200, 101)]);
});

it('begins anew after so long away that a page does not reach down to what is shown', async () => {
  const server = serve(200);
  const list = openTransactionList();
  await list.refresh();
  await list.older();
  server.newest = 400;
  await list.refresh();
  expect(shown(list)).toEqual(down(400, 351));
  await list.older();
  expect(shown(list)).toEqual(down(400, 301));
});

it('does not grow without end while it is watched', async () => {
  const server = serve(5000);
  const list = openTransactionList();
  await list.refresh();
  await list.older();
  for (let i = 0; i < 60; i++) {
    server.newest += 40;
    await list.refresh();
  }
  expect(shown(list)).toEqual(down(7400, 6401));
  await list.older();
  await list.refresh();
  expect(shown(list)).toEqual(down(7400, 6351));
});
