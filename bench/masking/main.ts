/**
 * The timing attack on a secret field: ten PINs, one typist whom the attacker has watched a hundred times for each, and then sees what
 * Gander sends of the next visits. `npm run bench:masking`. Says how often the attacker is right from what is sent, and, to show that the attack
 * works, from the times themselves, whole and in steps of 100 ms.
 */
import { setMaxListeners } from 'node:events';
import { parseArgs } from 'node:util';
import type { DecodedLog } from '@gander/log-codes/decode';
import { type Sample, scoreOf } from './guess.ts';
import { startSimulatedSdk, type Visit } from './simulated-sdk.ts';
import { createTypist } from './typist.ts';

const { values } = parseArgs({
  options: {
    typists: { type: 'string', default: '8' },
    visits: { type: 'string', default: '200' },
    seed: { type: 'string', default: '1' },
  },
});
const PINS = ['1111', '1234', '2580', '0852', '9071', '4826', '3690', '7153', '6408', '5297'];

/** Numbers that look random and are the same on every run (a linear congruential generator of 48 bits, as `drand48`). */
const createRandom = (seed: number): (() => number) => {
  let state = (BigInt(seed) << 16n) + 0x330en;
  return () => {
    state = (state * 0x5deece66dn + 11n) & ((1n << 48n) - 1n);
    return Number(state) / 2 ** 48;
  };
};

const gaps = ({ presses, releases }: Visit, step: number): number[] =>
  [...presses.slice(1).map((at, i) => at - presses[i]!), ...releases.map((at, i) => at - presses[i]!)].map(
    (ms) => Math.floor(ms / step) * step,
  );

/** Every number of every log that may differ; with or without the times of the logs themselves. */
const numbers = (logs: readonly DecodedLog[], withTimes: boolean): number[] =>
  logs.flatMap((log, i) => [
    ...(withTimes && i > 0 ? [log.timeMs - logs[i - 1]!.timeMs] : []),
    log.code,
    ...Object.entries(log.attributes)
      .filter(([name]) => name !== 'visit')
      .map(([, value]) => Number(value)),
  ]);

// The SDK makes one signal per request; the default limit only warns.
setMaxListeners(0);
const visit = await startSimulatedSdk('<input type="password" name="pin" inputmode="numeric" maxlength="4">');
const visits = Number(values.visits);
const views = [
  'times',
  'times in steps of 100 ms',
  'attributes sent',
  'attributes and log times sent',
] as const;
const totals = views.map(() => ({ right: 0, all: 0 }));
for (let typist = 0; typist < Number(values.typists); typist++) {
  const type = createTypist(createRandom(Number(values.seed) * 1_000 + typist));
  const samples = views.map((): Sample[] => []);
  for (let n = 0; n < visits; n++)
    for (const [label, pin] of PINS.entries()) {
      const typed = type(pin);
      const logs = await visit(typed);
      const seen = [gaps(typed, 1), gaps(typed, 100), numbers(logs, false), numbers(logs, true)];
      for (const [i, features] of seen.entries()) samples[i]!.push({ label, features });
    }
  samples.forEach((all, i) => {
    const half = all.length / 2;
    totals[i]!.right += scoreOf(all.slice(0, half), all.slice(half)).share * half;
    totals[i]!.all += half;
  });
}
console.log(`${PINS.length} PINs, ${values.typists} typists, chance ${(100 / PINS.length).toFixed(1)} %`);
for (const [i, name] of views.entries()) {
  const { right, all } = totals[i]!;
  const share = right / all;
  const margin = 1.96 * Math.sqrt((share * (1 - share)) / all);
  console.log(`${name.padEnd(32)} ${(100 * share).toFixed(1)} % ± ${(100 * margin).toFixed(1)}`);
}
