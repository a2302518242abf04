/**
 * The timing attack on a secret field: ten PINs, and an attacker who has learned how they are typed, from others or even from the very
 * person, and then sees what Gander sends of the next visits. `npm run bench:masking`. Says how often the attacker is right from what is sent, and, to show that the attack
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
    /** Every time is so much longer. */
    pace: { type: 'string', default: '1' },
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
const typists = Number(values.typists);
/** Per typist, per view: what the attacker sees of each visit. */
const seen: Sample[][][] = [];
for (let typist = 0; typist < typists; typist++) {
  const type = createTypist(createRandom(Number(values.seed) * 1_000 + typist), Number(values.pace));
  const samples = views.map((): Sample[] => []);
  for (let n = 0; n < visits; n++)
    for (const [label, pin] of PINS.entries()) {
      const typed = type(pin);
      const logs = await visit(typed);
      const sights = [gaps(typed, 1), gaps(typed, 100), numbers(logs, false), numbers(logs, true)];
      for (const [i, features] of sights.entries()) samples[i]!.push({ label, features });
    }
  seen.push(samples);
}

const print = (title: string, attack: (typist: number, view: number) => [Sample[], Sample[]]): void => {
  console.log(title);
  for (const [view, name] of views.entries()) {
    let right = 0;
    let all = 0;
    for (let typist = 0; typist < typists; typist++) {
      const [training, test] = attack(typist, view);
      right += scoreOf(training, test) * test.length;
      all += test.length;
    }
    const share = right / all;
    const margin = 1.96 * Math.sqrt((share * (1 - share)) / all);
    console.log(`  ${name.padEnd(32)} ${(100 * share).toFixed(1)} % ± ${(100 * margin).toFixed(1)}`);
  }
};

console.log(
  `${PINS.length} PINs, ${typists} typists, ${visits} visits each; chance ${(100 / PINS.length).toFixed(1)} %`,
);
print('the attacker has learned from all visits of the other typists', (typist, view) => [
  seen.filter((_, other) => other !== typist).flatMap((samples) => samples[view]!),
  seen[typist]![view]!,
]);
print('the attacker has learned from half of the visits of the same typist', (typist, view) => {
  const samples = seen[typist]![view]!;
  return [samples.slice(0, samples.length / 2), samples.slice(samples.length / 2)];
});
