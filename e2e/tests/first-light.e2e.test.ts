import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import { decodeFrame, fromBase64Url } from '@gander/log-codes';
import { describe, expect, test } from 'vitest';
import { fillField } from './harness/autofill.ts';
import { CANARIES, canariesIn, canariesUnder } from './harness/canaries.ts';
import { MAIN } from './harness/gander-process.ts';
import { hasLeft, miscounts, nameOf, type Row, rowsNamed, rowsOf, sessionsOf } from './harness/lake-rows.ts';
import * as shopper from './harness/shopper.ts';
import { setUpStage } from './harness/stage.ts';

const run = promisify(execFile);
const stage = setUpStage();

describe('a whole checkout', () => {
  let order: string;
  let rows: Row[];

  test('is filled in, declined once, paid, and the tab closed', async () => {
    const { browser, gander } = stage;
    const page = await browser.newPage();
    const errors: string[] = [];
    page.on('pageerror', (error) => errors.push(error.message));
    page.on('console', (message) => message.type() === 'error' && errors.push(message.text()));
    await page.goto(gander.shop);
    await page.waitForFunction(() => 'gander' in window);
    order = await shopper.orderOn(page);

    await shopper.type(page, 'coupon', 'goose10');
    await page.click('#apply-coupon');
    await shopper.goToAddress(page);
    await shopper.fillAddress(page);
    await shopper.goToPayment(page);
    await page.click('[name="cardnumber"]');
    await shopper.copyElsewhere(page, '4000 0000 0000 0002');
    await page.keyboard.press('Control+V');
    await shopper.fillCard(page);
    expect(await shopper.pay(page)).toBe('declined');

    await page.fill('[name="cardnumber"]', '');
    await fillField(page, '[name="cardnumber"]');
    expect(await shopper.pay(page)).toBe('approved');
    await shopper.closeTab(page);
    expect(errors.filter((text) => !text.includes('favicon'))).toEqual([]);

    rows = await rowsOf(gander, order, hasLeft);
  });

  test('is in the lake exactly as the SDK counted it', () => {
    const sessions = sessionsOf(rows);
    expect(sessions).toHaveLength(1);
    expect(miscounts(sessions[0]!)).toEqual([]);
    expect(new Set(rows.map((row) => Math.floor(row.code / 1000)))).toEqual(new Set([1]));
    expect(new Set(rows.map((row) => row.assurance))).toEqual(new Set([2]));
  });

  test('shows the signals: steps, typing, paste, autofill, attention, payment', () => {
    const names = new Set(rows.map(nameOf));
    const expected =
      'ready environment step focus blur typed paste autofilled hidden visible pay_pressed submitted approved declined unload';
    expect(expected.split(' ').filter((name) => !names.has(name))).toEqual([]);
    expect(rowsNamed(rows, 'step').map((row) => row.step)).toEqual(['cart', 'address', 'payment', 'done']);
    expect(rowsNamed(rows, 'paste', 'card-number')).toHaveLength(1);
    expect(rowsNamed(rows, 'autofilled', 'card-number')).toHaveLength(1);
    for (const field of [
      'email',
      'phone',
      'given-name',
      'family-name',
      'street',
      'postal-code',
      'city',
      'card-name',
    ] as const) {
      expect(rowsNamed(rows, 'typed', field), field).not.toHaveLength(0);
    }
  });

  test('says no cadence of a secret field, only how it was filled', () => {
    for (const field of ['card-number', 'card-csc', 'card-expiry', 'password', 'otp'] as const) {
      expect(rowsNamed(rows, 'typed', field), field).toEqual([]);
    }
    for (const field of ['card-csc', 'card-expiry', 'password'] as const) {
      expect(rowsNamed(rows, 'blur', field), field).not.toHaveLength(0);
    }
  });

  test('L8 L22: left nothing that was typed or filled in in any request to Gander, in the data folder or in the log', () => {
    const { gander, proxy } = stage;
    const requests = proxy.requests.filter(({ url }) => !url.startsWith(gander.shop));
    expect(requests.filter(({ url }) => url.endsWith('/v1/logs')).length).toBeGreaterThan(2);
    for (const { url, headers, body } of requests) {
      expect([url, ...canariesIn(url), ...canariesIn(headers), ...canariesIn(body)]).toEqual([url]);
      // The frame inside, too.
      const frame = /^G1\.[\w-]+\.([\w-]+)$/.exec(body.toString())?.[1];
      if (frame) expect(canariesIn(Buffer.from(frame, 'base64url'))).toEqual([]);
    }
    expect(canariesUnder(gander.dataDir)).toEqual([]);
    expect(canariesIn(gander.output())).toEqual([]);
  });

  test('the batches on the wire hold as many logs, and gander decode reads them', async () => {
    const bodies = stage.proxy.requests
      .filter(({ url, status }) => url.endsWith('/v1/logs') && status === 202)
      .map(({ body }) => body.toString());
    const frames = bodies.map((body) => decodeFrame(fromBase64Url(body.split('.')[2]!)));
    const numbers = frames.flatMap((frame) => frame.logs.map((log) => log.seq));
    expect(new Set(numbers).size).toBe(rows.length);
    const withPaste = bodies[frames.findIndex((frame) => frame.logs.some((log) => log.code === 220))]!;
    const { stdout } = await run(process.execPath, [MAIN, 'decode', withPaste]);
    expect(stdout).toMatch(/220\b.*paste.*card-number/i);
  });

  test('the search for canaries finds them where they are: in the shop’s own requests', () => {
    const bodies = stage.proxy.requests.filter(({ url }) => url.endsWith('/pay')).map(({ body }) => body);
    expect(bodies.flatMap(canariesIn)).toContain('card');
    expect(canariesIn(Buffer.from(`x${CANARIES.email}y`).toString('base64'))).toContain('email');
  });
});

test('a bank’s one-time code is a secret field', async () => {
  const { browser, gander } = stage;
  const page = await browser.newPage();
  await page.goto(gander.shop);
  const order = await shopper.orderOn(page);
  await shopper.goToAddress(page);
  await shopper.fillAddress(page);
  await shopper.goToPayment(page);
  await shopper.fillCard(page, '4000 0025 0000 3155');
  expect(await shopper.pay(page)).toBe('code');
  await shopper.type(page, 'one-time-code', CANARIES.code);
  await page.click('#send-code');
  await page.waitForSelector('#done:not([hidden])');
  await shopper.closeTab(page);

  const rows = await rowsOf(gander, order, hasLeft);
  expect(miscounts(rows)).toEqual([]);
  expect(rowsNamed(rows, 'blur', 'otp')).toHaveLength(1);
  expect(rowsNamed(rows, 'typed', 'otp')).toEqual([]);
  expect(canariesUnder(gander.dataDir)).toEqual([]);
});
