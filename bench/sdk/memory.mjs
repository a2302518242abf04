// Heap of the page after forced garbage collection: over 10,000 events, and over an hour's session (or several) with a clock that runs 60 times
// as fast; that once more with V8's compilers off, to tell what is held from what was compiled late.
import { setTimeout as wait } from 'node:timers/promises';
import { FIELDS } from './checkout-page.mjs';
import { CONTROL, FLOOR, GANDER } from './contestants.mjs';
import { setStage } from './stage.mjs';
import { bar, figure, median, printReport } from './table.mjs';

const ROUNDS = 3;
const EVENTS = 10_000;
/** keydown, keypress, input, keyup. */
const EVENTS_A_KEY = 4;
const KEYS_A_VISIT = 50;
/** Before the first measurement, so that what is compiled and opened once is there. */
const WARM_VISITS = 12;
const SPEED = 60;
const HOUR_VISITS = 60;
const KIB = 1_024;
/** No machine code, and bytecode is kept: what grows then is data. */
const INTERPRETED = ['--js-flags=--jitless --no-flush-bytecode'];

/** Runs every clock of the page faster. */
const FAST_CLOCK = `
const now = performance.now.bind(performance), wall = Date.now, from = wall();
performance.now = () => now() * ${SPEED};
Date.now = () => from + (wall() - from) * ${SPEED};
for (const name of ['setTimeout', 'setInterval']) {
  const set = window[name];
  window[name] = (work, ms, ...rest) => set(work, ms / ${SPEED}, ...rest);
}
const { get } = Object.getOwnPropertyDescriptor(Event.prototype, 'timeStamp');
Object.defineProperty(Event.prototype, 'timeStamp', { get() { return get.call(this) * ${SPEED}; } });`;

const TEXT = 'the quick brown fox jumps over 13 lazy dogs and so on and on';

const heapOf = async ({ cdp }) => {
  // Twice: what the first frees may hold on to more.
  for (let i = 0; i < 2; i++) await cdp.send('HeapProfiler.collectGarbage');
  return (await cdp.send('Runtime.getHeapUsage')).usedSize;
};

const visit = async ({ hands }, i, keys, paceMs) => {
  const id = FIELDS[(i * 5) % FIELDS.length];
  // What stands in the fields is the page's own memory: it must not grow.
  await hands.evaluate(`document.getElementById('${id}').value = ''`);
  await hands.click(id);
  await hands.type(TEXT.slice(0, keys), paceMs);
};

const tenThousand = async (stage) => {
  const growth = new Map();
  const visits = Math.ceil(EVENTS / EVENTS_A_KEY / KEYS_A_VISIT);
  for (const actor of stage.cast) await stage.load(actor);
  await Promise.all(
    stage.cast.map(async (actor) => {
      for (let i = 0; i < WARM_VISITS; i++) await visit(actor, i, KEYS_A_VISIT, 4);
      await wait(4_000);
      const before = await heapOf(actor);
      for (let i = 0; i < visits; i++) await visit(actor, i, KEYS_A_VISIT, 4);
      await wait(4_000);
      growth.set(actor.id, (await heapOf(actor)) - before);
    }),
  );
  return growth;
};

/** @returns {Promise<Map<string, number[]>>} heap at each tenth minute, from the first on */
const hoursOf = async (sdks, hours, flags) => {
  const stage = await setStage({ sdks, before: FAST_CLOCK, flags });
  const heaps = new Map();
  for (const actor of stage.cast) await stage.load(actor);
  await Promise.all(
    stage.cast.map(async (actor) => {
      const series = [];
      for (let minute = 0; minute < hours * HOUR_VISITS; minute++) {
        if (minute % 10 === 0) series.push(await heapOf(actor));
        const from = performance.now();
        await visit(actor, minute, 12, 12);
        await wait(Math.max(0, 1_000 - (performance.now() - from)));
      }
      series.push(await heapOf(actor));
      heaps.set(actor.id, series);
    }),
  );
  await stage.close();
  return heaps;
};

/** Each contestant's figure in every round, less that of the page alone in the same browser. */
const lessThePage = (rounds, figureOf) =>
  new Map(
    [...rounds[0].keys()].map((id) => [
      id,
      rounds.map((round) => figureOf(round.get(id)) - figureOf(round.get(CONTROL))),
    ]),
  );

const kib = (bytes) => figure(bytes / KIB, 1);
const spread = (all) => `${kib(median(all))} (${kib(Math.min(...all))} to ${kib(Math.max(...all))})`;

/** Prints the table. @param {{ sdks?: string, rounds?: number, hours?: number, command: string }} options `hours` are simulated in each round */
export const memory = async ({ sdks = `${FLOOR},${GANDER}`, rounds = ROUNDS, hours = 1, command }) => {
  const growths = [];
  const compiled = [];
  const interpreted = [];
  for (let round = 0; round < rounds; round++) {
    const stage = await setStage({ sdks });
    growths.push(await tenThousand(stage));
    await stage.close();
    // At once: they wait for most of the time.
    const [heaps, held] = await Promise.all([hoursOf(sdks, hours), hoursOf(sdks, hours, INTERPRETED)]);
    compiled.push(heaps);
    interpreted.push(held);
    console.log(
      `  round ${round + 1} of ${rounds}: ${[...heaps].map(([id, series]) => `${id} ${kib(growths[round].get(id))}, ${series.map((bytes) => figure(bytes / KIB)).join(' ')}`).join('   ')}`,
    );
  }
  // From the tenth minute: by then everything was done once.
  const overHour = (series) => series[6] - series[1];
  /** @type {[string, Map<string, number[]>][]} */
  const columns = [
    ['over 10,000 events', lessThePage(growths, (bytes) => bytes)],
    ['minutes 10 to 60', lessThePage(compiled, overHour)],
    ['the same without compiled code', lessThePage(interpreted, overHour)],
  ];
  for (let hour = 2; hour <= hours; hour++) {
    const overIt = (series) => series[6 * hour] - series[6 * (hour - 1)];
    columns.push([`hour ${hour}`, lessThePage(compiled, overIt)]);
    columns.push([`hour ${hour} without compiled code`, lessThePage(interpreted, overIt)]);
  }
  const ids = [...growths[0].keys()].filter((id) => id !== CONTROL);
  const limit = (what, all) =>
    bar(`${what}: ${kib(median(all))} KiB, at most ${kib(Math.max(...all))}`, median(all) <= 64 * KIB);
  printReport({
    name: 'memory',
    command,
    head: ['contestant', ...columns.map(([title]) => `${title}, KiB`)],
    rows: ids.map((id) => [id, ...columns.map(([, of]) => spread(of.get(id)))]),
    notes: [
      `${rounds} rounds, each in browsers of its own; JavaScript heap after forced garbage collection, less that of the page alone in the same browser: medians (least to most)`,
      `${WARM_VISITS * KEYS_A_VISIT} keys ahead of the first measurement of the 10,000 events`,
      ...(ids.includes(GANDER)
        ? [
            limit('≤ 64 KiB over 10,000 events', columns[0][1].get(GANDER)),
            limit('flat over the hour (≤ 64 KiB), what V8 compiled late included', columns[1][1].get(GANDER)),
            limit('flat over the hour (≤ 64 KiB), what is held', columns[2][1].get(GANDER)),
          ]
        : []),
    ],
    data: Object.fromEntries(
      Object.entries({ growths, compiled, interpreted }).map(([name, all]) => [
        name,
        all.map((round) => Object.fromEntries(round)),
      ]),
    ),
  });
};
