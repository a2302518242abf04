import { expect, it } from 'vitest';
import { createReadablePosition } from './readable-position.ts';

const at = (segment: number) => ({ segment, offset: 0 });

it('is at once where it was landed, without a delay', () => {
  const place = createReadablePosition(0, () => 7);
  place.landed(at(1));
  expect(place.get()).toEqual(at(1));
});

it('follows what was landed by the delay, however seldom it is asked for', () => {
  let nowMs = 0;
  const place = createReadablePosition(300, () => nowMs);
  for (; nowMs < 1_000; nowMs += 100) place.landed(at(nowMs));
  expect(place.get()).toEqual(at(700));
  nowMs += 199;
  expect(place.get()).toEqual(at(800));
  nowMs += 1;
  expect(place.get()).toEqual(at(900));
});
