// Checkouts while the SDK fails in twelve ways: each must be paid, without a page error, and no submission may wait.
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';
import { startChromium } from './chromium.mjs';
import { SITE_KEY } from './contestants.mjs';
import { startFailingShop } from './failing-shop.mjs';
import { CONTROL_MODE, FAILURE_MODES, HEALTHY_MODE } from './failure-modes.mjs';
import { startStubCollector } from './stub-collector.mjs';
import { bar, figure, median, printReport, quantile } from './table.mjs';

const CHECKOUTS = 1_000;
/** Tabs at a time. They play the modes in turns, so that a busy minute meets all of them. */
const TABS = 6;
/** A checkout that takes longer counts as not paid. */
const PATIENCE_MS = 20_000;
/** What is entered, by the ids of the fields. */
const ANSWERS = [
  ['email', 'jane@example.com'],
  ['full', 'Jane Doe'],
  ['card', '4242424242424242'],
  ['csc', '123'],
];
const UNLOAD = 190;
const LOGS_DROPPED = 510;

/**
 * Prints the table.
 * @param {{ trials?: number, minutes?: number, scenarios?: string, command: string }} options `minutes`: no checkout is begun after them, and the
 * table says of how many it is
 */
export const failures = async ({
  trials = CHECKOUTS,
  minutes = Number.POSITIVE_INFINITY,
  scenarios,
  command,
}) => {
  const wanted = scenarios?.split(',');
  const failing = FAILURE_MODES.filter(({ name }) => !wanted || wanted.includes(name));
  const modes = [CONTROL_MODE, HEALTHY_MODE, ...failing];
  const collector = await startStubCollector();
  for (const { name, collector: how } of modes) if (how) collector.of(`${name}.localhost`).mode = how;
  const script = readFileSync(join(import.meta.dirname, '../../sdk/dist/gander.min.js'));
  const attributes = `data-key="${SITE_KEY}" data-collector="${collector.url}" data-page="checkout"`;
  const shop = await startFailingShop(modes, script, () => attributes);
  const results = new Map(modes.map(({ name }) => [name, []]));
  const chromium = await startChromium();
  let next = 0;
  const total = trials * modes.length;
  const until = Date.now() + minutes * 60_000;
  const tab = async () => {
    const page = await chromium.openWindow();
    const cdp = await chromium.context.newCDPSession(page);
    await cdp.send('Emulation.setFocusEmulationEnabled', { enabled: true });
    while (next < total && Date.now() < until) {
      const number = next++;
      const mode = modes[number % modes.length];
      results.get(mode.name).push(await checkOut(page, cdp, shop.urlOf(mode, number), mode));
      if (number % 500 === 499) console.log(`  ${number + 1} of ${total} checkouts`);
    }
    await page.goto('about:blank');
  };
  await Promise.all(Array.from({ length: TABS }, tab));
  // What is sent as a page goes may still be on its way.
  await wait(2_000);
  await chromium.close();
  report(modes, results, { shop, collector, command });
  shop.close();
  collector.close();
};

/** One checkout, by a person's events: focus, insertion, Enter. @returns whether it was paid, and how long its press and its submission waited, ms */
export const checkOut = async (page, cdp, url, mode) => {
  try {
    await page.goto(url, { waitUntil: 'domcontentloaded', timeout: PATIENCE_MS });
    // Whether or not the SDK is there by now: a shopper does not wait for it, though hardly anyone is faster than this.
    if (mode.script === undefined)
      await page.evaluate(
        `new Promise((go) => { const from = Date.now(); (function look() { window.gander || Date.now() - from > 2000 ? go() : setTimeout(look, 5); })(); })`,
      );
    for (const [id, text] of mode.answers ?? ANSWERS) {
      await page.evaluate(`document.getElementById(${JSON.stringify(id)}).focus()`);
      await cdp.send('Input.insertText', { text });
    }
    const enter = { key: 'Enter', code: 'Enter', windowsVirtualKeyCode: 13, text: '\r' };
    await cdp.send('Input.dispatchKeyEvent', { type: 'keyDown', ...enter });
    await cdp.send('Input.dispatchKeyEvent', { type: 'keyUp', ...enter });
    return await Promise.race([
      page.evaluate('window.checkout'),
      wait(PATIENCE_MS, { paid: false, errors: ['not paid in time'] }, { ref: false }),
    ]);
  } catch (error) {
    return { paid: false, errors: [error.message] };
  }
};

/** What came of a host's sessions, against what each said as it left. */
const tallyOf = ({ batches }) => {
  const sessions = new Map();
  for (const { session, frame } of batches) {
    const seen = sessions.get(session) ?? {
      seqs: new Set(),
      batches: new Set(),
      twice: 0,
      reported: 0,
      left: 0,
    };
    sessions.set(session, seen);
    // A collector drops what comes again under the same number.
    if (seen.batches.has(frame.batchSeq)) continue;
    seen.batches.add(frame.batchSeq);
    for (const { code, seq, attributes } of frame.logs) {
      if (seen.seqs.has(seq)) seen.twice++;
      seen.seqs.add(seq);
      if (code === UNLOAD) seen.left = Math.max(seen.left, attributes.log_count);
      if (code === LOGS_DROPPED) seen.reported += attributes.count;
    }
  }
  const all = [...sessions.values()];
  const sum = (of) => all.reduce((total, session) => total + of(session), 0);
  return {
    sessions: all.length,
    logs: sum(({ seqs }) => seqs.size),
    unended: all.filter(({ left }) => !left).length,
    duplicated: sum(({ twice }) => twice),
    missing: sum(({ left, seqs, reported }) =>
      Math.max(0, Math.max(left, ...[...seqs].map((seq) => seq + 1)) - seqs.size - reported),
    ),
  };
};

const report = (modes, results, { shop, collector, command }) => {
  const delays = (name) => results.get(name).flatMap(({ delay }) => delay ?? []);
  const alone = median(delays(CONTROL_MODE.name));
  const alone95 = quantile(delays(CONTROL_MODE.name), 0.95);
  const rows = modes.map((mode) => {
    const done = results.get(mode.name);
    const errors = done.flatMap((result) => result.errors);
    const tally = tallyOf(collector.of(`${mode.name}.localhost`));
    return {
      mode,
      trials: done.length,
      paid: Math.min(shop.paid.get(mode.name).size, done.filter(({ paid }) => paid).length),
      errors,
      addedMs: median(delays(mode.name)) - alone,
      added95Ms: quantile(delays(mode.name), 0.95) - alone95,
      tally,
    };
  });
  const failing = rows.filter(({ mode }) => mode !== CONTROL_MODE);
  const arriving = rows.filter(({ mode }) => mode.arrives);
  printReport({
    name: 'failures',
    command,
    head: [
      'the SDK fails so',
      'paid',
      'page errors',
      'submit + ms, median',
      'submit + ms, p95',
      'sessions',
      'logs',
      'duplicated',
      'holes unreported',
    ],
    rows: rows.map(({ mode, trials, paid, errors, addedMs, added95Ms, tally }) => [
      mode.what,
      `${figure(paid)} of ${figure(trials)}`,
      figure(errors.length),
      figure(addedMs, 2),
      figure(added95Ms, 2),
      figure(tally.sessions),
      figure(tally.logs),
      figure(tally.duplicated),
      figure(tally.missing),
    ]),
    notes: [
      `Chromium, ${TABS} tabs in turns; from the creation of the submit event to the page's own listener; the page alone: ${figure(alone, 2)} ms, p95 ${figure(alone95, 2)}`,
      ...failing.flatMap(({ mode, errors }) =>
        [...new Set(errors)].slice(0, 3).map((text) => `${mode.name}: ${text}`),
      ),
      bar(
        'every checkout paid',
        failing.every(({ paid, trials }) => paid === trials),
      ),
      bar(
        'no page error',
        failing.every(({ errors }) => !errors.length),
      ),
      bar(
        '+0 ms on submit (median, whole ms)',
        failing.every(({ addedMs }) => Math.round(addedMs) <= 0),
      ),
      bar(
        `where logs can arrive, all do, once: ${arriving.map(({ mode }) => mode.name).join(', ')}`,
        arriving.every(
          ({ tally, trials }) =>
            tally.sessions === trials && tally.missing + tally.duplicated + tally.unended === 0,
        ),
      ),
    ],
    data: rows.map(({ mode, errors, ...row }) => ({
      mode: mode.name,
      ...row,
      errors: [...new Set(errors)].slice(0, 10),
    })),
  });
};
