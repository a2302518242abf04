import { expect, it } from 'vitest';
import { createSealTimer } from './seal-timer.ts';

const FOCUS = 200;
const PASTE = 220;
const RAGE_CLICK = 261;
const AUTOMATION = 403;

/** A batch and a clock that do as they are told; time goes on in steps of 100 ms. */
const start = () => {
  let time = 0;
  let timers: { at: number; work: () => void }[] = [];
  const batch = { logs: 0, since: 0 };
  const seen = { sealed: [] as number[], written: [] as number[] };
  const touch = createSealTimer(
    () => time,
    (work, ms) => timers.push({ at: time + ms, work }),
    batch,
    () => {
      seen.sealed.push(time);
      batch.logs = 0;
    },
    () => seen.written.push(time),
  );
  return {
    seen,
    batch,
    log(code: number) {
      if (!batch.logs++) batch.since = time;
      touch(code);
    },
    advance(ms: number) {
      for (const until = time + ms; time < until; ) {
        time += 100;
        const due = timers.filter(({ at }) => at <= time);
        timers = timers.filter(({ at }) => at > time);
        for (const { work } of due) work();
      }
    },
    timers: () => timers.length,
  };
};

it('seals 15 s after the first log, also while logs keep coming', () => {
  const page = start();
  for (let i = 0; i < 40; i++) {
    page.log(FOCUS);
    page.advance(500);
  }
  expect(page.seen.sealed).toEqual([15_000]);
});

it.each([PASTE, RAGE_CLICK, AUTOMATION])('seals 2 s after the first log that is waited for (%i)', (code) => {
  const page = start();
  page.log(FOCUS);
  page.advance(5_000);
  page.log(code);
  page.advance(1_500);
  page.log(code);
  page.advance(1_500);
  expect(page.seen.sealed).toEqual([7_000]);
});

it('does not take what was waited for over into the next batch', () => {
  const page = start();
  page.log(PASTE);
  page.advance(500);
  // Sealed by something else: the page was hidden.
  page.batch.logs = 0;
  page.advance(200);
  page.log(FOCUS);
  page.advance(10_000);
  expect(page.seen.sealed).toEqual([]);
});

it('writes behind at most once a second, and only what is new', () => {
  const page = start();
  for (let i = 0; i < 30; i++) {
    page.log(FOCUS);
    page.advance(100);
  }
  page.advance(5_000);
  expect(page.seen.written).toEqual([1_000, 2_000, 3_000]);
});

it('sleeps while there is no batch', () => {
  const page = start();
  page.log(FOCUS);
  page.batch.logs = 0;
  page.advance(1_000);
  expect(page.timers()).toBe(0);
});
