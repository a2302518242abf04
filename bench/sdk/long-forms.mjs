// How long a long form that does not say that it pays waits for the SDK at its first press, beside the same form without it.
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { startChromium } from './chromium.mjs';
import { SITE_KEY } from './contestants.mjs';
import { startFailingShop } from './failing-shop.mjs';
import { checkOut } from './failures.mjs';
import { startStubCollector } from './stub-collector.mjs';
import { bar, figure, median, printReport, quantile } from './table.mjs';

const FIELDS = '300,2000,5000';
const TRIALS = 30;
/** A task that is longer is felt. */
const MAX_MS = 16;

/** A form of so many fields, called as those of orders and registrations are, with no word of a payment but in its last ones. */
const formOf = (fields) => {
  const rows = Array.from(
    { length: fields - 4 },
    (_, i) =>
      `<p><label for="r${i}">Article ${i}, remarks for the stores</label><input id="r${i}" name="rows[${i}][article]"></p>`,
  );
  return `<form id="checkout"><label>E-mail <input id="email" type="email" name="email"></label><label>Name <input id="full" name="name"></label>
${rows.join('\n')}
<label>Delivery address <input id="street" name="address"></label><label>Town <input id="town" name="town"></label><button>Send</button></form>`;
};

/** Entered first and last; nothing in between is looked at by the shopper. */
const ANSWERS = [
  ['email', 'jane@example.com'],
  ['full', 'Jane Doe'],
  ['street', '1 High Street'],
  ['town', 'Springfield'],
];

/** Prints the table. @param {{ trials?: number, fields?: string, command: string }} options */
export const longForms = async ({ trials = TRIALS, fields = FIELDS, command }) => {
  const sizes = fields.split(',').map(Number);
  const modes = sizes.flatMap((size) => [
    { name: `alone-${size}`, what: 'alone', size, form: formOf(size), answers: ANSWERS, script: 'none' },
    { name: `with-${size}`, what: 'with Gander', size, form: formOf(size), answers: ANSWERS },
  ]);
  const collector = await startStubCollector();
  const script = readFileSync(join(import.meta.dirname, '../../sdk/dist/gander.min.js'));
  const attributes = `data-key="${SITE_KEY}" data-collector="${collector.url}" data-page="checkout"`;
  const shop = await startFailingShop(modes, script, () => attributes);
  const chromium = await startChromium();
  const page = await chromium.openWindow();
  const cdp = await chromium.context.newCDPSession(page);
  await cdp.send('Emulation.setFocusEmulationEnabled', { enabled: true });
  const results = new Map(modes.map(({ name }) => [name, []]));
  for (let trial = 0; trial < trials; trial++)
    for (const mode of modes)
      results.get(mode.name).push(await checkOut(page, cdp, shop.urlOf(mode, trial), mode));
  await chromium.close();
  shop.close();
  collector.close();

  const unpaid = [...results.values()].flat().filter(({ paid }) => !paid).length;
  const times = (name, what) => results.get(name).flatMap((result) => result[what] ?? []);
  const row = (mode) => ({
    size: mode.size,
    what: mode.what,
    press: median(times(mode.name, 'press')),
    press95: quantile(times(mode.name, 'press'), 0.95),
    submit: median(times(mode.name, 'delay')),
    submit95: quantile(times(mode.name, 'delay'), 0.95),
  });
  const rows = modes.map(row);
  const added = (what) => sizes.map((_, i) => rows[2 * i + 1][what] - rows[2 * i][what]);
  printReport({
    name: 'long-forms',
    command,
    head: ['fields', '', 'first press ms, median', 'p95', 'submit ms, median', 'p95'],
    rows: rows.map(({ size, what, press, press95, submit, submit95 }) => [
      figure(size),
      what,
      ...[press, press95, submit, submit95].map((time) => figure(time, 2)),
    ]),
    notes: [
      `Chromium, ${trials} submissions each by Enter in turns; from the creation of the event to the page's own listener; not sent: ${unpaid}`,
      bar(
        `no more than ${MAX_MS} ms more at the first press (p95)`,
        added('press95').every((time) => time <= MAX_MS),
      ),
      bar(
        '+0 ms on submit (median, whole ms)',
        added('submit').every((time) => Math.round(time) <= 0),
      ),
    ],
    data: rows,
  });
};
