import type { Page } from 'playwright-core';
import { afterEach, describe, expect, test } from 'vitest';
import { CANARIES } from './harness/canaries.ts';
import { hasLeft, miscounts, rowsNamed, rowsOf, sessionsOf } from './harness/lake-rows.ts';
import type { Fault } from './harness/recording-proxy.ts';
import * as shopper from './harness/shopper.ts';
import { setUpStage } from './harness/stage.ts';

const stage = setUpStage();

/** Between two keys, ms: what is typed is not what these tests are about. */
const QUICK = 3;

afterEach(async () => {
  stage.proxy.fault = () => undefined;
  const { browser } = stage;
  const broom = await browser.newPage();
  // The script is immutable: a browser that has it would not ask again.
  await (await browser.context.newCDPSession(broom)).send('Network.clearBrowserCache');
  for (const page of browser.context.pages()) if (page !== broom) await page.close().catch(() => undefined);
  // The next test is another shopper, with another order.
  await browser.context.clearCookies();
});

/** From the cart to the end. */
const buy = async (page: Page) => {
  await shopper.goToAddress(page);
  await shopper.fillAddress(page, QUICK);
  await shopper.goToPayment(page);
  await shopper.fillCard(page, CANARIES.card, QUICK);
  return shopper.pay(page);
};

const open = async (path = '/', script = '') => {
  const page = await stage.browser.newPage();
  if (script) await page.addInitScript(script);
  const errors: string[] = [];
  page.on('pageerror', (error) => errors.push(error.message));
  await page.goto(stage.gander.shop + path, { waitUntil: 'domcontentloaded' });
  return { page, errors, order: await shopper.orderOn(page) };
};

test.each([
  ['by grant', '/npm', 2],
  ['by site key', '/npm?key', 1],
])('the npm package, %s, says the same as the script tag', async (_, path, assurance) => {
  const { page, errors, order } = await open(path);
  expect(await buy(page)).toBe('approved');
  await shopper.closeTab(page);
  expect(errors).toEqual([]);
  const rows = await rowsOf(stage.gander, order, hasLeft);
  expect(miscounts(rows)).toEqual([]);
  expect(new Set(rows.map((row) => row.assurance))).toEqual(new Set([assurance]));
  expect(rowsNamed(rows, 'approved')).toHaveLength(1);
});

test('#64 two tabs of one order are two sessions of one transaction', async () => {
  const one = await open();
  const two = await open();
  expect(two.order).toBe(one.order);
  await one.page.bringToFront();
  await shopper.goToAddress(one.page);
  await shopper.type(one.page, 'email', CANARIES.email);
  await shopper.closeTab(one.page);
  expect(await buy(two.page)).toBe('approved');
  await shopper.closeTab(two.page);
  const rows = await rowsOf(stage.gander, one.order, (r) => rowsNamed(r, 'unload').length >= 2);
  const sessions = sessionsOf(rows);
  expect(sessions).toHaveLength(2);
  for (const session of sessions) expect(miscounts(session)).toEqual([]);
});

test('offline, then online: nothing is lost', async () => {
  const { page, order } = await open();
  await shopper.goToAddress(page);
  const session = await page.context().newCDPSession(page);
  const network = (offline: boolean) =>
    session.send('Network.emulateNetworkConditions', {
      offline,
      latency: 0,
      downloadThroughput: -1,
      uploadThroughput: -1,
    });
  await session.send('Network.enable');
  await network(true);
  await shopper.fillAddress(page, QUICK);
  await network(false);
  await shopper.goToPayment(page);
  await shopper.closeTab(page);
  const rows = await rowsOf(stage.gander, order, (r) => hasLeft(r) && miscounts(r).length === 0);
  expect(rowsNamed(rows, 'typed', 'email')).toHaveLength(1);
});

const THROWS = '() => { throw new DOMException("forbidden", "SecurityError"); }';
test.each([
  [
    'forbidden',
    `for (const name of ['indexedDB', 'localStorage']) Object.defineProperty(window, name, { get: ${THROWS} });`,
  ],
  ['hanging', 'IDBFactory.prototype.open = () => new EventTarget();'],
  ['full', `IDBObjectStore.prototype.put = Storage.prototype.setItem = ${THROWS};`],
])('#64 storage is %s: the order is paid, and every log arrives', async (_, script) => {
  const { page, errors, order } = await open('/', script);
  expect(await buy(page)).toBe('approved');
  await shopper.closeTab(page);
  expect(errors).toEqual([]);
  expect(miscounts(await rowsOf(stage.gander, order, hasLeft))).toEqual([]);
});

test('#64 away and back by the back-forward cache: one session goes on', async () => {
  const { page, order } = await open();
  await shopper.goToAddress(page);
  await shopper.type(page, 'email', CANARIES.email);
  await page.click('.quiet');
  await page.waitForSelector('.prose');
  await page.goBack({ waitUntil: 'commit' });
  await page.waitForSelector('#address:not([hidden])');
  // The box still holds what was typed: it is the same page, not a new one.
  expect(await page.inputValue('[name="email"]')).toBe(CANARIES.email);
  await shopper.type(page, 'phone', CANARIES.phone);
  await shopper.closeTab(page);
  const rows = await rowsOf(stage.gander, order, (r) => rowsNamed(r, 'unload').length >= 2);
  expect(sessionsOf(rows)).toHaveLength(1);
  expect(rowsNamed(rows, 'resumed')).toHaveLength(1);
  expect(miscounts(rows)).toEqual([]);
});

test('batches that another tab took over while their page was away, and that had no token yet, are stored once', async () => {
  const { proxy, gander } = stage;
  proxy.fault = ({ pathname }) => (pathname.startsWith('/v1/') ? 503 : undefined);
  const { page, order } = await open();
  await shopper.goToAddress(page);
  await shopper.type(page, 'email', CANARIES.email);
  await page.click('.quiet');
  await page.waitForSelector('.prose');
  proxy.fault = () => undefined;
  const other = await open();
  await rowsOf(gander, order, (r) => rowsNamed(r, 'typed', 'email').length > 0);
  await shopper.closeTab(other.page);
  await page.goBack({ waitUntil: 'commit' });
  await page.waitForSelector('#address:not([hidden])');
  await shopper.type(page, 'phone', CANARIES.phone);
  await shopper.closeTab(page);
  // It may still have been waiting to try again.
  await open();
  const rows = await rowsOf(
    gander,
    order,
    (r) => rowsNamed(r, 'typed', 'phone').length > 0 && rowsNamed(r, 'unload').length >= 3,
  );
  expect(rowsNamed(rows, 'typed', 'email')).toHaveLength(1);
  const [away] = sessionsOf(rows).filter((session) => rowsNamed(session, 'typed', 'email').length > 0);
  expect(rowsNamed(away!, 'typed', 'phone')).toHaveLength(1);
  expect(miscounts(away!)).toEqual([]);
});

/** The queue stub of docs/sdk.md, and a call before the script is there. */
const APPROVED_EARLY = `window.gander = { q: [['outcome', ['approved']]] };
  for (const m of ['init', 'transaction', 'step', 'outcome', 'consent', 'forget', 'shutdown', 'frame', 'flush'])
    gander[m] = (...args) => { gander.q.push([m, args]); };`;

test('an outcome that the page knew from the start outlives an outage and its tab', async () => {
  const { proxy, gander } = stage;
  proxy.fault = ({ pathname }) => (pathname.startsWith('/v1/') ? 503 : undefined);
  const { page, order } = await open('/', APPROVED_EARLY);
  await page.waitForFunction('!gander.q?.length && gander.inspect');
  await shopper.closeTab(page);
  proxy.fault = () => undefined;
  await open();
  const rows = await rowsOf(gander, order, (r) => rowsNamed(r, 'approved').length > 0);
  expect(rowsNamed(rows, 'approved')).toHaveLength(1);
});

test('a browser that is killed loses at most its last second', async () => {
  const { gander } = stage;
  const { startBrowser } = await import('./harness/browser.ts');
  const first = await startBrowser({ proxy: stage.proxy.address });
  const page = await first.newPage();
  await page.goto(gander.shop);
  const order = await shopper.orderOn(page);
  await shopper.goToAddress(page);
  stage.proxy.fault = ({ pathname }) => (pathname === '/v1/logs' ? 'refuse' : undefined);
  await shopper.type(page, 'email', CANARIES.email);
  await shopper.type(page, 'phone', CANARIES.phone);
  await new Promise((resolve) => setTimeout(resolve, 3_000));
  await first.kill();
  stage.proxy.fault = () => undefined;

  const second = await startBrowser({ proxy: stage.proxy.address, profile: first.profile });
  try {
    await (await second.newPage()).goto(gander.shop);
    const rows = await rowsOf(gander, order, (r) => rowsNamed(r, 'typed', 'email').length > 0);
    const dead = sessionsOf(rows).find((session) => rowsNamed(session, 'typed', 'email').length > 0)!;
    expect(dead.map((row) => row.log_seq)).toEqual(dead.map((_, i) => i));
    expect(rowsNamed(dead, 'focus', 'phone')).toHaveLength(1);
  } finally {
    await second.close();
  }
});

describe('#66 a checkout pays, without a page error, when', () => {
  const faults: readonly (readonly [string, Fault])[] = [
    ['Gander is blocked', 'refuse'],
    ['Gander hangs', 'hang'],
    ['Gander answers 500', 500],
    ['Gander answers 503', 503],
    ['Gander answers 404', 404],
  ];
  test.each(faults)('%s', async (_, fault) => {
    const { gander, proxy } = stage;
    const before = proxy.requests.length;
    proxy.fault = ({ origin }) => (origin === gander.collector ? fault : undefined);
    const { page, errors } = await open();
    expect(await buy(page)).toBe('approved');
    await shopper.closeTab(page);
    expect(errors).toEqual([]);
    const asked = proxy.requests.slice(before).filter(({ url }) => url.startsWith(gander.collector));
    expect(asked.map(({ url }) => url.split('/').at(-1))).toContain('gander.min.js');
    expect(asked.filter(({ status }) => status >= 200 && status < 300)).toEqual([]);
  });
  test('only its logs are refused', async () => {
    const { gander, proxy } = stage;
    proxy.fault = ({ pathname }) => (pathname.startsWith('/v1/') ? 500 : undefined);
    const { page, errors, order } = await open();
    expect(await buy(page)).toBe('approved');
    await shopper.closeTab(page);
    expect(errors).toEqual([]);
    expect(await gander.query(`select code from logs where "transaction" = '${order}'`)).toEqual([]);
  });
});
