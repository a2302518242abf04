import { setTimeout as wait } from 'node:timers/promises';
import { describe, expect, test } from 'vitest';
import { findEngines } from './leaks/engines.ts';
import { setUpShop } from './leaks/shop-stage.ts';

/**
 * A page that calls its own things as the browser calls some of its: variables, functions and elements by their `id`, as shops do without
 * knowing, and libraries such as MooTools (`Array.from` without its second argument, `Request`) and Prototype (`Array.from`).
 */
const OWN_NAMES = `<script>
  var asked = 0;
  function matches() { asked++; }
  var Request = { queryString: '' };
  var navigation = { open: false };
  Array.from = (items) => Array.prototype.slice.call(items);
  </script>`;

/** Pages that are not made for Gander: what they are is neither harmed nor misread. */
for (const engine of (await findEngines()).filter(({ apart }) => apart))
  describe.skipIf(!engine.launch)(`pages as they come: ${engine.name}`, () => {
    const shop = setUpShop(engine);
    const { open, sent } = shop;
    const type = async (selector: string, text: string): Promise<void> => {
      await shop.page.click(selector);
      await shop.typeSlowly(text);
    };

    test.each([
      ['variables and functions', OWN_NAMES],
      ['elements', '<nav id="navigation"></nav><div id="matches"></div>'],
    ])('#63 a page whose own %s are called as the browser calls its own', async (_, names) => {
      await open('<label for="a">City</label><input id="a"><input id="b">', names);
      await shop.page.evaluate(() => history.pushState({}, '', '?next'));
      await type('#a', 'Rome');
      await shop.page.click('#b');
      const logs = await sent(340, 210, 500);
      expect(logs.map(({ code, attributes: { field } }) => [code, field])).toEqual([
        [340, undefined],
        [210, 16],
      ]);
      expect(await shop.page.evaluate(() => (window as unknown as { asked?: number }).asked ?? 0)).toBe(0);
      await shop.page.close();
    });

    test('what widgets do at a person’s press is held against nobody', async () => {
      await open(
        `<input id="phone" name="phone" placeholder="Phone" required><input id="code" name="postcode" placeholder="Postcode" required>
         <button id="lookup">Find</button><input id="street" name="street" placeholder="Street" required>
         <input id="birthday" name="birthday" placeholder="Birthday" required><button id="day">3</button><input id="coupon" name="coupon">
         <script>
         const write = (field, text) => { field.value = text; field.dispatchEvent(new Event('input', { bubbles: true })); };
         // A mask of old: no event.
         phone.addEventListener('keypress', (e) => { e.preventDefault(); phone.value += e.key; });
         // An address that is looked up, and Enter that means the button.
         code.addEventListener('keydown', (e) => e.key === 'Enter' && setTimeout(() => lookup.click(), 300));
         lookup.addEventListener('click', () => setTimeout(() => write(street, 'Main Street'), 700));
         // A calendar.
         day.addEventListener('click', () => { write(birthday, '2003-02-01'); birthday.focus(); });
         </script>`,
      );
      await type('#phone', '202555');
      await type('#code', 'D02');
      await shop.page.keyboard.press('Enter');
      await wait(1_200);
      await shop.page.click('#birthday');
      await shop.page.click('#day');
      await shop.page.click('#coupon');
      await wait(200);
      await shop.page.keyboard.press('x');
      const logs = (await sent(230, 400, 401, 402)).map(({ code, attributes }) => [
        code,
        attributes.field,
        attributes.fill_source,
      ]);
      expect(logs).toEqual([
        [230, 11, 2],
        [230, 15, 4],
        [230, 20, 4],
      ]);
      await shop.page.close();
    });
  });
