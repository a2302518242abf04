// Heap of the page after forced garbage collection: over 10,000 events, and over an hour's session with a clock that runs 60 times as fast;
// that once more with V8's compilers off, to tell what is held from what was compiled late.
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

const hour = async (sdks, flags) => {
  const stage = await setStage({ sdks, before: FAST_CLOCK, flags });
  const heaps = new Map();
  for (const actor of stage.cast) await stage.load(actor);
  await Promise.all(
    stage.cast.map(async (actor) => {
      const series = [];
      for (let minute = 0; minute < HOUR_VISITS; minute++) {
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

/** Prints the table. @param {{ sdks?: string, rounds?: number, command: string }} options */
export const memory = async ({ sdks = `${FLOOR},${GANDER}`, rounds = ROUNDS, command }) => {
  const growths = new Map();
  for (let round = 0; round < rounds; round++) {
    const stage = await setStage({ sdks });
    for (const [id, bytes] of await tenThousand(stage)) growths.set(id, [...(growths.get(id) ?? []), bytes]);
    await stage.close();
    console.log(
      `  round ${round + 1} of ${rounds}: ${[...growths].map(([id, all]) => `${id} ${figure(all.at(-1) / KIB, 1)} KiB`).join('  ')}`,
    );
  }
  const heaps = await hour(sdks);
  const interpreted = await hour(sdks, INTERPRETED);
  const added = (id) => median(growths.get(id)) - median(growths.get(CONTROL));
  // From the tenth minute: by then everything was done once.
  const grown = (series) => series.at(-1) - series[1];
  const hourly = (of, id) => grown(of.get(id)) - grown(of.get(CONTROL));
  const rows = [...growths.keys()].map((id) => ({
    id,
    growth: median(growths.get(id)),
    added: added(id),
    hour: heaps.get(id),
    hourly: hourly(heaps, id),
    held: hourly(interpreted, id),
  }));
  const gander = rows.find(({ id }) => id === GANDER);
  printReport({
    name: 'memory',
    command,
    head: [
      'contestant',
      'over 10,000 events, KiB',
      'less the page, KiB',
      'minutes 10 to 60, less the page, KiB',
      'the same without compiled code, KiB',
      'heap by 10 min, KiB',
    ],
    rows: rows.map((row) => [
      row.id,
      figure(row.growth / KIB, 1),
      row.id === CONTROL ? '' : figure(row.added / KIB, 1),
      row.id === CONTROL ? '' : figure(row.hourly / KIB, 1),
      row.id === CONTROL ? '' : figure(row.held / KIB, 1),
      row.hour.map((bytes) => figure(bytes / KIB)).join(' '),
    ]),
    notes: [
      `${rounds} rounds; JavaScript heap after forced garbage collection, medians; ${WARM_VISITS * KEYS_A_VISIT} keys ahead of the first measurement`,
      ...(gander
        ? [
            bar(
              `≤ 64 KiB over 10,000 events: ${figure(gander.added / KIB, 1)} KiB`,
              gander.added <= 64 * KIB,
            ),
            bar(
              `flat over the hour (≤ 64 KiB), what V8 compiled late included: ${figure(gander.hourly / KIB, 1)} KiB`,
              gander.hourly <= 64 * KIB,
            ),
            bar(
              `flat over the hour (≤ 64 KiB), what is held: ${figure(gander.held / KIB, 1)} KiB`,
              gander.held <= 64 * KIB,
            ),
          ]
        : []),
    ],
    data: { rows, growths: Object.fromEntries(growths) },
  });
};
