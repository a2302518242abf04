import { expect, it } from 'vitest';
import { BREAKER, CAPTURE, createGuard, MAX_FAULTS, START } from './guard.ts';

const fail = (): void => {
  throw new Error('broken');
};

it('contains every fault and tells the first of each part', () => {
  const told: [number, number][] = [];
  const guard = createGuard((...fault) => told.push(fault));
  guard<void>(fail)();
  guard<void>(fail)();
  guard<void>(fail, START)();
  expect(told).toEqual([
    [CAPTURE, 1],
    [START, 3],
  ]);
});

it('says once when there were too many', () => {
  const told: number[] = [];
  const guard = createGuard((fault) => told.push(fault));
  for (let i = 0; i < 2 * MAX_FAULTS; i++) guard<void>(fail)();
  expect(told).toEqual([CAPTURE, BREAKER]);
});

it('survives a reporter that is broken itself', () => {
  const guard = createGuard(fail);
  expect(() => guard<void>(fail)()).not.toThrow();
});
