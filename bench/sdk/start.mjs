// What the SDK costs when a page starts, and what the page's own interactions feel of it: from traces of Chromium.
import { setTimeout as wait } from 'node:timers/promises';
import { FIELDS } from './checkout-page.mjs';
import { CONTROL, GANDER } from './contestants.mjs';
import { scriptCpuUs } from './hands.mjs';
import { setStage } from './stage.mjs';
import { bar, figure, median, printReport, quantile } from './table.mjs';

const ROUNDS = 10;
/** Script CPU after a load is counted for so long. */
const FIRST_MS = 3_000;
const KEYS = 30;
const VISITS = 3;
const CATEGORIES = ['-*', 'devtools.timeline', 'toplevel', 'v8'];

/** The browser's own record of slow interactions; all of 16 ms and more, the least it tells. */
const OBSERVE_EVENTS = `
window.__interactions = [];
new PerformanceObserver((list) => {
  for (const { interactionId, duration, processingStart, processingEnd } of list.getEntries())
    if (interactionId) window.__interactions.push([duration, processingEnd - processingStart]);
}).observe({ type: 'event', durationThreshold: 16, buffered: true });`;

/** Prints the table. @param {{ sdks?: string, rounds?: number, command: string }} options */
export const start = async ({ sdks, rounds = ROUNDS, command }) => {
  const stage = await setStage({ sdks, before: OBSERVE_EVENTS });
  const { cast, chromium } = stage;
  const samples = new Map(
    cast.map(({ id }) => [
      id,
      { eval: [], first: [], longest: [], ownLongest: [], durations: [], processing: [] },
    ]),
  );
  for (let round = 0; round < rounds; round++) {
    await chromium.browser.startTracing(undefined, { categories: CATEGORIES });
    const order = cast.map((_, i) => cast[(round + i) % cast.length]);
    for (const actor of order) {
      await stage.load(actor);
      await wait(300);
    }
    await wait(FIRST_MS);
    // A fresh load's counter begins at 0.
    for (const { id, cdp } of cast) samples.get(id).first.push((await scriptCpuUs(cdp)) / 1e3);
    for (let i = 0; i < VISITS; i++)
      for (const { hands } of order) {
        await hands.click(FIELDS[(round + i * 4) % FIELDS.length]);
        await hands.type('the quick brown fox jumps over the lazy dog'.slice(0, KEYS), 25);
      }
    await wait(2_500);
    for (const { id, hands } of cast) {
      const interactions = await hands.evaluate('window.__interactions');
      samples.get(id).durations.push(...interactions.map(([duration]) => duration));
      samples.get(id).processing.push(...interactions.map(([, processing]) => processing));
    }
    const trace = JSON.parse((await chromium.browser.stopTracing()).toString()).traceEvents;
    for (const { id, host } of cast) {
      const seen = lookAt(trace, host);
      for (const name of ['eval', 'longest', 'ownLongest']) samples.get(id)[name].push(seen[name]);
    }
    console.log(
      `  round ${round + 1} of ${rounds}: ${cast.map(({ id }) => `${id} ${figure(median(samples.get(id).eval), 1)}`).join('  ')}`,
    );
  }
  await stage.close();
  report({ cast, samples, rounds, command });
};

/** ms of CPU where the trace has it, else of time. */
const cpuMs = ({ tdur, dur }) => (tdur ?? dur ?? 0) / 1e3;

/** The figures of one page: evaluation of the SDK's and its starter's script, the longest task, the longest call into the SDK. */
const lookAt = (trace, host) => {
  const of = ({ args }) => args?.data?.url ?? '';
  const isOwn = (url) => url.includes(`//${host}:`) && /\/(sdk|start)\.js/.test(url);
  const evals = trace.filter((e) => e.name === 'EvaluateScript' && e.ph === 'X' && isOwn(of(e)));
  const page = trace.find(
    (e) => /^(EvaluateScript|FunctionCall)$/.test(e.name) && of(e).includes(`//${host}:`),
  );
  const here = trace.filter((e) => e.pid === page?.pid && e.tid === page?.tid && e.ph === 'X');
  const longest = (events) => Math.max(0, ...events.map(cpuMs));
  const loadedAt = Math.max(0, ...here.filter((e) => e.name === 'EvaluateScript').map((e) => e.ts + e.dur));
  return {
    eval: evals.reduce((sum, e) => sum + cpuMs(e), 0),
    longest: longest(here.filter((e) => /RunTask$/.test(e.name) && e.ts > loadedAt)),
    ownLongest: longest(here.filter((e) => /^(FunctionCall|EvaluateScript)$/.test(e.name) && isOwn(of(e)))),
  };
};

const report = ({ cast, samples, rounds, command }) => {
  const control = samples.get(CONTROL);
  const rows = cast.map(({ id, label }) => {
    const s = samples.get(id);
    return {
      id,
      label,
      eval: median(s.eval),
      evalHigh: quantile(s.eval, 0.9),
      first: median(s.first.map((ms, i) => ms - (id === CONTROL ? 0 : control.first[i]))),
      longest: median(s.longest),
      ownLongest: Math.max(...s.ownLongest),
      inp: quantile(s.durations, 0.98),
      interaction: median(s.durations),
      processing: median(s.processing),
      interactions: s.durations.length,
    };
  });
  const gander = rows.find(({ id }) => id === GANDER);
  const page = rows.find(({ id }) => id === CONTROL);
  printReport({
    name: 'start',
    command,
    head: [
      'contestant',
      'evaluate + start, ms',
      'p90',
      'script in 3 s, ms',
      'longest own call, ms',
      'longest task, ms',
      'interaction p50, ms',
      'p98 (INP), ms',
      'handlers p50, ms',
    ],
    rows: rows.map((row) => [
      row.label,
      row.id === CONTROL ? '' : figure(row.eval, 2),
      row.id === CONTROL ? '' : figure(row.evalHigh, 2),
      row.id === CONTROL ? `(page: ${figure(row.first, 1)})` : figure(row.first, 1),
      row.id === CONTROL ? '' : figure(row.ownLongest, 1),
      figure(row.longest, 1),
      figure(row.interaction),
      figure(row.inp),
      figure(row.processing, 2),
    ]),
    notes: [
      `${rounds} loads each, known to no cache; ${VISITS} × ${KEYS} keys after each; CPU of the main thread, the last three columns time as the browser tells it (steps of 8 ms)`,
      '“longest own call”: of all rounds; “longest task”: after loading, median of the rounds, whatever it was for',
      ...(gander
        ? [
            bar(`start ≤ 3 ms: ${figure(gander.eval, 2)} ms`, gander.eval <= 3),
            bar(
              `no task > 16 ms: longest own call ${figure(gander.ownLongest, 1)} ms`,
              gander.ownLongest <= 16,
            ),
            bar(
              `INP +0 (one step of 8 ms is noise): ${figure(gander.inp)} against ${figure(page.inp)} ms`,
              gander.inp - page.inp <= 8,
            ),
          ]
        : []),
    ],
    data: { rows, samples: Object.fromEntries(samples) },
  });
};
