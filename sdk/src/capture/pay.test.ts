// @vitest-environment happy-dom
import { afterEach, expect, it } from 'vitest';
import { startSimulatedPage } from '../simulated-page.ts';

type Page = Awaited<ReturnType<typeof startSimulatedPage>>;
let page: Page;
afterEach(() => page.stop());

const CODE = '<label>One-time code</label><input id="b0"><input id="b1"><input id="b2"><input id="b3">';

/** What is told of a submission that is refused when the person got as far as that box, and of a field visited afterwards. */
const refusedAfter = async (filled: number): Promise<unknown[]> => {
  page = await startSimulatedPage(
    `<form><input name="city">${CODE}<button data-gander-pay></button></form><input name="email">`,
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

it('counts the boxes of one secret as one field: how many are empty would tell how long it is', async () => {
  const [refused, ...visits] = await refusedAfter(1);
  expect(refused).toMatchObject({ fields: 2 });
  for (const filled of [2, 3]) expect(await refusedAfter(filled)).toEqual([refused, ...visits]);
});

it('looks at no more than a hundred fields of a form while its button waits', async () => {
  let looks = 0;
  const { closest } = Element.prototype;
  for (const mark of ['', 'data-gander-pay']) {
    page = await startSimulatedPage(
      `<form>${'<input name="row">'.repeat(2_000)}<input name="cardnumber"><button ${mark}></button></form>`,
    );
    // Each field that is looked at asks once for the group it is in.
    Element.prototype.closest = function (this: Element, selector: string) {
      if (selector === '[role=group]') looks++;
      return closest.call(this, selector);
    } as typeof closest;
    page.fire(page.query('button'), 'click');
    page.fire(page.query('form'), 'submit');
    Element.prototype.closest = closest;
    expect([looks, (await page.sent(110)).length]).toEqual(mark ? [100, 1] : [100, 0]);
    page.stop();
  }
});
