import { step } from '@gander/log-codes/encode';
import { expect, it } from 'vitest';
import { createLive } from '../live/create-live.ts';
import { batchOf, NOW } from './api-fixture.ts';
import { afterAnswer, momentOf } from './moment.ts';

const batch = (seq: number) => batchOf([[10, step({ step: 'payment', step_no: 1 })]], { seq, first: seq });

/** A collector that has landed so many of its batches. */
const collector = (taken: number, landed: number) => {
  const live = createLive({ clock: () => NOW });
  const take = (seq: number): void => live.add([batch(seq)], { segment: 1, offset: seq + 1 });
  for (let seq = 0; seq < taken; seq++) take(seq);
  const at = { landed };
  return { at, take, context: { live, landed: () => ({ segment: 1, offset: at.landed }) } };
};

it('is how far landing has come, and how far memory', () => {
  const { context } = collector(5, 3);
  expect(momentOf(context)).toEqual({ landed: 3, newest: 5 });
  expect(momentOf({ live: context.live })).toEqual({ landed: 5, newest: 5 });
});

it('an answer of the lake stays good unless landing has overtaken its moment', () => {
  const { context, at, take } = collector(5, 3);
  const moment = momentOf(context);
  take(5);
  take(6);
  at.landed = 5;
  expect(afterAnswer(context, moment)).toEqual({ landed: 3, newest: Number.POSITIVE_INFINITY });
  at.landed = 6;
  expect(afterAnswer(context, moment)).toEqual(moment);
});
