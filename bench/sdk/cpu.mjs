// Script CPU per keystroke: every contestant's page is open at once, each in its own process, and they are typed into in turns.
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';
import { FIELDS } from './checkout-page.mjs';
import { CONTROL, FLOOR, GANDER } from './contestants.mjs';
import { scriptCpuUs } from './hands.mjs';
import { setStage } from './stage.mjs';
import { bar, figure, median, printReport, quantile } from './table.mjs';

const ROUNDS = 12;
/** Fields typed into each round; and keys in each, ms from press to press. */
const VISITS = 6;
const KEYS = 34;
const PACE_MS = 10;
/** After the last key: what waits for an idle moment is done by then. */
const SETTLE_MS = 3_500;
const TEXT = 'the quick brown fox jumps over 13 lazy dogs and 4242 4242 cards ';

/** Types one visit of a field. @returns {Promise<number>} script CPU of the keys alone, µs */
const visit = async ({ cdp, hands }, field, from) => {
  await hands.click(field);
  await wait(60);
  const before = await scriptCpuUs(cdp);
  const text = Array.from({ length: KEYS }, (_, i) => TEXT[(from + i) % TEXT.length]).join('');
  await hands.type(text, PACE_MS);
  return (await scriptCpuUs(cdp)) - before;
};

/** Counts listeners for keys and input that a script adds to the page. */
const COUNT_LISTENERS = `
const types = new Set(); window.__listens = types;
const { addEventListener } = EventTarget.prototype;
EventTarget.prototype.addEventListener = function (type, ...rest) {
  if (/^key|^(before)?input$/.test(type) && !(this.id)) types.add(type);
  return addEventListener.call(this, type, ...rest);
};`;

/** Which of the keys' own events each contestant listens to. */
const listenersOf = async (sdks) => {
  const stage = await setStage({ sdks, before: COUNT_LISTENERS });
  const found = new Map();
  for (const actor of stage.cast) {
    await stage.load(actor);
    await actor.hands.click('name');
    await wait(800);
    found.set(actor.id, await actor.hands.evaluate('[...window.__listens].sort().join(" ")'));
  }
  await stage.close();
  return found;
};

/** Prints the table. @param {{ sdks?: string, rounds?: number, profile?: boolean, command: string }} options */
export const cpu = async ({ sdks, rounds = ROUNDS, profile, command }) => {
  const listens = await listenersOf(sdks);
  const stage = await setStage({ sdks });
  const { cast } = stage;
  /** @type {Map<string, { keys: number[], all: number[] }>} per key, µs, one number a visit and a round */
  const samples = new Map(cast.map(({ id }) => [id, { keys: [], all: [] }]));
  const gander = cast.find(({ id }) => id === GANDER);
  for (let round = 0; round < rounds; round++) {
    const from = new Map();
    for (const actor of cast) await stage.load(actor);
    await wait(2_000);
    for (const actor of cast) from.set(actor.id, await scriptCpuUs(actor.cdp));
    if (profile && gander) {
      await gander.cdp.send('Profiler.enable');
      await gander.cdp.send('Profiler.setSamplingInterval', { interval: 100 });
      await gander.cdp.send('Profiler.start');
    }
    for (let i = 0; i < VISITS; i++)
      for (let j = 0; j < cast.length; j++) {
        const actor = cast[(round + i + j) % cast.length];
        const us = await visit(actor, FIELDS[(i * 5 + round) % FIELDS.length], i * KEYS);
        samples.get(actor.id).keys.push(us / KEYS);
      }
    await wait(SETTLE_MS);
    for (const { id, cdp } of cast)
      samples.get(id).all.push(((await scriptCpuUs(cdp)) - from.get(id)) / (VISITS * KEYS));
    if (profile && gander) {
      const taken = await gander.cdp.send('Profiler.stop');
      writeFileSync(
        join(import.meta.dirname, '../../.cache/bench/gander.cpuprofile'),
        JSON.stringify(taken.profile),
      );
    }
    console.log(
      `  round ${round + 1} of ${rounds}: ${cast.map(({ id }) => `${id} ${figure(median(samples.get(id).keys))}`).join('  ')}`,
    );
  }
  const errors = cast.flatMap(({ id, errors: e }) => e.map((message) => `page error with ${id}: ${message}`));
  await stage.close();
  report({ cast, samples, listens, rounds, command, errors });
};

/** What a contestant adds to the page alone: medians over the differences to the page alone of the same turn. */
const addedBy = (samples, id, which) => {
  const control = samples.get(CONTROL)[which];
  return samples.get(id)[which].map((us, i) => us - control[i]);
};

const report = ({ cast, samples, listens, rounds, command, errors }) => {
  const rows = cast.map(({ id, label }) => {
    const keys = addedBy(samples, id, 'keys');
    const all = addedBy(samples, id, 'all');
    return {
      id,
      label,
      listens: listens.get(id),
      keys: median(keys),
      low: quantile(keys, 0.25),
      high: quantile(keys, 0.75),
      all: median(all),
    };
  });
  const of = (id) => rows.find((row) => row.id === id);
  const floor = of(FLOOR);
  const gander = of(GANDER);
  const listening = rows.filter(
    ({ id, listens }) => listens && id !== CONTROL && id !== GANDER && !id.startsWith('floor'),
  );
  const notes = [...errors];
  if (floor && gander) {
    notes.push(
      bar(`≤ 1.25 × ${FLOOR}: ${figure(gander.keys / floor.keys, 2)} ×`, gander.keys <= 1.25 * floor.keys),
      ...listening.map((peer) =>
        bar(
          `below ${peer.id}: ${figure(gander.keys)} against ${figure(peer.keys)} µs`,
          gander.keys < peer.keys,
        ),
      ),
    );
  }
  printReport({
    name: 'cpu',
    command,
    head: [
      'contestant',
      'added a key, µs',
      'quartiles',
      `÷ ${FLOOR}`,
      'all told, µs',
      `÷ ${FLOOR}`,
      'listens to',
    ],
    rows: rows.map((row) => [
      row.label,
      row.id === CONTROL ? `(page: ${figure(median(samples.get(CONTROL).keys))})` : figure(row.keys, 1),
      row.id === CONTROL ? '' : `${figure(row.low)}–${figure(row.high)}`,
      floor && row.id !== CONTROL ? figure(row.keys / floor.keys, 2) : '',
      row.id === CONTROL ? `(page: ${figure(median(samples.get(CONTROL).all))})` : figure(row.all, 1),
      floor && row.id !== CONTROL ? figure(row.all / floor.all, 2) : '',
      row.listens ?? '',
    ]),
    notes: [
      `${rounds} rounds × ${VISITS} visits × ${KEYS} keys, ${PACE_MS} ms apart; medians of differences to the page alone in the same turn`,
      '“a key”: script CPU while keys are typed; “all told”: also clicks, focus, timers, storage and sending until 3.5 s after, by key',
      ...notes,
    ],
    data: { rows, samples: Object.fromEntries(samples) },
  });
};
