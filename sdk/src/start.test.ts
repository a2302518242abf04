// @vitest-environment happy-dom

import { fromBase64Url } from '@gander/log-codes';
import { inspectFrame } from '@gander/log-codes/decode';
import { afterEach, expect, it } from 'vitest';
import { startSimulatedPage } from './simulated-page.ts';

type Page = Awaited<ReturnType<typeof startSimulatedPage>>;
let page: Page;
const start = async (...args: Parameters<typeof startSimulatedPage>): Promise<Page> => {
  page = await startSimulatedPage(...args);
  return page;
};
afterEach(() => page.stop());

const FORM =
  '<form><input name="email" autocomplete="email"><input name="card" autocomplete="cc-number"></form>';

it('opens a session and says that it is ready', async () => {
  await start(FORM, { page: 'checkout', transaction: 'order_1', transactionType: 'card' });
  await page.advance(2_100);
  expect(page.bodies('/v1/sessions')).toEqual(['{"key":"gpk_test","transaction":"order_1","type":1}']);
  expect(page.logs().map((log) => log.code)).toEqual(expect.arrayContaining([100, 101, 102]));
  expect(page.logs()[0]!.attributes).toMatchObject({ entry: 2, page: 'checkout', sdk_version: 100 });
  expect(inspectFrame(fromBase64Url(page.frames()[0]!)).transactionType).toBe(1);
});

it('numbers batches and logs without gaps', async () => {
  await start(FORM);
  for (let i = 0; i < 5; i++) {
    page.step(`s${i}`);
    await page.advance(2_500);
  }
  const heads = page.frames().map((frame) => inspectFrame(fromBase64Url(frame)));
  expect(heads.map((head) => head.batchSeq)).toEqual(heads.map((_, i) => i));
  let next = 0;
  for (const { firstLogSeq, logCount } of heads) {
    expect(firstLogSeq).toBe(next);
    next += logCount;
  }
});

it('seals while logs keep coming', async () => {
  await start(FORM);
  await page.advance(2_100);
  const before = page.frames().length;
  for (let i = 0; i < 60; i++) {
    page.step(`s${i}`);
    await page.advance(300);
  }
  expect(page.frames().length).toBeGreaterThan(before);
});

it('swaps the session with the transaction and keeps it going by its token', async () => {
  await start(FORM, { transaction: 'order_1' });
  await page.advance(2_100);
  page.transaction({ transaction: 'order_2', transactionType: 'wallet' });
  await page.advance(15_100);
  expect(page.bodies('/v1/sessions')[1]).toBe(
    '{"key":"gpk_test","transaction":"order_2","type":3,"token":"token"}',
  );
  const heads = page.frames().map((frame) => inspectFrame(fromBase64Url(frame)));
  expect(heads.at(-1)!.transactionType).toBe(3);
  expect(heads.at(-1)!.firstLogSeq).toBeGreaterThan(0);
});

it('refuses a card number as transaction and as step', async () => {
  await start(FORM, { transaction: '4242424242424242' });
  page.step('4242424242424242');
  await page.flush();
  expect(page.bodies('/v1/sessions')[0]).not.toContain('4242');
  expect(page.frames().length).toBeGreaterThan(0);
  const dropped = await page.sent(510);
  expect(dropped.map((log) => log.attributes.drop_reason)).toEqual([5, 5]);
});

it('says an outcome that the page knew from the start', async () => {
  await start(FORM, { outcome: 'declined', declineReason: 'funds' });
  const [declined] = await page.sent(112);
  expect(declined!.attributes).toMatchObject({ decline_reason: 2 });
});

it('leaves with everything when the page is hidden', async () => {
  await start(FORM);
  await page.advance(2_100);
  page.focus(page.query('[name=email]'));
  page.fire(window, 'pagehide', { persisted: false });
  await page.advance(0);
  const codes = page.logs().map((log) => log.code);
  expect(codes.at(-1)).toBe(190);
  expect(codes).toContain(201);
  expect(page.logs().at(-1)!.attributes.log_count).toBe(codes.length);
});

it('sends and keeps nothing without consent', async () => {
  await start(FORM, { consent: 'none' });
  page.focus(page.query('[name=email]'));
  await page.advance(10_000);
  expect(page.world.requests).toEqual([]);
  page.consent('granted');
  await page.advance(3_000);
  expect(page.logs().map((log) => log.code)).toContain(100);
});

it('captures no rhythm and no attention with essential consent', async () => {
  await start(FORM, { consent: 'essential' });
  const email = page.query('[name=email]');
  page.focus(email);
  page.type(email, Array(20).fill(100));
  page.blur(email);
  page.outcome('approved');
  await page.advance(3_000);
  const codes = page.logs().map((log) => log.code);
  expect(codes).toContain(111);
  expect(codes.filter((code) => code >= 200 && code < 400)).toEqual([]);
});

it('forgets what was not sent and stops', async () => {
  await start(FORM);
  page.world.answer = () => new Response(null, { status: 503 });
  page.step('secret');
  page.forget();
  page.step('after');
  page.world.answer = () => new Response('{"t":"x"}', { status: 201 });
  await page.advance(120_000);
  expect(page.frames()).toEqual([]);
});

it('takes up again what it was told to forget', async () => {
  await start(FORM);
  await page.advance(2_100);
  page.forget();
  page.step('unseen');
  page.consent('granted');
  page.step('seen');
  await page.advance(2_500);
  expect((await page.sent(103)).map((log) => log.attributes.step)).toEqual(['seen']);
});

it('does nothing any more after shutdown', async () => {
  await start(FORM);
  await page.advance(2_100);
  page.shutdown();
  await page.advance(1_000);
  const asked = page.world.requests.length;
  page.focus(page.query('[name=email]'));
  await page.advance(200_000);
  expect(page.world.requests.length).toBe(asked);
  expect(page.world.timers).toEqual([]);
  expect(page.logs().at(-1)!.attributes.exit).toBe(3);
});

it('stops by itself when the collector refuses the key', async () => {
  await start(FORM);
  page.world.answer = () => new Response('{"e":101}', { status: 401 });
  await page.advance(10_000);
  expect(page.stops).toBe(1);
  const asked = page.world.requests.length;
  page.step('later');
  await page.advance(120_000);
  expect(page.world.requests.length).toBe(asked);
});

it('drops and counts what is over the cap of a session, but says how it ended', async () => {
  await start(FORM);
  const email = page.query('[name=email]');
  for (let i = 0; i < 5_100; i++) {
    page.focus(email);
    page.blur(email);
  }
  page.outcome('approved');
  page.fire(window, 'pagehide', { persisted: false });
  await page.flush();
  const logs = page.logs();
  expect(logs.length).toBeLessThan(10_010);
  expect(logs.find((log) => log.code === 510)!.attributes).toMatchObject({ drop_reason: 3 });
  expect(logs.some((log) => log.code === 111)).toBe(true);
}, 60_000);
