// @vitest-environment happy-dom

import { FIELD_CLASSES, fromBase64Url } from '@gander/log-codes';
import { inspectFrame } from '@gander/log-codes/decode';
import { afterEach, expect, it, vi } from 'vitest';
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
  expect(page.opened()).toEqual(['{"key":"gpk_test","transaction":"order_1","type":1}']);
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

it('swaps the session with the transaction and keeps it going by the name of its visit', async () => {
  await start(FORM, { transaction: 'order_1' });
  await page.advance(2_100);
  page.transaction({ transaction: 'order_2', transactionType: 'wallet' });
  await page.advance(15_100);
  expect(page.opened()[1]).toBe('{"key":"gpk_test","transaction":"order_2","type":3}');
  const visits = page.bodies('/v1/sessions').map((body) => /"visit":"(\w+)"/.exec(body)?.[1]);
  expect(visits).toEqual([visits[0], visits[0]]);
  expect(visits[0]).toBeTruthy();
  const heads = page.frames().map((frame) => inspectFrame(fromBase64Url(frame)));
  expect(heads.at(-1)!.transactionType).toBe(3);
  expect(heads.at(-1)!.firstLogSeq).toBeGreaterThan(0);
});

it('refuses a card number as transaction and as step', async () => {
  await start(FORM, { transaction: '4242424242424242' });
  page.step('4242424242424242');
  await page.flush();
  expect(page.opened()[0]).not.toContain('4242');
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

it('says that the page is left also when the browser stops the first listener in its midst', async () => {
  await start(FORM);
  await page.advance(2_100);
  const field = page.query('[name=email]');
  page.focus(field);
  // In the first summary that looks at the page.
  const looked = vi.spyOn(document, 'querySelectorAll').mockImplementationOnce(() => {
    throw new Error('stopped');
  });
  page.fire(window, 'pagehide', { persisted: false });
  expect(looked.mock.calls.length).toBeGreaterThan(1);
  looked.mockRestore();
  await page.advance(0);
  const codes = page.logs().map((log) => log.code);
  expect(codes).toContain(201);
  expect(codes.at(-1)).toBe(190);
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

/** Gaps of somebody's typing, in ms. */
const GAPS = [110, 90, 130, 85, 120, 95, 140, 100, 115, 105];

it.each(['none', 'essential'] as const)(
  'tells nothing of what happened under %s once consent is given',
  async (level) => {
    await start(FORM);
    await page.advance(100);
    page.consent(level);
    const email = page.query('[name=email]');
    page.focus(email);
    page.type(email, GAPS);
    page.fire(document, 'pointermove', { screenX: 10, screenY: 10 });
    page.world.time += 100;
    page.fire(document, 'pointermove', { screenX: 400, screenY: 300 });
    page.consent('granted');
    page.world.time += 100;
    page.blur(email);
    page.fire(window, 'pagehide', { persisted: false });
    await page.flush();
    const codes = page.logs().map((log) => log.code);
    expect(codes.filter((code) => [200, 201, 210, 260].includes(code))).toEqual([]);
  },
);

it('tells nothing of what was going on when consent is restricted', async () => {
  await start(FORM);
  await page.advance(100);
  const email = page.query('[name=email]');
  page.focus(email);
  page.type(email, GAPS);
  page.consent('essential');
  page.consent('granted');
  page.blur(email);
  expect(await page.sent(210)).toEqual([]);
  expect((await page.sent(105)).map((log) => log.attributes)).toEqual([
    { consent: 1, consent_source: 2 },
    { consent: 2, consent_source: 2 },
  ]);
});

it('says that consent came by the API where the tag had refused', async () => {
  await start(FORM, { consent: 'none' });
  page.consent('granted');
  const [told] = await page.sent(105);
  expect(told!.attributes).toEqual({ consent: 2, consent_source: 2 });
});

it('takes what is no level of consent for none', async () => {
  await start(FORM, { consent: '' as never });
  page.step('cart');
  await page.advance(30_000);
  expect(page.world.requests).toEqual([]);
});

it('opens no session under none, whatever it is told', async () => {
  await start(FORM, { transaction: 'order_1' });
  page.consent('none');
  page.transaction({ transaction: 'order_2' });
  page.step('cart');
  page.outcome('approved');
  page.frame(page.query('form'), 1, true);
  await page.flush();
  await page.advance(30_000);
  expect(page.world.requests).toEqual([]);
  page.consent('granted');
  await page.advance(2_100);
  expect(page.opened()).toEqual(['{"key":"gpk_test","transaction":"order_2","type":0}']);
});

it('takes numbers for labels and references, and a collector with a slash', async () => {
  await start(FORM, { transaction: 12345, page: 7, collector: 'https://collect.example/' } as never);
  page.step(3 as never);
  const [ready] = await page.sent(100);
  expect(ready!.attributes.page).toBe('7');
  expect((await page.sent(103)).map((log) => log.attributes.step)).toEqual(['3']);
  expect(page.opened()).toEqual(['{"key":"gpk_test","transaction":"12345","type":0}']);
});

it('starts nothing without key or grant', async () => {
  const { startSdk } = await import('./start.ts');
  await start(FORM);
  const parts = { entry: 2, version: 100, signals: [] };
  expect(startSdk({ grant: undefined }, parts, () => {})).toBeUndefined();
  expect(startSdk({ key: 'mine' }, parts, () => {})).toBeUndefined();
});

it('sends what a careless caller makes of a payment frame', async () => {
  await start(FORM);
  const [one, two] = [page.query('[name=email]'), page.query('[name=card]')];
  for (const field of [undefined, Number.NaN, 'card', -1, 1.5, 99]) {
    page.frame(one, field as never, true);
    page.frame(two, 2, true);
  }
  page.outcome('approved');
  const entered = (await page.sent(350)).map((log) => log.attributes.field);
  expect(entered).toEqual([29, 2, 29, 2, 29, 2, 29, 2, 1, 2, 29, 2]);
  expect(await page.sent(111)).toHaveLength(1);
  const { CLASSES } = await import('./capture/frames.ts');
  expect(CLASSES).toBe(FIELD_CLASSES.length);
});

it('sees the focus go from a hosted field, which speaks for itself, into a frame that does not', async () => {
  await start('<div id="number"></div><div id="cvc"></div><iframe id="3ds"></iframe>');
  const challenge = page.query('iframe');
  Object.defineProperty(challenge, 'contentDocument', { value: null });
  let active = page.query('#number');
  Object.defineProperty(document, 'activeElement', { get: () => active, configurable: true });
  page.frame(page.query('#number'), 1, true);
  page.frame(page.query('#number'), 1, false);
  page.frame(page.query('#cvc'), 2, true);
  await page.advance(1_000);
  active = challenge;
  page.frame(page.query('#cvc'), 2, false);
  await page.advance(1_000);
  active = document.body;
  await page.advance(1_000);
  Reflect.deleteProperty(document, 'activeElement');
  expect((await page.sent(350)).map((log) => log.attributes.field)).toEqual([1, 2, 29]);
  expect((await page.sent(351)).map((log) => log.attributes.field)).toEqual([1, 2, 29]);
});

it('tells how long a security code was in a payment frame in whole 4 s, and of what its library says nothing', async () => {
  const stays = async (ms: number, field?: number): Promise<unknown[]> => {
    await start('<div id="hosted"><iframe></iframe></div>');
    const frame = page.query('iframe');
    Object.defineProperty(frame, 'contentDocument', { value: null });
    Object.defineProperty(document, 'activeElement', { value: frame, configurable: true });
    page.fire(window, 'blur');
    await page.advance(20);
    if (field) page.frame(page.query('#hosted'), field, true);
    await page.advance(ms);
    page.fire(window, 'focus');
    Reflect.deleteProperty(document, 'activeElement');
    page.step('next');
    await page.flush();
    const logs = page.logs().filter(({ code }) => code === 351 || code === 103);
    page.stop();
    const [left, next] = logs.slice(-2);
    return [left!.attributes.duration_ms, left!.timeMs, next!.timeMs];
  };
  const [csc, ...times] = await stays(2_300, 2);
  expect(csc).toBe(4_000);
  expect(await stays(3_100, 2)).toEqual([csc, ...times]);
  expect(await stays(2_300)).toEqual(await stays(3_100));
  expect((await stays(2_300, 1))[0]).toBe(2_300);
});

it('drops and counts a batch that cannot be encoded, and goes on', async () => {
  await start(FORM);
  await page.advance(100);
  // What no caller can do, as far as anyone knows.
  const concat = vi.spyOn(String.prototype, 'padStart').mockImplementationOnce(() => {
    throw new Error('broken');
  });
  await page.advance(2_000);
  concat.mockRestore();
  page.step('after');
  await page.advance(16_000);
  const logs = page.logs();
  const [dropped] = logs.filter((log) => log.code === 510);
  expect(dropped!.attributes).toMatchObject({ drop_reason: 4 });
  expect(logs.some((log) => log.attributes.step === 'after')).toBe(true);
  expect(logs.map((log) => log.seq)).toEqual(logs.map((_, i) => i));
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
