import { setTimeout as wait } from 'node:timers/promises';

/**
 * How a visit ends. `before` and `end` are given each trial of a group: its page, its visitor at the collector, the addresses.
 * @typedef {object} Scenario
 * @property {string} name
 * @property {string} what
 * @property {'all' | 'all-but-last-second'} bar what must arrive in the end
 * @property {boolean} [downFromStart] the collector answers 503 before the page is even loaded
 * @property {(trial: Trial) => unknown} [before] ahead of the marks
 * @property {(trial: Trial) => unknown} [end] right after the last mark
 * @property {(browser: import('./engines/engine.mjs').EngineBrowser) => unknown} [endAll] the same for the whole group
 * @property {(trial: Trial) => unknown} [heal] when the page is gone, ahead of the next visit
 * @property {boolean} [stays] all must arrive without a next visit: the page stays, or nobody comes again
 * @property {boolean} [restart] the next visit needs a new browser
 */
/** @typedef {{ page: import('./engines/engine.mjs').EnginePage, visitor: import('./stub-collector.mjs').Visitor, elsewhere: string }} Trial */

const answer =
  (mode) =>
  ({ visitor }) => {
    visitor.mode = mode;
  };
const cutOff = async ({ visitor, page }) => {
  visitor.mode = 'offline';
  await page.setOffline?.(true);
};
const close = ({ page }) => page.close();

/** @type {Scenario[]} */
// biome-ignore format: one row is one scenario
export const SCENARIOS = [
  { name: 'navigation', what: 'the shopper goes to another page', bar: 'all', end: ({ page, elsewhere }) => page.goto(elsewhere) },
  { name: 'navigation-for-good', what: 'the shopper goes to another page and never comes again', bar: 'all', stays: true, end: ({ page, elsewhere }) => page.goto(elsewhere) },
  { name: 'tab-close', what: 'the tab is closed', bar: 'all', end: close },
  { name: 'offline-close-reopen', what: 'offline, tab closed, online again, next visit', bar: 'all', before: cutOff, end: close, heal: answer('ok') },
  { name: 'storm-503', what: '503 for 8 s, the page stays', bar: 'all', stays: true, before: answer('503'),
    end: async (trial) => { await wait(8_000); answer('ok')(trial); } },
  { name: 'storm-503-close', what: '503 until the tab is closed, next visit', bar: 'all', before: answer('503'), end: close, heal: answer('ok') },
  { name: 'down-from-start-close', what: '503 from before the page loads until the tab is closed, next visit', bar: 'all', downFromStart: true,
    // Several batches are sealed, and none has a token.
    before: () => wait(6_000), end: close, heal: answer('ok') },
  { name: 'retry-after-429', what: '429 with Retry-After: 3 for 6 s, the page stays', bar: 'all', stays: true, before: answer('429'),
    end: async (trial) => { await wait(6_000); answer('ok')(trial); } },
  { name: 'renderer-killed', what: 'every renderer killed, next visit', bar: 'all-but-last-second', endAll: (browser) => browser.killRenderers() },
  { name: 'browser-closed', what: 'the browser closed by its protocol, next visit', bar: 'all-but-last-second', restart: true, endAll: (browser) => browser.quit() },
  { name: 'browser-killed', what: 'the browser killed, next visit', bar: 'all-but-last-second', restart: true, endAll: (browser) => browser.kill() },
];
