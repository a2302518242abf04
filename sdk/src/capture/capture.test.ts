// @vitest-environment happy-dom
import { afterEach, expect, it, onTestFinished, vi } from 'vitest';
import { startSimulatedPage } from '../simulated-page.ts';
import { attention } from './attention.ts';
import { fieldVisits } from './field-visits.ts';
import { idle } from './idle.ts';
import { pay } from './pay.ts';

type Page = Awaited<ReturnType<typeof startSimulatedPage>>;
let page: Page;
const start = async (...args: Parameters<typeof startSimulatedPage>): Promise<Page> => {
  page = await startSimulatedPage(...args);
  return page;
};
afterEach(() => {
  page.stop();
  Reflect.deleteProperty(document, 'visibilityState');
});

/** happy-dom does not know all pseudo-classes: this one matches. */
const matching = (element: Element, known: string): void => {
  const { matches } = element;
  element.matches = ((selector: string) =>
    selector === known || matches.call(element, selector)) as typeof element.matches;
};

const FORM = `<form id="f">
  <input name="email" autocomplete="email">
  <input name="coupon" placeholder="Coupon">
  <input name="card" autocomplete="cc-number">
  <input name="cvc" autocomplete="cc-csc">
  <select name="country" autocomplete="country"></select>
  <button data-gander-pay>Pay</button>
</form>`;

it('summarises typing in a personal field without counting keys', async () => {
  await start(FORM);
  const email = page.query('[name=email]');
  page.focus(email);
  page.world.time += 300;
  page.type(email, [100, 120, 90, 110, 130, 105, 95, 1_500, 100, 100], 60);
  page.key(email, 40, 'deleteContentBackward');
  page.blur(email);
  const [typed] = await page.sent(210);
  expect(typed!.attributes).toMatchObject({
    field: 10,
    corrections: 1,
    first_key_ms: 300,
    pauses: 1,
    dwell_p50_ms: 60,
    flight_p50_ms: 105,
  });
  expect(typed!.attributes).not.toHaveProperty('keys');
  const [blur] = await page.sent(201);
  expect(blur!.attributes).toMatchObject({ field: 10, visit: 1, method: 1 });
  expect(blur!.attributes).not.toHaveProperty('time_bucket');
});

it('counts keys in a plain field', async () => {
  await start(FORM);
  const coupon = page.query('[name=coupon]');
  page.focus(coupon);
  page.type(coupon, [100, 100, 100]);
  page.blur(coupon);
  const [typed] = await page.sent(210);
  expect(typed!.attributes).toMatchObject({ field: 24, keys: 3 });
});

it('says only a method and steps of a secret field', async () => {
  await start(FORM);
  for (const name of ['card', 'cvc']) {
    const field = page.query(`[name=${name}]`);
    page.focus(field);
    page.type(field, [100, 140, 90, 160, 110, 130, 90, 150, 120, 100]);
    page.blur(field);
  }
  await page.advance(1_000);
  expect(await page.sent(210)).toEqual([]);
  const [card, cvc] = await page.sent(201);
  expect(card!.attributes).toEqual({
    field: 1,
    field_no: expect.any(Number),
    visit: 1,
    method: 1,
    time_bucket: 2,
    uniformity: 1,
    corrections: 0,
  });
  expect(cvc!.attributes).toEqual({
    field: 2,
    field_no: expect.any(Number),
    visit: 1,
    method: 1,
    time_bucket: 3,
  });
});

it('tells by no time how long a secret without a rhythm was stayed in, within a step', async () => {
  const told: unknown[] = [];
  for (const stay of [700, 1_900, 2_900]) {
    await start(FORM, {}, undefined, [fieldVisits, attention, pay]);
    const from = page.world.time;
    page.focus(page.query('[name=cvc]'));
    page.key(page.query('[name=cvc]'));
    page.world.time = from + stay;
    page.focus(page.query('[name=email]'));
    page.fire(window, 'blur');
    await page.advance(0);
    page.fire(window, 'focus');
    page.world.time = from + 5_000;
    page.type(page.query('[name=email]'), [100, 120, 90, 110, 130, 105, 95]);
    page.fire(page.query('button'), 'click');
    page.world.time = from + 9_000;
    page.blur(page.query('[name=email]'));
    await page.sent(0);
    told.push(page.logs().map(({ code, timeMs, attributes }) => ({ code, timeMs, attributes })));
    page.stop();
  }
  expect(told[0]).toContainEqual(expect.objectContaining({ code: 210 }));
  expect(told[1]).toEqual(told[0]);
  expect(told[2]).toEqual(told[0]);
});

it('tells it no more when a person goes from the secret to another window', async () => {
  const told: unknown[] = [];
  for (const stay of [700, 1_900, 2_900]) {
    await start(FORM, {}, undefined, [fieldVisits, attention]);
    const from = page.world.time;
    page.focus(page.query('[name=cvc]'));
    page.key(page.query('[name=cvc]'));
    page.world.time = from + stay;
    page.blur(page.query('[name=cvc]'));
    vi.spyOn(document, 'hasFocus').mockReturnValue(false);
    page.fire(window, 'blur');
    await page.advance(5_000 - stay);
    vi.restoreAllMocks();
    page.fire(window, 'focus');
    await page.sent(0);
    told.push(page.logs().map(({ code, timeMs, attributes }) => ({ code, timeMs, attributes })));
    page.stop();
  }
  expect(told[0]).toContainEqual(expect.objectContaining({ code: 302 }));
  expect(told[1]).toEqual(told[0]);
  expect(told[2]).toEqual(told[0]);
});

it('lets quick visits to secrets add up to no more than one step and the held second', async () => {
  await start(FORM);
  for (let i = 0; i < 20; i++) {
    page.focus(page.query('[name=cvc]'));
    page.world.time += 50;
    page.focus(page.query('[name=email]'));
    page.world.time += 50;
  }
  page.blur(page.query('[name=email]'));
  await page.sent(0);
  const times = [...(await page.sent(200)), ...(await page.sent(201))].map(({ timeMs }) => timeMs);
  expect(times).toHaveLength(80);
  expect(Math.max(...times) - Math.min(...times)).toBeLessThanOrEqual(2_000 + 1_000 + 4_000);
});

it('tells no duration of what began while the clock of the logs stood still', async () => {
  await start(FORM);
  page.focus(page.query('[name=cvc]'));
  page.world.time += 300;
  const visits = ['coupon', 'card', 'coupon'];
  for (const name of visits) {
    const field = page.query(`[name=${name}]`);
    page.focus(field);
    page.world.time += 100;
    page.type(field, [100, 100, 100], 60);
    // The last one begins when the clock goes again.
    if (name === 'card') page.world.time += 4_000;
  }
  page.blur(page.query('[name=coupon]'));
  const typed = await page.sent(210);
  expect(typed.map(({ attributes: { keys } }) => keys)).toEqual([3, 3]);
  expect(typed.map(({ attributes: { first_key_ms } }) => first_key_ms)).toEqual([undefined, 100]);
  expect(typed.map(({ attributes: { duration_ms } }) => duration_ms)).toEqual([undefined, 200]);
  const left = await page.sent(201);
  expect(left.map(({ attributes: { duration_ms } }) => duration_ms)).toEqual([
    undefined,
    undefined,
    undefined,
    400,
  ]);
  expect(left.map(({ attributes: { time_bucket } }) => time_bucket)).toEqual([
    3,
    undefined,
    undefined,
    undefined,
  ]);
});

it('tells no duration of a secret that began so, however the one before was left', async () => {
  for (const leave of [true, false]) {
    await start('<form><input name="cvc"><input name="pin"><input name="coupon"></form>');
    const [cvc, pin, coupon] = ['cvc', 'pin', 'coupon'].map((name) => page.query(`[name=${name}]`));
    page.focus(cvc!);
    page.world.time += 300;
    if (leave) page.blur(cvc!);
    page.focus(pin!);
    page.world.time += 6_000;
    if (leave) page.blur(pin!);
    page.focus(coupon!);
    const left = await page.sent(201);
    expect(left.map(({ attributes: { time_bucket } }) => time_bucket)).toEqual([3, undefined]);
    page.stop();
  }
});

it('lets the clock of the logs go on where it is again, after a secret', async () => {
  await start(FORM);
  page.focus(page.query('[name=cvc]'));
  page.world.time += 9_000;
  page.focus(page.query('[name=email]'));
  page.world.time += 10_000;
  page.blur(page.query('[name=email]'));
  const logs = [...(await page.sent(200)), ...(await page.sent(201))];
  const [cvcIn, emailIn, cvcOut, emailOut] = logs.map(({ timeMs }) => timeMs);
  expect(cvcOut! - cvcIn!).toBe(12_000);
  expect(emailIn).toBe(cvcOut);
  expect(emailOut! - cvcIn!).toBe(19_000);
  expect(logs[3]!.attributes).not.toHaveProperty('duration_ms');
});

it('calls an even rhythm what it is', async () => {
  await start(FORM);
  const email = page.query('[name=email]');
  page.focus(email);
  page.type(email, Array(12).fill(100));
  page.blur(email);
  const card = page.query('[name=card]');
  page.focus(card);
  page.type(card, Array(16).fill(100));
  page.blur(card);
  await page.advance(1_000);
  const odd = await page.sent(404);
  expect(odd.map((log) => log.attributes)).toMatchObject([
    { field: 10, cadence_oddity: 1 },
    { field: 1, cadence_oddity: 1 },
  ]);
});

it('notices the same rhythm twice', async () => {
  await start(FORM);
  const gaps = [100, 140, 91, 167, 113, 131, 95, 158, 122, 104, 140, 90];
  const email = page.query('[name=email]');
  for (let i = 0; i < 2; i++) {
    page.focus(email);
    page.type(email, gaps);
    page.blur(email);
  }
  const odd = await page.sent(404);
  expect(odd.map((log) => log.attributes.cadence_oddity)).toEqual([4]);
});

it('tells where something was pasted, over what, and when', async () => {
  await start(FORM);
  const coupon = page.query('[name=coupon]');
  page.focus(coupon);
  page.world.time += 250;
  page.fire(coupon, 'paste');
  page.fire(coupon, 'input', { inputType: 'insertFromPaste' });
  page.blur(coupon);
  const [paste] = await page.sent(220);
  expect(paste!.attributes).toMatchObject({ field: 24, since_focus_ms: 250 });
  const [blur] = await page.sent(201);
  expect(blur!.attributes.method).toBe(2);
});

it('ignores a paste that no person made', async () => {
  await start(FORM);
  page.fire(page.query('[name=coupon]'), 'paste', { isTrusted: false });
  expect(await page.sent(220)).toEqual([]);
});

it('counts visits and tells keyboard from pointer from script', async () => {
  await start(FORM);
  const email = page.query('[name=email]');
  page.fire(email, 'pointerdown');
  page.focus(email);
  page.blur(email);
  page.world.time += 5_000;
  page.fire(email, 'keydown', { repeat: false });
  page.focus(email);
  page.blur(email);
  page.world.time += 5_000;
  page.focus(email);
  page.blur(email);
  const visits = await page.sent(200);
  expect(visits.map((log) => [log.attributes.visit, log.attributes.via])).toEqual([
    [1, 1],
    [2, 2],
    [3, 3],
  ]);
});

it('#67 takes scripted input for what it is, once a field, and counts none in a secret', async () => {
  await start(FORM);
  for (const name of ['coupon', 'card'])
    for (let i = 0; i < 16; i++) {
      page.fire(page.query(`[name=${name}]`), 'input', { isTrusted: false });
      await page.advance(i % 4 ? 0 : 150);
    }
  await page.advance(500);
  const scripted = await page.sent(400);
  expect(scripted.length).toBe(2);
  expect(scripted[1]!.attributes).toMatchObject({ field: 1, count: 1 });
});

it('does not take a mask that echoes keys for a robot', async () => {
  await start(FORM);
  const card = page.query('[name=card]');
  page.focus(card);
  for (let i = 0; i < 16; i++) {
    page.key(card);
    page.fire(card, 'input', { isTrusted: false });
    await page.advance(150);
  }
  page.blur(card);
  expect(await page.sent(400)).toEqual([]);
});

it('says that the pay button was pressed and the payment form submitted', async () => {
  await start(FORM);
  page.fire(page.query('button'), 'pointerdown');
  page.fire(page.query('button'), 'click');
  page.fire(page.query('form'), 'submit');
  expect((await page.sent(250))[0]!.attributes).toMatchObject({ via: 1, press_no: 1 });
  expect((await page.sent(110)).length).toBe(1);
});

it('does not take any form for the one that pays', async () => {
  await start('<form><input type="search" name="q"><button>Go</button></form>');
  page.fire(page.query('button'), 'click');
  page.fire(page.query('form'), 'submit');
  expect(await page.sent(250)).toEqual([]);
  expect(await page.sent(110)).toEqual([]);
});

it('tells what validation refused, once a click and not while someone types', async () => {
  await start(FORM);
  const email = page.query('[name=email]');
  page.fire(email, 'invalid');
  await page.advance(50);
  expect(await page.sent(251)).toEqual([]);
  page.fire(page.query('button'), 'click');
  page.fire(email, 'invalid');
  page.fire(page.query('[name=card]'), 'invalid');
  await page.advance(50);
  page.fire(email, 'invalid');
  await page.advance(50);
  const refused = await page.sent(251);
  expect(refused.map((log) => log.attributes)).toMatchObject([{ field: 10, fields: 2 }]);
});

const hide = (hidden: boolean): void => {
  Object.defineProperty(document, 'visibilityState', {
    value: hidden ? 'hidden' : 'visible',
    configurable: true,
  });
  page.fire(document, 'visibilitychange');
};

it.each([
  ['any page', undefined],
  ['a page with a frame called `hidden`', {}],
])('tells tab hidden and back with its length, on %s', async (_, frame) => {
  if (frame) Object.defineProperty(document, 'hidden', { value: frame, configurable: true });
  onTestFinished(() => void Reflect.deleteProperty(document, 'hidden'));
  await start(FORM);
  await page.advance(2_100);
  hide(true);
  await page.advance(3_000);
  hide(false);
  const [visible] = await page.sent(301);
  expect((await page.sent(300)).length).toBe(1);
  expect(visible!.attributes.duration_ms).toBe(3_000);
  const coupon = page.query('[name=coupon]');
  page.world.time += 700;
  page.fire(coupon, 'paste');
  expect((await page.sent(220))[0]!.attributes.since_visible_ms).toBe(700);
});

it('tells idle and active again', async () => {
  await start(FORM);
  await page.advance(40_000);
  page.fire(page.query('[name=email]'), 'pointerdown');
  await page.advance(2_000);
  expect((await page.sent(310)).length).toBe(1);
  expect((await page.sent(311))[0]!.attributes.duration_ms).toBeGreaterThan(35_000);
});

it('rests while the tab is hidden, and takes who comes back for active', async () => {
  await start(FORM, {}, undefined, [idle]);
  await page.advance(40_000);
  hide(true);
  await page.advance(60_000);
  expect(page.world.timers).toEqual([]);
  hide(false);
  await page.advance(20_000);
  expect((await page.sent(310)).length).toBe(1);
  expect((await page.sent(311)).map((log) => log.attributes.duration_ms)).toEqual([100_000]);
  hide(true);
  await page.advance(500);
  hide(false);
  // One look is due, not two.
  expect(page.world.timers.filter(({ at }) => at > page.world.time).length).toBe(1);
});

it('tells rage clicks with their number', async () => {
  await start(FORM);
  for (let i = 0; i < 5; i++) {
    page.fire(page.query('button'), 'click', { screenX: 100 + i, screenY: 100 });
    await page.advance(150);
  }
  await page.advance(2_000);
  expect((await page.sent(261)).map((log) => log.attributes)).toEqual([{ clicks: 5, target: 2 }]);
});

it('tells clicks that no person made, and not the page passing one on', async () => {
  await start(FORM);
  page.fire(page.query('button'), 'click', { isTrusted: false });
  await page.advance(1_000);
  page.fire(page.query('[name=email]'), 'click');
  page.fire(page.query('button'), 'click', { isTrusted: false });
  await page.advance(1_000);
  expect((await page.sent(401)).map((log) => log.attributes)).toEqual([{ target: 2, count: 1 }]);
});

it('counts page errors and never reads what they say', async () => {
  await start(FORM);
  let reads = 0;
  for (let i = 0; i < 3; i++) {
    const error = new Event('error');
    for (const name of ['message', 'error', 'filename', 'lineno'])
      Object.defineProperty(error, name, { get: () => reads++ });
    Object.defineProperty(error, 'target', { value: window });
    window.dispatchEvent(error);
  }
  expect(reads).toBe(0);
  page.fire(window, 'pagehide', { persisted: false });
  expect((await page.sent(501)).map((log) => log.attributes)).toEqual([
    { error_kind: 1, count: 1 },
    { error_kind: 1, count: 2 },
  ]);
});

it('enters a step by attribute, once', async () => {
  await start('<section data-gander-step="address"><input name="a"><input name="b"></section>');
  page.focus(page.query('[name=a]'));
  page.focus(page.query('[name=b]'));
  expect((await page.sent(103)).map((log) => log.attributes)).toEqual([{ step: 'address', step_no: 1 }]);
});

it('comes back from the back-forward cache', async () => {
  await start(FORM);
  page.fire(window, 'pagehide', { persisted: true });
  page.world.time += 4_000;
  page.fire(window, 'pageshow', { persisted: true });
  expect((await page.sent(190))[0]!.attributes.exit).toBe(4);
  expect((await page.sent(104))[0]!.attributes.duration_ms).toBe(4_000);
});

it('listens to a shadow root once a field in it was focused', async () => {
  await start('<div id="host"></div>');
  const root = page.query('#host').attachShadow({ mode: 'open' });
  root.innerHTML = '<input type="checkbox" name="tos"><input name="email" autocomplete="email">';
  const [box, email] = root.querySelectorAll('input');
  page.focus(email!);
  page.fire(box!, 'change', { composed: false });
  expect((await page.sent(200)).map((log) => log.attributes.field)).toEqual([10]);
  expect((await page.sent(240)).length).toBe(1);
});

it('does not take a select that the browser filled for a choice', async () => {
  await start(FORM);
  const country = page.query('select');
  matching(country, ':is(:autofill,:-webkit-autofill)');
  page.fire(country, 'input');
  page.fire(country, 'change');
  await page.advance(200);
  expect((await page.sent(230)).map((log) => log.attributes.field)).toEqual([19]);
  expect(await page.sent(240)).toEqual([]);
});

it('answers nothing about what is no element', async () => {
  await start(FORM);
  page.focus(page.query('[name=email]'));
  for (const nothing of [null, undefined, 'email', document])
    expect(page.inspect(nothing as unknown as Element)).toBeUndefined();
});

it('tells nothing of the clicks on a pad of buttons that is marked as secret', async () => {
  const enter = async (pin: string): Promise<unknown> => {
    const buttons = Array.from({ length: 10 }, (_, i) => `<button id="k${i}">${i}</button>`).join('');
    await start(`<div data-gander="secret">${buttons}</div><p></p>`);
    page.fire(page.query('p'), 'pointermove', { screenX: 0, screenY: 0 });
    for (const digit of pin) {
      const at = { screenX: 100 * Number(digit), screenY: 100 };
      await page.advance(150);
      for (const type of ['pointermove', 'pointerdown', 'click'])
        page.fire(page.query(`#k${digit}`), type, at);
    }
    await page.advance(1_000);
    page.fire(page.query('p'), 'pointermove', { screenX: 0, screenY: 300 });
    await page.advance(1_000);
    page.fire(window, 'pagehide', { persisted: false });
    await page.advance(1_000);
    const told = page.logs().map(({ code, attributes }) => [code, attributes]);
    page.stop();
    return told;
  };
  expect(await enter('1111')).toEqual(await enter('1937'));
});

it('counts no error that the page makes at each key of a secret', async () => {
  await start(FORM);
  const typeWithErrors = (field: Element, keys: number): void => {
    page.focus(field);
    for (let i = 0; i < keys; i++) {
      page.key(field);
      page.fire(window, 'error');
    }
    page.blur(field);
  };
  typeWithErrors(page.query('[name=cvc]'), 4);
  typeWithErrors(page.query('[name=coupon]'), 2);
  page.fire(window, 'pagehide', { persisted: false });
  expect((await page.sent(501)).map((log) => log.attributes.count)).toEqual([1, 2]);
});

it('tells nothing of a secret by the length of what was typed next', async () => {
  const typedAfter = async (stay: number): Promise<unknown> => {
    await start(FORM);
    const [cvc, email] = [page.query('[name=cvc]'), page.query('[name=email]')];
    page.focus(cvc);
    page.key(cvc);
    page.world.time += stay;
    page.blur(cvc);
    page.focus(email);
    page.type(email, [200, 200, 200, 200]);
    // To the same moment after the step is over.
    page.world.time = 8_000;
    page.key(email);
    page.blur(email);
    const [typed] = await page.sent(210);
    page.stop();
    return typed!.attributes.duration_ms;
  };
  expect(await typedAfter(1_500)).toBe(await typedAfter(900));
});

it('counts keys for the field they entered, also when nothing told that the focus went there', async () => {
  await start(FORM);
  const coupon = page.query('[name=coupon]');
  const card = page.query('[name=card]');
  matching(card, ':focus-within');
  page.focus(coupon);
  page.type(coupon, [100, 100, 100]);
  page.type(card, [100, 140, 90, 160, 110, 130, 90, 150]);
  page.blur(card);
  await page.advance(1_000);
  expect((await page.sent(210)).map((log) => log.attributes.keys)).toEqual([3]);
  expect((await page.sent(201)).map((log) => log.attributes.field)).toEqual([24, 1]);
});

it('tells once that a select changed: arrow keys would count up to what was chosen', async () => {
  const select = (name: string, more = ''): string => `<select name="${name}" ${more}></select>`;
  await start(
    select('month', 'autocomplete="cc-exp-month"') +
      select('day', 'autocomplete="bday-day"') +
      select('country', 'autocomplete="country"') +
      select('unheard') +
      select('own', 'data-gander="secret"'),
  );
  for (const element of document.querySelectorAll('select')) {
    page.focus(element);
    for (let i = 0; i < 3; i++) page.fire(element, 'change');
    page.blur(element);
  }
  expect((await page.sent(240)).map((log) => log.attributes.field)).toEqual([3, 20, 19, 28]);
});

it('takes what a page does at a press for what it was asked to do', async () => {
  await start(FORM);
  await page.advance(6_000);
  const coupon = page.query('[name=coupon]');
  // An address that was looked up for two seconds, and written into a field.
  page.fire(page.query('button'), 'pointerdown');
  await page.advance(2_000);
  for (let i = 0; i < 3; i++) {
    page.fire(coupon, 'input', { isTrusted: false });
    await page.advance(150);
  }
  // Enter, which the page takes for its button.
  page.fire(coupon, 'keydown', { repeat: false });
  page.fire(page.query('button'), 'click', { isTrusted: false });
  await page.advance(6_000);
  page.fire(page.query('[name=email]'), 'input', { isTrusted: false });
  page.fire(page.query('button'), 'click', { isTrusted: false });
  await page.advance(1_000);
  expect((await page.sent(230)).map((log) => log.attributes)).toMatchObject([{ field: 24, fill_source: 4 }]);
  expect((await page.sent(400)).map((log) => log.attributes.field)).toEqual([10]);
  expect((await page.sent(401)).map((log) => log.attributes.count)).toEqual([1]);
});

it('calls a change silent only where nobody has pressed anything', async () => {
  await start('<input name="email" required><input name="coupon" required><input name="city" required>');
  for (const [name, press] of [
    ['email', 'keydown'],
    ['coupon', 'pointerdown'],
    ['city', ''],
  ] as const) {
    const field = page.query(`[name=${name}]`) as HTMLInputElement;
    page.focus(field);
    page.world.time += 100;
    // A mask of old, a calendar, a script.
    if (press) page.fire(field, press, { repeat: false });
    field.value = 'x';
    page.blur(field);
    await page.advance(6_000);
  }
  expect((await page.sent(402)).map((log) => log.attributes.field)).toEqual([16]);
  expect((await page.sent(230)).map(({ attributes }) => [attributes.field, attributes.fill_source])).toEqual([
    [10, 2],
    [24, 2],
  ]);
});

it('#67 tells once what was filled with no event, and not what the page came with', async () => {
  const names = ['email', 'phone', 'cardnumber', 'city', 'zip'];
  await start(
    `<form data-gander-step="payment">${names.map((name) => `<input name="${name}" required ${name === 'city' ? 'value="x"' : ''}>`).join('')}</form>`,
  );
  const field = (name: string) => page.query(`[name=${name}]`) as HTMLInputElement;
  page.focus(field('zip'));
  page.blur(field('zip'));
  // As a script does it, or a password manager that dispatches nothing.
  for (const name of ['email', 'cardnumber', 'zip']) field(name).value = 'x';
  for (let i = 0; i < 2; i++) page.fire(page.query('form'), 'submit');
  page.fire(window, 'pagehide', { persisted: false });
  const found = await page.sent(230);
  expect(found.map((log) => log.attributes)).toEqual([
    { field: 10, field_no: 2, fill_source: 2, fields: 2 },
    { field: 1, field_no: 3, fill_source: 2, fields: 2 },
  ]);
});

it('counts a route change once after it was stopped and started again', async () => {
  await start(FORM);
  page.stop();
  await start(FORM);
  history.pushState({}, '', '#there');
  expect((await page.sent(340)).map((log) => log.attributes.route_no)).toEqual([1]);
});

it('goes on in one visit from box to box, and from a button back, and ends it when the focus is elsewhere or long gone', async () => {
  await start(
    '<form><label>One-time code</label><input id="a"><input id="b"><input id="c"><button></button></form><input name="email">',
  );
  const [a, b, c] = ['#a', '#b', '#c'].map((id) => page.query(id));
  const move = (from: Element, to: Element): void => {
    page.blur(from);
    page.focus(to);
  };
  page.focus(a!);
  page.key(a!);
  move(a!, b!);
  page.key(b!);
  // Pasted over, and spread by the page: no box is filled by a robot.
  page.fire(b!, 'paste');
  page.fire(c!, 'input', { isTrusted: false });
  move(b!, a!);
  move(a!, c!);
  await page.advance(3_000);
  move(c!, page.query('button'));
  page.focus(a!);
  move(a!, page.query('button'));
  await page.advance(1_001);
  page.focus(a!);
  page.blur(a!);
  await page.advance(999);
  expect((await page.sent(201)).length).toBe(1);
  await page.advance(2);
  page.focus(page.query('[name=email]'));
  const visits = (await page.sent(200)).map(({ attributes: { field, field_no } }) => [field, field_no]);
  expect(visits).toEqual([
    [6, 1],
    [6, 1],
    [10, 2],
  ]);
  expect((await page.sent(201)).map((log) => log.attributes.method)).toEqual([2, 0]);
  expect(await page.sent(400)).toEqual([]);
});

it('takes what a mask dispatches for the key that it cancelled, and no key that a script dispatched', async () => {
  await start(FORM);
  for (const [name, isTrusted] of [
    ['email', true],
    ['coupon', false],
    ['cvc', true],
  ] as const) {
    const field = page.query(`[name=${name}]`);
    // Nobody has just asked for anything.
    await page.advance(6_000);
    page.focus(field);
    for (let i = 0; i < 10; i++) {
      page.fire(field, 'keydown', { repeat: false, isTrusted });
      page.fire(field, 'input', { isTrusted: false });
      await page.advance(60);
      page.fire(field, 'keyup', { isTrusted });
      await page.advance(90 + i);
    }
    page.blur(field);
  }
  await page.advance(1_000);
  expect((await page.sent(210)).map((log) => log.attributes)).toMatchObject([
    { field: 10, dwell_p50_ms: 60 },
  ]);
  expect((await page.sent(201)).map((log) => log.attributes.method)).toEqual([1, 4, 1]);
  expect((await page.sent(400)).map((log) => log.attributes.field)).toEqual([24]);
});

it('takes a key that is held down for one, whatever a script releases meanwhile', async () => {
  await start(FORM);
  const email = page.query('[name=email]');
  page.focus(email);
  page.fire(email, 'keydown', { repeat: false });
  for (let i = 0; i < 5; i++) {
    page.fire(email, 'keyup', { isTrusted: false });
    page.fire(email, 'keydown', { repeat: true });
  }
  page.fire(email, 'keyup');
  page.type(email, [100, 120, 90, 110, 130, 105, 95]);
  page.blur(email);
  expect((await page.sent(210))[0]!.attributes).toMatchObject({ field: 10, overlap_pct: 0 });
});

it('keeps class and rhythm of a field that is taken out of the page without a word', async () => {
  await start(FORM);
  const email = page.query('[name=email]');
  page.focus(email);
  page.type(email, [100, 120, 90, 110, 130, 105, 95]);
  email.remove();
  page.world.time += 5_000;
  page.fire(document.body, 'keydown', { repeat: false });
  const [typed] = await page.sent(210);
  expect(typed!.attributes).toMatchObject({ field: 10, flight_p50_ms: 110 });
  expect((await page.sent(201))[0]!.attributes.duration_ms).toBeLessThan(1_000);
});

it('begins a visit when someone types on after a submission, and tells no change without input', async () => {
  await start('<form data-gander-step="payment"><input name="city" required></form>');
  const city = page.query('input') as HTMLInputElement;
  matching(city, ':focus-within');
  page.focus(city);
  page.key(city);
  page.fire(page.query('form'), 'submit');
  city.value = 'x';
  page.key(city);
  page.blur(city);
  page.focus(city);
  // The page empties it, as after a wrong code.
  page.blur(city);
  city.value = '';
  page.focus(city);
  expect((await page.sent(201)).map((log) => log.attributes.method)).toEqual([1, 1, 0]);
  expect(await page.sent(402)).toEqual([]);
});

it('does not take what a formatter dispatches as a field is left for a robot', async () => {
  await start(FORM);
  const coupon = page.query('[name=coupon]');
  page.focus(coupon);
  page.key(coupon);
  page.blur(coupon);
  page.fire(coupon, 'input', { isTrusted: false });
  await page.advance(500);
  expect(await page.sent(400)).toEqual([]);
});

it('counts no correction when an input method puts in what was chosen', async () => {
  await start(FORM);
  const email = page.query('[name=email]');
  page.focus(email);
  page.type(email, [100, 100, 100]);
  page.fire(email, 'input', { inputType: 'deleteCompositionText' });
  page.blur(email);
  expect((await page.sent(210))[0]!.attributes.corrections).toBe(0);
});

it('takes three clicks in a field for marking its text', async () => {
  await start(FORM);
  const coupon = page.query('[name=coupon]');
  matching(coupon, ':read-write');
  for (let i = 0; i < 3; i++) page.fire(coupon, 'click', { screenX: 100, screenY: 100 });
  await page.advance(2_000);
  expect(await page.sent(261)).toEqual([]);
});

it('takes no button for a field, though it is an element of the page’s own', async () => {
  await start('<my-button tabindex="0"></my-button><my-field></my-field>');
  for (const name of ['my-button', 'my-field']) page.focus(page.query(name));
  expect((await page.sent(200)).map((log) => log.attributes.field)).toEqual([31]);
});

it('counts no time in the back-forward cache as visible', async () => {
  await start(FORM);
  await page.advance(1_000);
  page.fire(window, 'pagehide', { persisted: true });
  await page.advance(60_000);
  page.fire(window, 'pageshow', { persisted: true });
  await page.advance(2_000);
  page.fire(window, 'pagehide', { persisted: false });
  expect((await page.sent(190)).map((log) => log.attributes.active_ms)).toEqual([1_000, 3_000]);
});

it('sees the focus go from one payment frame into the next', async () => {
  await start('<iframe id="f"></iframe><iframe id="g"></iframe>');
  const go = (element: Element): void => {
    Object.defineProperty(element, 'contentDocument', { value: null, configurable: true });
    Object.defineProperty(document, 'activeElement', { get: () => element, configurable: true });
  };
  go(page.query('#f'));
  page.fire(window, 'blur');
  await page.advance(1_000);
  go(page.query('#g'));
  await page.advance(1_000);
  go(document.body);
  await page.advance(1_000);
  Reflect.deleteProperty(document, 'activeElement');
  expect((await page.sent(350)).map((log) => log.attributes.frame_no)).toEqual([1, 2]);
  expect((await page.sent(351)).map((log) => log.attributes.frame_no)).toEqual([1, 2]);
});

it('sees the focus go into a payment frame inside an open shadow root', async () => {
  await start('<div></div>');
  const root = page.query('div').attachShadow({ mode: 'open' });
  root.innerHTML = '<iframe></iframe>';
  const frame = root.firstElementChild!;
  Object.defineProperty(frame, 'contentDocument', { value: null });
  Object.defineProperty(root, 'activeElement', { value: frame });
  Object.defineProperty(document, 'activeElement', { value: root.host, configurable: true });
  page.fire(window, 'blur');
  await page.advance(100);
  Reflect.deleteProperty(document, 'activeElement');
  expect((await page.sent(350)).length).toBe(1);
});

it('says of what was chosen in a picker that a person did it, and of what the browser filled that it did', async () => {
  await start('<input type="date" name="birthday"><input type="month" autocomplete="cc-exp">');
  const [date, expiry] = document.querySelectorAll('input');
  matching(expiry!, ':is(:autofill,:-webkit-autofill)');
  for (const field of [date!, expiry!]) {
    page.focus(field);
    page.fire(field, 'input');
    await page.advance(200);
    page.blur(field);
  }
  await page.advance(1_000);
  expect((await page.sent(201)).map((log) => log.attributes.method)).toEqual([1, 3]);
  expect((await page.sent(210)).length).toBe(0);
});

it('takes an input that is a button for no field', async () => {
  await start(
    '<form><input type="submit"><input type="image"><input name="email"><input name="city"></form>',
  );
  for (const input of document.querySelectorAll('input')) page.focus(input);
  expect((await page.sent(200)).map((log) => log.attributes.field_no)).toEqual([1, 2]);
});

it('leaves nothing behind in the page when it stops', async () => {
  const { pushState } = history;
  const ended: unknown[] = [];
  const spies = [MutationObserver, IntersectionObserver].map(({ prototype }) =>
    vi.spyOn(prototype, 'disconnect').mockImplementation(() => void ended.push(prototype)),
  );
  await start(FORM);
  expect(history.pushState).not.toBe(pushState);
  page.forget();
  page.stop();
  expect(history.pushState).toBe(pushState);
  expect(ended).toEqual([IntersectionObserver.prototype, MutationObserver.prototype]);
  for (const spy of spies) spy.mockRestore();
  // What another script has put around it stays.
  await start(FORM);
  const ours = history.pushState;
  const others: typeof pushState = (...state) => ours.apply(history, state);
  history.pushState = others;
  page.stop();
  expect(history.pushState).toBe(others);
  history.pushState = pushState;
});

it('does not search the page for steps at each focus', async () => {
  await start('<section data-gander-step="address"><input name="a"></section><p><input name="b"></p>');
  const search = vi.spyOn(document, 'querySelectorAll');
  // A framework may say what step a part is after it was put into the page.
  page.query('p').setAttribute('data-gander-step', 'payment');
  for (const name of ['a', 'b', 'a', 'b']) page.focus(page.query(`[name=${name}]`));
  const searched = search.mock.calls.length;
  search.mockRestore();
  expect(searched).toBe(0);
  expect((await page.sent(103)).map((log) => log.attributes.step)).toEqual([
    'address',
    'payment',
    'address',
    'payment',
  ]);
});

it('finds steps that are put into the page later', async () => {
  const observed: Element[] = [];
  const { observe } = IntersectionObserver.prototype;
  IntersectionObserver.prototype.observe = (element) => void observed.push(element);
  await start('<main></main>');
  page.query('main').innerHTML = '<section data-gander-step="review"></section>';
  await new Promise((resolve) => setTimeout(resolve, 0));
  await page.advance(400);
  IntersectionObserver.prototype.observe = observe;
  expect(observed).toEqual([page.query('section')]);
});
