// @vitest-environment happy-dom
import type { Log } from '@gander/log-codes/encode';
import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import { SLOT } from '../slot.ts';
import { integrityOfPage } from './integrity-of-page.ts';

const page = globalThis as { [SLOT]?: { log(log: Log): void } | undefined };
let logs: Log[] = [];
let stop: () => void;
beforeEach(() => {
  vi.useFakeTimers();
  logs = [];
  moves = 0;
  document.body.innerHTML = '<form action="/pay"></form>';
  stop = integrityOfPage({});
});
afterEach(() => {
  stop();
  page[SLOT] = undefined;
  vi.useRealTimers();
});

let moves: number;
const moveTarget = async (): Promise<void> => {
  document.querySelector('form')!.setAttribute('action', ++moves % 2 ? 'https://evil.example/' : '/pay');
  await vi.advanceTimersByTimeAsync(0);
};
const sdkArrives = (): void => {
  page[SLOT] = { log: (log) => logs.push(log) };
};

it('holds what it saw for an SDK that arrives within a minute, and then hands over at once', async () => {
  await moveTarget();
  await vi.advanceTimersByTimeAsync(59_000);
  expect(logs).toEqual([]);
  sdkArrives();
  await vi.advanceTimersByTimeAsync(500);
  expect(logs).toEqual([[411, 3]]);
  expect(vi.getTimerCount()).toBe(0);
  await moveTarget();
  expect(logs).toHaveLength(2);
});

it('gives up after a minute without an SDK: no timer runs on, and nothing is sent later', async () => {
  await moveTarget();
  await vi.advanceTimersByTimeAsync(60_000);
  expect(vi.getTimerCount()).toBe(0);
  sdkArrives();
  await moveTarget();
  await vi.advanceTimersByTimeAsync(60_000);
  expect(logs).toEqual([]);
});

it('holds no more than fifty', async () => {
  for (let i = 0; i < 60; i++) await moveTarget();
  sdkArrives();
  await vi.advanceTimersByTimeAsync(500);
  expect(logs).toHaveLength(50);
});
