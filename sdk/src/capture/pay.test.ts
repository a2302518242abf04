// @vitest-environment happy-dom
import { afterEach, expect, it } from 'vitest';
import { startSimulatedPage } from '../simulated-page.ts';

type Page = Awaited<ReturnType<typeof startSimulatedPage>>;
let page: Page;
afterEach(() => page.stop());

const CODE = '<label>One-time code</label><input id="b0"><input id="b1"><input id="b2"><input id="b3">';

/** What is told of a submission that is refused when the person got as far as that box, and of a field visited afterwards. */
const refusedAfter = async (filled: number, mark: string): Promise<unknown[]> => {
  page = await startSimulatedPage(
    `<form><input name="city">${CODE}<button ${mark}></button></form><input name="email">`,
  );
  page.focus(page.query('#b0'));
  page.fire(page.query('button'), 'click');
  for (let i = filled; i < 4; i++) page.fire(page.query(`#b${i}`), 'invalid');
  page.fire(page.query('[name=city]'), 'invalid');
  await page.advance(50);
  page.focus(page.query('[name=email]'));
  const told = [...(await page.sent(251)), ...(await page.sent(200))];
  page.stop();
  return told.map((log) => log.attributes);
};

it.each(['', 'data-gander-pay'])(
  'counts the boxes of one secret as one field: how many are empty would tell how long it is (button %s)',
  async (mark) => {
    const [refused, ...visits] = await refusedAfter(1, mark);
    expect(refused).toMatchObject({ fields: 2 });
    for (const filled of [2, 3]) expect(await refusedAfter(filled, mark)).toEqual([refused, ...visits]);
  },
);

it('looks at a form for a few milliseconds while its button waits, at its last fields first', async () => {
  const { closest } = Element.prototype;
  const rows = '<input name="row">'.repeat(2_000);
  const card = '<input name="cardnumber">';
  for (const [fields, most, paid] of [
    [rows + card, 1, 1],
    [card + rows, 16, 0],
  ] as const) {
    let looks = 0;
    page = await startSimulatedPage(`<form>${fields}<button></button></form>`);
    // Each field that is looked at asks once for the group it is in; here that takes a millisecond.
    Element.prototype.closest = function (this: Element, selector: string) {
      if (selector === '[role=group]') {
        looks++;
        page.world.time++;
      }
      return closest.call(this, selector);
    } as typeof closest;
    page.fire(page.query('button'), 'click');
    page.fire(page.query('form'), 'submit');
    Element.prototype.closest = closest;
    expect(looks).toBeLessThanOrEqual(most);
    expect(await page.sent(110)).toHaveLength(paid);
    page.stop();
  }
});

it('knows the payment by a card that was visited, however many fields follow', async () => {
  const { closest } = Element.prototype;
  page = await startSimulatedPage(
    `<form><input name="cardnumber">${'<input name="row">'.repeat(40)}<button></button></form>`,
  );
  page.focus(page.query('[name=cardnumber]'));
  page.blur(page.query('[name=cardnumber]'));
  // Each look takes a millisecond.
  Element.prototype.closest = function (this: Element, selector: string) {
    if (selector === '[role=group]') page.world.time++;
    return closest.call(this, selector);
  } as typeof closest;
  try {
    page.fire(page.query('button'), 'click');
    page.fire(page.query('form'), 'submit');
  } finally {
    Element.prototype.closest = closest;
  }
  expect(await page.sent(110)).toHaveLength(1);
});
