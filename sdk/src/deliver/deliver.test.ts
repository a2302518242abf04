// @vitest-environment happy-dom
import 'fake-indexeddb/auto';
import { decodeFrame, fromBase64Url } from '@gander/log-codes';
import { inspectFrame } from '@gander/log-codes/decode';
import { forceCloseDatabase } from 'fake-indexeddb';
import { type IDBPDatabase, unwrap } from 'idb';
import { afterEach, expect, it } from 'vitest';
import { healthy, startSimulatedPage } from '../simulated-page.ts';
import { createIdbOutbox } from './idb-outbox.ts';
import type { Outbox } from './outbox.ts';

type Page = Awaited<ReturnType<typeof startSimulatedPage>>;
let page: Page | undefined;
afterEach(() => {
  page?.stop();
  page = undefined;
});

const seqs = (of: Page): number[] => of.frames().map((frame) => inspectFrame(fromBase64Url(frame)).batchSeq);
/** IndexedDB's own steps take turns of the event loop. */
const storage = (): Promise<void> => new Promise((resolve) => setTimeout(resolve, 20));

it('tries again after a 503, the same bytes, and says so once it works', async () => {
  page = await startSimulatedPage('');
  let refusals = 0;
  page.world.answer = (request) =>
    request.path === '/v1/logs' && refusals++ < 3 ? new Response(null, { status: 503 }) : healthy(request);
  await page.advance(30_000);
  const [first, second, third, fourth] = page.bodies('/v1/logs');
  expect(new Set([first, second, third, fourth]).size).toBe(1);
  expect((await page.sent(502))[0]!.attributes).toEqual({ send_failure: 3, attempts: 3 });
  expect(refusals).toBeGreaterThan(3);
});

it('does not say that the network failed where the collector was too busy to open a session', async () => {
  page = await startSimulatedPage('');
  let refusals = 0;
  page.world.answer = (request) =>
    request.path === '/v1/sessions' && refusals++ < 2
      ? new Response(null, { status: 503 })
      : healthy(request);
  await page.advance(30_000);
  expect((await page.sent(502))[0]!.attributes).toEqual({ send_failure: 3, attempts: 2 });
});

it('#66 backs off to a minute and no further', async () => {
  page = await startSimulatedPage('');
  page.world.answer = () => Promise.reject(new TypeError('network'));
  await page.advance(3_600_000);
  // 0.5 × (1 + 2 + 4 … + 60 + 60 …) s: about 120 in an hour.
  expect(page.world.requests.length).toBeGreaterThan(100);
  expect(page.world.requests.length).toBeLessThan(140);
});

it('waits as long as it is told to, also when the network comes back', async () => {
  page = await startSimulatedPage('');
  page.world.answer = () => new Response(null, { status: 429, headers: { 'retry-after': '30' } });
  await page.advance(2_100);
  const asked = page.world.requests.length;
  page.fire(window, 'online');
  await page.advance(25_000);
  expect(page.world.requests.length).toBe(asked);
  page.world.answer = healthy;
  await page.advance(10_000);
  expect(page.frames().length).toBeGreaterThan(0);
});

it.each([
  ['the network fails for another', () => Promise.reject(new TypeError('network'))],
  ['another is taken', healthy],
])('waits as long as it is told to, also where %s that was sent at the same time', async (_, other) => {
  page = await startSimulatedPage('');
  await page.advance(2_100);
  // Two wait when the page is left, and are sent side by side.
  page.world.answer = () => Promise.reject(new TypeError('network'));
  page.step('one');
  await page.flush();
  page.step('two');
  let asked = 0;
  page.world.answer = (request) =>
    asked++ ? other(request) : new Response(null, { status: 429, headers: { 'retry-after': '30' } });
  Object.defineProperty(document, 'hidden', { value: true, configurable: true });
  page.fire(document, 'visibilitychange');
  await page.advance(0);
  expect(asked).toBe(2);
  page.world.answer = healthy;
  Reflect.deleteProperty(document, 'hidden');
  if (other !== healthy) page.fire(window, 'online');
  page.step('three');
  await page.advance(28_000);
  const before = page.world.requests.length;
  await page.advance(5_000);
  expect(before).toBe(asked + 3);
  expect(page.world.requests.length).toBeGreaterThan(before);
});

it.each(['-30', 'Wed, 21 Oct 2099 07:28:00 GMT', 'soon', ''])(
  'takes a Retry-After of %j for none, and backs off',
  async (retryAfter) => {
    page = await startSimulatedPage('');
    page.world.answer = () => new Response(null, { status: 503, headers: { 'retry-after': retryAfter } });
    await page.advance(60_000);
    expect(page.world.requests.length).toBeGreaterThan(4);
    expect(page.world.requests.length).toBeLessThan(12);
  },
);

it.each(['1e999', '999999999999'])(
  'does not ask again on this page after a Retry-After of %s',
  async (retryAfter) => {
    page = await startSimulatedPage('');
    page.world.answer = () => new Response(null, { status: 503, headers: { 'retry-after': retryAfter } });
    await page.advance(86_400_000);
    expect(page.world.requests).toHaveLength(1);
  },
);

it('sends what is sealed just as it finds that there is nothing to send', async () => {
  page = await startSimulatedPage('');
  await page.flush();
  const before = page.frames().length;
  page.fire(window, 'pageshow');
  page.step('one');
  await page.flush();
  expect(page.frames().length).toBe(before + 1);
});

it('goes on at once when the network comes back', async () => {
  page = await startSimulatedPage('');
  page.world.answer = () => Promise.reject(new TypeError('network'));
  await page.advance(120_000);
  page.world.answer = healthy;
  page.fire(window, 'online');
  await page.flush();
  expect(page.frames().length).toBeGreaterThan(0);
});

it('gives up what is refused for good, and counts it', async () => {
  page = await startSimulatedPage('');
  page.world.answer = (request) =>
    request.path === '/v1/logs' && page!.frames().length < 2
      ? new Response(null, { status: 413 })
      : healthy(request);
  await page.advance(10_000);
  page.step('next');
  await page.flush();
  const [lost] = await page.sent(503);
  expect(lost!.attributes).toEqual({ status: 413, count: lost!.seq });
  expect(new Set(seqs(page)).size).toBe(seqs(page).length);
});

it('#64 keeps no more than 256 KiB in an outage, and counts what it drops', async () => {
  page = await startSimulatedPage('');
  page.world.answer = () => Promise.reject(new TypeError('network'));
  for (let i = 0; i < 9_000; i++) page.step(`step-${'x'.repeat(30)}${i % 1_000}`);
  page.world.answer = healthy;
  await page.advance(120_000);
  await page.flush();
  const dropped = (await page.sent(510)).filter((log) => log.attributes.drop_reason === 1);
  expect(dropped.length).toBeGreaterThan(0);
  const lost = dropped.reduce((sum, log) => sum + Number(log.attributes.count), 0);
  const kept = page.logs();
  expect(kept.at(-1)!.seq + 1).toBe(kept.length + lost);
});

it('#66 reads no more than a little of an answer', async () => {
  page = await startSimulatedPage('');
  let pulled = 0;
  page.world.answer = (request) =>
    request.path === '/v1/sessions'
      ? healthy(request)
      : new Response(
          new ReadableStream({
            pull(controller) {
              pulled++;
              controller.enqueue(new Uint8Array(1_000));
            },
          }),
          { status: 202 },
        );
  await page.advance(2_100);
  expect(pulled).toBeLessThan(10);
});

it('takes the renewed token from an acknowledgement', async () => {
  page = await startSimulatedPage('');
  page.world.answer = (request) =>
    request.path === '/v1/sessions' ? healthy(request) : new Response('{"t":"renewed"}', { status: 202 });
  await page.advance(2_100);
  page.step('next');
  await page.advance(15_100);
  expect(page.bodies('/v1/logs').map((body) => body.split('.')[1])).toEqual(['token', 'renewed']);
});

it('opens its session again when its token has ended', async () => {
  page = await startSimulatedPage('');
  await page.advance(2_100);
  await page.advance(901_000);
  page.step('late');
  await page.advance(15_100);
  expect(page.opened()).toEqual(['{"key":"gpk_test","type":0}', '{"key":"gpk_test","type":0}']);
});

it('opens it again also when the device slept meanwhile, which the monotonic clock may not have seen', async () => {
  page = await startSimulatedPage('');
  await page.advance(2_100);
  page.world.slept = 8 * 3_600_000;
  page.step('awake');
  await page.advance(15_100);
  expect(page.opened()).toHaveLength(2);
  expect(page.logs().some((log) => log.attributes.step === 'awake')).toBe(true);
});

it('with a grant, one batch goes late after a sleep, and the next with the token that its acknowledgement brought', async () => {
  page = await startSimulatedPage('', { grant: 'gr1.x.y' });
  await page.advance(20_000);
  page.world.slept = 2 * 3_600_000;
  page.world.answer = () => new Response('{"t":"renewed"}', { status: 202 });
  for (const name of ['awake', 'on']) {
    page.step(name);
    await page.advance(15_100);
  }
  const tokens = page.bodies('/v1/logs').map((body) => body.split('.')[1]);
  expect(tokens.slice(-2)).toEqual(['token', 'renewed']);
  expect(page.opened()).toHaveLength(1);
});

it('does not open a session again with a grant', async () => {
  page = await startSimulatedPage('', { grant: 'gr1.x.y' });
  await page.advance(903_000);
  page.step('late');
  await page.advance(15_100);
  expect(page.opened()).toEqual(['{"grant":"gr1.x.y"}']);
});

it('#66 gives up on a collector that hangs', async () => {
  page = await startSimulatedPage('');
  page.world.answer = () => new Promise(() => {});
  await page.advance(2_100);
  // The fake collector knows no abort; what counts is that nothing of the page waits for it.
  page.step('later');
  await page.advance(60_000);
  expect(page.stops).toBe(0);
});

it('sends at the next visit what the page before could not', async () => {
  page = await startSimulatedPage('', { transaction: 'order_1' }, () => createIdbOutbox('next-visit'));
  page.world.answer = () => Promise.reject(new TypeError('offline'));
  page.step('cart');
  await page.advance(3_000);
  await storage();
  page.stop();
  page = await startSimulatedPage('', {}, () => createIdbOutbox('next-visit'));
  page.world.time += 20_000;
  for (let i = 0; i < 5; i++) {
    await page.advance(2_000);
    await storage();
  }
  const opened = page.opened().filter((body) => body.includes('order_1'));
  expect(opened).toEqual(['{"key":"gpk_test","transaction":"order_1","type":0}']);
  expect(page.logs().some((log) => log.attributes.step === 'cart')).toBe(true);
  expect((await page.sent(511)).length).toBe(1);
  await storage();
  expect(
    (await createIdbOutbox('next-visit').all()).filter((record) =>
      record.session.request.includes('order_1'),
    ),
  ).toEqual([]);
});

it('goes on though the collector refuses what earlier visits left', async () => {
  const outbox = createIdbOutbox('refused orphans');
  for (let seq = 0; seq < 8; seq++)
    await outbox.put({
      boot: 'dead',
      seq,
      logs: 1,
      frame: `of-${seq}`,
      at: 1_700_000_000_000,
      session: { request: '{"key":"gpk_old"}', token: 'old' },
    });
  page = await startSimulatedPage('', {}, () => createIdbOutbox('refused orphans'));
  page.world.answer = (request) =>
    request.body.startsWith('G1.old.') ? new Response(null, { status: 401 }) : healthy(request);
  for (let i = 0; i < 20; i++) {
    await page.advance(500);
    await storage();
  }
  expect(page.bodies('/v1/logs').filter((body) => body.startsWith('G1.old.')).length).toBe(8);
  expect(page.stops).toBe(0);
  page.step('later');
  await page.flush();
  expect(page.bodies('/v1/logs').at(-1)).toMatch(/^G1\.token\./);
});

it.each([
  ['what earlier visits left', 'G1.old.', 'G1.token.'],
  ['this visit', 'G1.token.', 'G1.old.'],
])('waits with %s alone where the limit is its own', async (name, limited, other) => {
  const outbox = createIdbOutbox(`limited ${name}`);
  for (let seq = 0; seq < 4; seq++)
    await outbox.put({
      boot: 'dead',
      seq,
      logs: 1,
      frame: `of-${seq}`,
      at: 1_700_000_000_000,
      session: { request: '{"key":"gpk_old"}', token: 'old' },
    });
  page = await startSimulatedPage('', {}, () => outbox);
  page.world.answer = (request) =>
    request.body.startsWith(limited)
      ? new Response(null, { status: 429, headers: { 'retry-after': '60' } })
      : healthy(request);
  page.step('one');
  await page.flush();
  for (let i = 0; i < 10; i++) {
    await page.advance(500);
    await storage();
  }
  page.step('two');
  await page.flush();
  const sentAs = (start: string): string[] =>
    page!.bodies('/v1/logs').filter((body) => body.startsWith(start));
  expect(sentAs(limited)).toHaveLength(1);
  expect(sentAs(other).length).toBeGreaterThan(2);
});

it('a transaction whose grant is refused is counted, asked for no more, and the next one is told', async () => {
  page = await startSimulatedPage('', { grant: 'gr1.first' });
  page.step('of-one');
  await page.flush();
  page.world.answer = (request) =>
    request.body.includes('gr1.stale') ? new Response(null, { status: 401 }) : healthy(request);
  page.transaction({ grant: 'gr1.stale' });
  page.step('of-two');
  await page.flush();
  expect(page.stops).toBe(0);
  for (let i = 0; i < 5; i++) {
    page.step(`more-of-two-${i}`);
    await page.advance(60_000);
  }
  const stale = (): number => page!.opened().filter((body) => body.includes('gr1.stale')).length;
  expect(stale()).toBe(1);
  page.transaction({ grant: 'gr1.third' });
  page.step('of-three');
  await page.flush();
  const steps = (await page.sent(103)).map((log) => log.attributes.step);
  expect(steps).toEqual(['of-one', 'of-three']);
  expect(stale()).toBe(2);
  const logs = page.logs();
  const refused = logs.filter((log) => log.code === 503);
  expect(new Set(refused.map((log) => log.attributes.status))).toEqual(new Set([401]));
  const lost = refused.reduce((sum, log) => sum + Number(log.attributes.count), 0);
  expect(lost).toBeGreaterThan(6);
  expect(lost).toBe(logs.at(-1)!.seq + 1 - logs.length);
});

it('turns off where the grant of the page itself, or a key that was good, is refused', async () => {
  page = await startSimulatedPage('', { grant: 'gr1.stale' });
  page.world.answer = () => new Response(null, { status: 401 });
  await page.flush();
  expect(page.stops).toBe(1);
  page.stop();
  page = await startSimulatedPage('');
  await page.flush();
  page.world.answer = () => new Response(null, { status: 401 });
  await page.advance(901_000);
  page.step('revoked');
  await page.flush();
  expect(page.stops).toBe(1);
});

it('counts what was forgotten once consent is given again', async () => {
  page = await startSimulatedPage('');
  await page.flush();
  page.world.answer = () => Promise.reject(new TypeError('offline'));
  page.step('sealed');
  await page.flush();
  page.step('running');
  page.consent('none');
  page.world.answer = healthy;
  await page.advance(100_000);
  page.consent('granted');
  await page.flush();
  const [first] = page.frames();
  const last = page.frames().at(-1)!;
  const logs = [first!, last].flatMap((frame) => decodeFrame(fromBase64Url(frame)).logs);
  const dropped = logs.filter((log) => log.code === 510);
  expect(dropped).toHaveLength(1);
  expect(dropped[0]!.attributes).toEqual({ drop_reason: 6, count: logs.at(-1)!.seq + 1 - logs.length });
  expect(dropped[0]!.attributes.count).toBe(1);
});

it.each(['consent', 'forget'] as const)(
  '%s also takes away what a stopped SDK still tries to send',
  async (call) => {
    page = await startSimulatedPage('', {}, () => createIdbOutbox(`stopped ${call}`));
    page.world.answer = () => Promise.reject(new TypeError('network'));
    await page.advance(5_000);
    await storage();
    page.shutdown();
    if (call === 'forget') page.forget();
    else page.consent('none');
    await storage();
    page.world.answer = healthy;
    const before = page.world.requests.length;
    await page.advance(200_000);
    expect(page.world.requests.length).toBe(before);
    expect((await indexedDB.databases()).map(({ name }) => name)).not.toContain(`stopped ${call}`);
    page.consent('granted');
    page.step('again');
    await page.advance(200_000);
    expect(page.world.requests.length).toBe(before);
  },
);

/** An answer that is given later. */
const held = (): { promise: Promise<Response>; answer: (response: Response) => void } => {
  let answer!: (response: Response) => void;
  const promise = new Promise<Response>((resolve) => {
    answer = resolve;
  });
  return { promise, answer };
};
const losses = (of: Page): unknown[] =>
  of
    .logs()
    .filter(({ code }) => code === 503 || code === 510)
    .map(({ code, attributes }) => ({ code, ...attributes }));

it.each([
  [202, []],
  [400, [{ code: 510, drop_reason: 6, count: 1 }]],
  [503, [{ code: 510, drop_reason: 6, count: 1 }]],
])('counts what was under way when it was forgotten by its answer, once: %i', async (status, told) => {
  page = await startSimulatedPage('');
  await page.flush();
  const first = held();
  let asked = 0;
  page.world.answer = (request) =>
    request.path === '/v1/logs' && !asked++ ? first.promise : healthy(request);
  page.step('one');
  void page.flush();
  await page.advance(10);
  page.consent('none');
  page.consent('granted');
  await page.advance(10);
  first.answer(new Response(null, { status }));
  await page.advance(70_000);
  await page.flush();
  expect(losses(page)).toEqual(told);
});

it('counts nothing below zero when what earlier visits left arrives after it was forgotten', async () => {
  const outbox = createIdbOutbox('forgotten');
  const session = { request: '{"key":"gpk_old"}', token: 'old' };
  for (let seq = 0; seq < 3; seq++)
    await outbox.put({ boot: 'dead', seq, logs: 7, frame: `of-${seq}`, at: 1_700_000_000_000, session });
  page = await startSimulatedPage('', {}, () => outbox);
  const first = held();
  page.world.answer = (request) => (request.body.startsWith('G1.old') ? first.promise : healthy(request));
  for (let i = 0; i < 6; i++) {
    await page.advance(500);
    await storage();
  }
  for (const level of ['none', 'granted', 'none'] as const) {
    page.consent(level);
    await page.flush();
    await storage();
  }
  first.answer(new Response(null, { status: 202 }));
  await page.advance(100);
  page.consent('granted');
  page.step('after');
  await page.flush();
  await page.advance(3_000);
  const logs = page
    .bodies('/v1/logs')
    .filter((body) => !body.startsWith('G1.old'))
    .flatMap((body) => decodeFrame(fromBase64Url(body.split('.')[2]!)).logs);
  const counts = logs.filter(({ code }) => code === 510).map(({ attributes }) => attributes.count);
  // Two batches of seven waited; what tells of it is forgotten once, and told again as a part of the whole.
  expect(counts[0]).toBe(14);
  for (const count of counts) expect(count).toBeLessThan(40);
  expect(logs.some(({ attributes }) => attributes.step === 'after')).toBe(true);
});

it('tries the transaction before again also while a later grant is refused', async () => {
  page = await startSimulatedPage('', { grant: 'gr1.first' });
  await page.flush();
  const first = held();
  let isAway = true;
  let asked = 0;
  page.world.answer = (request) => {
    if (request.body.includes('gr1.stale')) return new Response(null, { status: 401 });
    if (request.path !== '/v1/logs') return healthy(request);
    return asked++ ? (isAway ? first.promise : healthy(request)) : Promise.reject(new TypeError('network'));
  };
  page.step('of-one');
  await page.flush();
  Object.defineProperty(document, 'hidden', { value: true, configurable: true });
  page.fire(document, 'visibilitychange');
  Reflect.deleteProperty(document, 'hidden');
  await page.advance(0);
  page.transaction({ grant: 'gr1.stale' });
  page.step('of-two');
  void page.flush();
  await page.advance(5_000);
  isAway = false;
  const before = asked;
  first.answer(new Response(null, { status: 503 }));
  await page.advance(120_000);
  expect(asked).toBeGreaterThan(before);
});

it('keeps its lock no longer than it is shown', async () => {
  page = await startSimulatedPage('', {}, () => createIdbOutbox('lock'));
  page.world.answer = () => Promise.reject(new TypeError('offline'));
  await page.advance(100);
  page.fire(window, 'pageshow', { persisted: false });
  page.fire(window, 'pagehide', { persisted: true });
  await page.advance(100);
  const [record] = await createIdbOutbox('lock').all();
  const isFree = (): Promise<boolean> =>
    navigator.locks.request(`gander-${record!.boot}`, { ifAvailable: true }, async (lock) => !!lock);
  expect(await isFree()).toBe(true);
  page.fire(window, 'pageshow', { persisted: true });
  await page.advance(100);
  expect(await isFree()).toBe(false);
});

it('keeps on when the browser closed its database', async () => {
  const outbox = createIdbOutbox('closed');
  // As when the site's data is cleared.
  forceCloseDatabase(unwrap((await outbox.open()) as IDBPDatabase) as never);
  await storage();
  const session = { request: '{"key":"gpk_test"}', token: '' };
  await outbox.put({ boot: 'closed', seq: 0, logs: 1, frame: 'AA', at: 0, session });
  expect(await outbox.all()).toHaveLength(1);
});

it('leaves what is refused after shutdown to the next visit, which tells of it', async () => {
  const outbox = createIdbOutbox('refused late');
  page = await startSimulatedPage('', {}, () => outbox);
  page.step('one');
  await page.advance(100);
  page.world.answer = (request) =>
    request.path === '/v1/logs' ? new Response(null, { status: 413 }) : healthy(request);
  page.shutdown();
  await page.advance(100);
  await storage();
  expect(await outbox.all()).toHaveLength(1);
  page = await startSimulatedPage('', {}, () => createIdbOutbox('refused late'));
  const [left] = await outbox.all();
  page.world.answer = (request) =>
    request.body.endsWith(left!.frame) ? new Response(null, { status: 413 }) : healthy(request);
  for (let i = 0; i < 5; i++) {
    await page.advance(1_000);
    await storage();
  }
  expect((await page.sent(503))[0]!.attributes).toEqual({ status: 413, count: left!.logs });
});

it('keeps an outcome that the page knew from the start', async () => {
  const outbox = createIdbOutbox('outcome');
  page = await startSimulatedPage('', { outcome: 'approved' }, () => outbox);
  page.world.answer = () => Promise.reject(new TypeError('offline'));
  await page.advance(0);
  await storage();
  expect((await outbox.all()).map(({ seq }) => seq)).toEqual([0]);
});

it('counts what is refused again and again as a whole, since what told of it was refused too', async () => {
  page = await startSimulatedPage('');
  let refusals = 0;
  page.world.answer = (request) =>
    request.path === '/v1/logs' && refusals++ < 3 ? new Response(null, { status: 413 }) : healthy(request);
  for (const name of ['one', 'two', 'three', 'four']) {
    page.step(name);
    await page.flush();
  }
  const told = (await page.sent(503)).at(-1)!;
  expect(told.attributes).toEqual({ status: 413, count: told.seq });
});

it.each([200, 204, 301])('does not take a %s for an acknowledgement: some proxy says so', async (status) => {
  page = await startSimulatedPage('');
  await page.flush();
  page.world.answer = (request) =>
    request.path === '/v1/sessions' ? healthy(request) : new Response(null, { status });
  page.step('behind a proxy');
  await page.flush();
  const tried = page.frames().at(-1);
  page.world.answer = healthy;
  await page.advance(5_000);
  expect(page.frames().filter((frame) => frame === tried)).toHaveLength(2);
});

it.each([
  [202, ''],
  [202, '{"status":1}'],
  [201, '{"t":""}'],
])('does not take a %d of %j for an open session, and is in no hurry to ask again', async (status, body) => {
  page = await startSimulatedPage('');
  let asked = 0;
  // Else the test would never end.
  page.world.answer = () => (asked++ < 100 ? new Response(body, { status }) : new Promise(() => {}));
  await page.advance(30_000);
  expect(asked).toBeGreaterThan(3);
  expect(asked).toBeLessThan(10);
});

it('writes the running batch behind while it grows', async () => {
  const outbox = createIdbOutbox('write-behind');
  page = await startSimulatedPage('', {}, () => outbox);
  page.world.answer = () => Promise.reject(new TypeError('offline'));
  page.step('one');
  await page.advance(1_100);
  await storage();
  const [record] = await outbox.all();
  expect(record!.logs).toBeGreaterThan(1);
  expect(record!.seq).toBe(0);
});

it('keeps what the outbox was still writing when the page was left', async () => {
  const outbox = createIdbOutbox('left');
  let leaving = false;
  page = await startSimulatedPage('', { transaction: 'order_2' }, () => ({
    ...outbox,
    // WebKit: begun as the page is left, and never done.
    put: (record) => (leaving ? new Promise<never>(() => {}) : outbox.put(record)),
  }));
  page.world.answer = () => Promise.reject(new TypeError('offline'));
  // The batch as it stands is written behind, without what follows.
  await page.advance(1_100);
  await storage();
  expect(await outbox.all()).toHaveLength(1);
  leaving = true;
  page.step('last');
  page.fire(window, 'pagehide', { persisted: false });
  expect(Object.keys(localStorage)).not.toEqual([]);
  await page.advance(100);
  page.stop();
  page = await startSimulatedPage('', {}, () => createIdbOutbox('left'));
  page.world.time += 20_000;
  for (let i = 0; i < 5; i++) {
    await page.advance(2_000);
    await storage();
  }
  expect((await page.sent(103)).filter((log) => log.attributes.step === 'last')).toHaveLength(1);
  expect(Object.keys(localStorage)).toEqual([]);
});

it('copies nothing that the outbox has, and takes its copies away', async () => {
  page = await startSimulatedPage('', {}, () => createIdbOutbox('copies'));
  page.world.answer = () => Promise.reject(new TypeError('offline'));
  await page.advance(100);
  await storage();
  page.step('one');
  page.fire(window, 'pagehide', { persisted: true });
  expect(Object.keys(localStorage)).not.toEqual([]);
  await storage();
  expect(Object.keys(localStorage)).toEqual([]);
  page.fire(window, 'pageshow', { persisted: true });
  page.step('two');
  page.fire(window, 'pagehide', { persisted: true });
  page.forget();
  expect(Object.keys(localStorage)).toEqual([]);
});

it.each(['none', 'essential'] as const)(
  'keeps nothing on the device from the moment consent is %s',
  async (level) => {
    const outbox = createIdbOutbox(`down-${level}`);
    page = await startSimulatedPage('<form></form>', {}, () => outbox);
    page.world.answer = () => Promise.reject(new TypeError('offline'));
    await page.advance(1_500);
    await storage();
    expect(await outbox.all()).not.toEqual([]);
    page.consent(level);
    await storage();
    page.outcome('declined');
    await page.advance(3_000);
    page.fire(window, 'pagehide', { persisted: true });
    await storage();
    expect(Object.keys(localStorage)).toEqual([]);
    expect((await indexedDB.databases()).map(({ name }) => name)).not.toContain(`down-${level}`);
    // And again once it is given.
    page.fire(window, 'pageshow', { persisted: true });
    page.consent('granted');
    page.step('again');
    await page.advance(1_500);
    await storage();
    expect(await outbox.all()).not.toEqual([]);
  },
);

/** A visit that could not send what it had. */
const leaveBatches = async (name: string): Promise<void> => {
  page = await startSimulatedPage('', {}, () => createIdbOutbox(name));
  page.world.answer = () => Promise.reject(new TypeError('offline'));
  await page.advance(1_500);
  await storage();
  page.stop();
  localStorage.setItem('gander-outbox-left-0', '1\n1\nAA\n\n{"key":"gpk_test","type":0}');
};

it.each([
  ['forget', {}, (of: Page) => of.forget()],
  ['forget where nothing was allowed', { consent: 'none' }, (of: Page) => of.forget()],
  ['a refusal', {}, (of: Page) => of.consent('none')],
] as const)('removes at once what earlier visits left: %s', async (name, options, act) => {
  await leaveBatches(name);
  page = await startSimulatedPage('', options, () => createIdbOutbox(name));
  act(page);
  await storage();
  expect((await indexedDB.databases()).map((database) => database.name)).not.toContain(name);
  expect(Object.keys(localStorage)).toEqual([]);
});

it('removes what is kept also after faults have turned the SDK off', async () => {
  await leaveBatches('broken');
  page = await startSimulatedPage('<input>', {}, () => createIdbOutbox('broken'));
  const field = page.query('input');
  Object.defineProperty(field, 'matches', { value: undefined });
  for (let i = 0; i < 10; i++) page.fire(field, 'paste');
  expect(page.stops).toBe(1);
  page.forget();
  await storage();
  expect((await indexedDB.databases()).map((database) => database.name)).not.toContain('broken');
  expect(Object.keys(localStorage)).toEqual([]);
});

it('removes the database also where localStorage is broken', async () => {
  await leaveBatches('locked');
  page = await startSimulatedPage('', {}, () => createIdbOutbox('locked'));
  const { removeItem } = Storage.prototype;
  Storage.prototype.removeItem = () => {
    throw new DOMException('denied', 'SecurityError');
  };
  page.forget();
  Storage.prototype.removeItem = removeItem;
  await storage();
  expect((await indexedDB.databases()).map((database) => database.name)).not.toContain('locked');
  localStorage.clear();
});

it('removes what earlier visits left where consent is not given within ten seconds', async () => {
  await leaveBatches('gpc');
  page = await startSimulatedPage('', { consent: 'essential' }, () => createIdbOutbox('gpc'));
  await page.advance(9_000);
  await storage();
  // A consent manager may still say that it had been given.
  expect(await createIdbOutbox('gpc').all()).not.toEqual([]);
  await page.advance(2_000);
  await storage();
  expect((await indexedDB.databases()).map(({ name }) => name)).not.toContain('gpc');
  expect(Object.keys(localStorage)).toEqual([]);
});

it('neither reads nor removes what others keep under such a name', async () => {
  const others = { 'gander-theme': 'dark', 'gander-outbox-theme': 'dark', 'gander-outbox-a-1': 'dark' };
  for (const [key, value] of Object.entries(others)) localStorage.setItem(key, value);
  page = await startSimulatedPage('', {}, () => createIdbOutbox('others'));
  await page.advance(3_000);
  await storage();
  await page.flush();
  expect(page.opened()).toEqual(['{"key":"gpk_test","type":0}']);
  page.forget();
  await storage();
  expect({ ...localStorage }).toEqual({ 'gander-theme': 'dark', 'gander-outbox-theme': 'dark' });
  localStorage.clear();
});

it.each(['null', '7', '"t"', '[]'])('#66 takes %s for an answer that says nothing', async (answer) => {
  page = await startSimulatedPage('');
  page.world.answer = () => new Response(answer, { status: 200 });
  await expect(page.flush()).resolves.toBeUndefined();
  page.world.answer = healthy;
  await page.advance(5_000);
  expect(page.frames().length).toBeGreaterThan(0);
});

it.each([
  ['denied', () => Promise.reject(new DOMException('denied', 'SecurityError'))],
  ['hanging', () => new Promise<never>(() => {})],
])('#64 works from memory when storage is %s', async (_, fail) => {
  const broken: Outbox = { open: fail, put: fail, remove: fail, all: fail, clear: fail };
  page = await startSimulatedPage('', {}, () => broken);
  page.step('one');
  await page.advance(5_000);
  expect(page.logs().some((log) => log.attributes.step === 'one')).toBe(true);
});

it('works from memory where the page has broken Web Locks', async () => {
  const locks = Object.getOwnPropertyDescriptor(navigator, 'locks')!;
  Object.defineProperty(navigator, 'locks', {
    get() {
      throw new Error('broken by the page');
    },
    configurable: true,
  });
  try {
    page = await startSimulatedPage('', {}, () => createIdbOutbox('no-locks'));
    page.step('one');
    await page.advance(16_000);
    expect(page.logs().some((log) => log.attributes.step === 'one')).toBe(true);
  } finally {
    Object.defineProperty(navigator, 'locks', locks);
  }
});
