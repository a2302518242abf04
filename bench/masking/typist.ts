import type { Visit } from './simulated-sdk.ts';

/** Where the digits lie on a keypad, in keys. */
const PLACES = '1:0,0 2:1,0 3:2,0 4:0,1 5:1,1 6:2,1 7:0,2 8:1,2 9:2,2 0:1,3';
const PLACE = new Map(
  PLACES.split(' ').map((entry) => {
    const [digit, at] = entry.split(':');
    return [digit!, at!.split(',').map(Number) as [number, number]];
  }),
);

/** A normally distributed number (Box and Muller). */
const normal = (random: () => number, mean: number, deviation: number): number =>
  mean + deviation * Math.sqrt(-2 * Math.log(1 - random())) * Math.cos(2 * Math.PI * random());

/**
 * A typist whose gaps depend on the pair of keys, as those of people do: farther is slower (Fitts), the same key again is quick, each
 * pair has its own habit, and all of it varies a little. The figures are of the size reported for PIN entry.
 * @param pace what all times are multiplied by
 */
export const createTypist = (random: () => number, pace = 1) => {
  const habits = new Map<string, number>();
  const habit = (pair: string): number => {
    if (!habits.has(pair)) habits.set(pair, normal(random, 0, 25));
    return habits.get(pair)!;
  };
  const gap = (from: string, to: string): number => {
    const [a, b] = [PLACE.get(from)!, PLACE.get(to)!];
    const way = Math.hypot(a[0] - b[0], a[1] - b[1]);
    return (way === 0 ? 130 : 170 + 60 * Math.log2(1 + way)) + habit(from + to);
  };
  return (pin: string): Visit => {
    const presses = [Math.max(150, normal(random, 650, 180))];
    for (let i = 1; i < pin.length; i++)
      presses.push(presses[i - 1]! + Math.max(40, normal(random, gap(pin[i - 1]!, pin[i]!), 22)));
    const releases = presses.map((at) => at + Math.max(20, normal(random, 85, 12)));
    const leave = releases.at(-1)! + Math.max(60, normal(random, 420, 140));
    const slowed = (at: number): number => at * pace;
    return { presses: presses.map(slowed), releases: releases.map(slowed), leave: slowed(leave) };
  };
};
