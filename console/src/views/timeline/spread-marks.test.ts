// @vitest-environment happy-dom
import { expect, it, vi } from 'vitest';
import { spreadMarks } from './spread-marks.ts';

it('leaves marks alone that are told apart as they are', () => {
  expect(spreadMarks([0, 10, 12, 100])).toEqual([0, 10, 12, 100]);
  expect(spreadMarks([])).toEqual([]);
});

it('moves those apart that lie on each other, in their order, about their middle', () => {
  expect(spreadMarks([10, 50, 50], 2)).toEqual([10, 49, 51]);
  expect(spreadMarks([50, 50.5, 51], 2)).toEqual([48.5, 50.5, 52.5]);
});

it('keeps them on the track, and moves those beside them on', () => {
  expect(spreadMarks([0, 0, 0, 5.5], 2)).toEqual([0, 2, 4, 6]);
  expect(spreadMarks([0, 99, 100, 100], 2)).toEqual([0, 96, 98, 100]);
});

it('never brings two nearer than that, however many there are', () => {
  const places = Array.from({ length: 40 }, (_, i) => 20 + Math.floor(i / 4) * 3);
  const spread = spreadMarks(places, 1.7);
  for (let i = 1; i < spread.length; i++) expect(spread[i]! - spread[i - 1]!).toBeGreaterThan(1.69);
  expect((spread[0]! + spread.at(-1)!) / 2).toBeCloseTo((places[0]! + places.at(-1)!) / 2);
});

it('takes twice as much of a phone’s track', () => {
  vi.stubGlobal('matchMedia', () => ({ matches: true }));
  expect(spreadMarks([50, 50])).toEqual([47.9, 52.1]);
  vi.unstubAllGlobals();
});
