import { expect, it } from 'vitest';
import { shapeOf } from './shape-of.ts';
import { DEFAULT_SHAPE } from './tables.ts';

it('takes a number of shards, and is the default without', () => {
  expect(shapeOf(undefined)).toEqual(DEFAULT_SHAPE);
  expect(shapeOf('32')).toEqual({ ...DEFAULT_SHAPE, shards: 32 });
  expect(shapeOf(256).shards).toBe(256);
});

it.each(['abc', '', '0', '257', '-1', '1.5', '1e2', ' 8', null])('refuses shards=%s', (shards) => {
  expect(() => shapeOf(shards)).toThrow('a whole number from 1 to 256');
});
