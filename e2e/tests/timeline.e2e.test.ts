import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { LOG_CODE } from '@gander/log-codes';
import type { Page } from 'playwright-core';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { startBrowser, type TestBrowser } from './harness/browser.ts';
import { canariesIn } from './harness/canaries.ts';
import { giveWayBack } from './harness/give-way-back.ts';
import { hasLeft, type Row, rowsOf } from './harness/lake-rows.ts';
import * as shopper from './harness/shopper.ts';
import { setUpStage } from './harness/stage.ts';

/** From what a shopper does to the operator's screen: how long it took is printed, since the machine may be busy. */
const PATIENCE = 15_000;
const SCREENSHOT = join(import.meta.dirname, '../../docs/images/timeline.png');

const stage = setUpStage();
let operators: TestBrowser;
beforeAll(async () => {
  operators = await startBrowser({ proxy: stage.proxy.address });
});
afterAll(async () => operators?.close());

test('an operator watches a checkout being filled in, live and in order', async () => {
  const { browser, gander, proxy } = stage;
  const shop = await browser.newPage();
  await shop.goto(gander.shop);
  const order = await shopper.orderOn(shop);

  const console = await operators.newPage();
  await console.setViewportSize({ width: 1360, height: 900 });
  await console.goto(gander.signIn);
  await console.waitForSelector('h1:has-text("Transactions")');
  await giveWayBack(console);
  await console.getByRole('link', { name: order }).click();
  await console.getByText('Following').waitFor();

  const latencies: number[] = [];
  /** Does something in the shop and waits until the operator sees its event. */
  const watch = async (label: string, what: () => Promise<unknown>) => {
    await what();
    const from = performance.now();
    await console.locator('.event-label', { hasText: label }).first().waitFor({ timeout: PATIENCE });
    latencies.push(Math.round(performance.now() - from));
  };
  await shopper.goToAddress(shop);
  await shopper.fillAddress(shop);
  await shopper.goToPayment(shop);
  await shop.click('[name="cardnumber"]');
  await watch('Tab hidden', () => shopper.copyElsewhere(shop, '4000 0000 0000 0002'));
  await watch('Paste', () => shop.keyboard.press('Control+V'));
  await shopper.fillCard(shop);
  await watch('Declined', () => shopper.pay(shop));
  await shop.fill('[name="cardnumber"]', '');
  await shopper.type(shop, 'cardnumber', '4242424242424242');
  await watch('Approved', () => shopper.pay(shop));
  process.stdout.write(`event to screen: ${latencies.join(', ')} ms\n`);
  if (process.env.GANDER_SCREENSHOTS) await takePicture(console);

  await watch('Page left', () => shopper.closeTab(shop));
  const rows = await rowsOf(gander, order, hasLeft);
  const inOrder = [...rows].sort((a, b) => a.event_ts - b.event_ts || a.log_seq - b.log_seq);
  expect(await codesOn(console)).toEqual(inOrder.filter(isProminent).map((row) => row.code));
  await console.getByRole('button', { name: /^All logs/ }).click();
  expect(await codesOn(console)).toEqual(inOrder.map((row) => row.code));

  // Nothing that was typed is on the operator's screen, or came over the wire to it.
  expect(canariesIn(await console.content())).toEqual([]);
  for (const { url, body } of proxy.requests.filter((r) => r.url.startsWith(gander.console))) {
    expect([url, ...canariesIn(url), ...canariesIn(body)]).toEqual([url]);
  }
});

const isProminent = (row: Row) => LOG_CODE.get(row.code % 1000)?.prominent ?? true;

const codesOn = async (page: Page) => (await page.locator('.event .code').allTextContents()).map(Number);

const takePicture = async (page: Page) => {
  mkdirSync(join(SCREENSHOT, '..'), { recursive: true });
  // All lanes, and where the list begins.
  await page.setViewportSize({ width: 1360, height: 1180 });
  await page.screenshot({ path: SCREENSHOT });
};
