import { setTimeout as wait } from 'node:timers/promises';
import type { DecodedLog } from '@gander/log-codes/decode';
import { describe, expect, test } from 'vitest';
import { findEngines } from './engines.ts';
import { setUpShop } from './shop-stage.ts';

const PAD = Array.from(
  { length: 10 },
  (_, digit) => `<button type="button" class="key" id="key${digit}">${digit}</button>`,
).join('');
const END = '<button type="button" id="end">Done</button>';

/** Pages that do something at each key or click of a secret: what they do is not told so often, or its length would be. */
for (const engine of (await findEngines()).filter(({ apart }) => apart))
  describe.skipIf(!engine.launch)(
    `the logs of a secret of four digits and of one of six are as many: ${engine.name}`,
    () => {
      const shop = setUpShop(engine);

      const type = async (digits: string): Promise<void> => {
        for (const digit of digits) {
          await shop.page.keyboard.press(digit);
          await wait(450);
        }
      };
      const press = async (digits: string): Promise<void> => {
        for (const digit of digits) {
          await shop.page.click(`#key${digit}`);
          await wait(150);
        }
      };
      /** Codes of all that was logged from the first focus on, after a visit to the secret and one to the button at the end. */
      const codesOf = async (html: string, start: string, enter: () => Promise<void>): Promise<number[]> => {
        shop.stub.outlets.length = 0;
        await shop.open(html + END);
        if (start) await shop.page.click(start);
        await enter();
        await shop.page.click('#end');
        await wait(1_600);
        await shop.flush();
        const logs = shop.logs();
        await shop.page.close();
        const own = ({ code }: DecodedLog): boolean =>
          (code > 199 && code < 260) || [261, 340, 401].includes(code);
        return logs.filter(own).map(({ code }) => code);
      };
      const same = async (
        html: string,
        start: string,
        enter: (digits: string) => Promise<void>,
      ): Promise<number[]> => {
        const four = await codesOf(html, start, () => enter('1123'));
        expect(await codesOf(html, start, () => enter('121212'))).toEqual(four);
        return four;
      };

      test('L10 L28: where the page makes the field anew at each key', async () => {
        const codes = await same(
          `<form><p id="place"></p></form><script>
          const render = (value) => {
            place.innerHTML = '<input id="pin" name="pin" type="password">';
            pin.value = value;
            pin.focus();
            pin.oninput = () => render(pin.value);
          };
          render('');
        </script>`,
          '#pin',
          type,
        );
        expect(codes).toEqual([200, 201]);
      });

      test('L28: where a pad of buttons enters it and gives the focus back', async () => {
        const html = `<input id="pin" name="pin" type="password">${PAD}<script>
        for (const key of document.querySelectorAll('.key')) key.onclick = () => { pin.value += key.textContent; pin.focus(); };
      </script>`;
        expect(await same(html, '#pin', press)).toEqual([200, 201]);
      });

      test('L28: where a pad of buttons enters it and takes no focus, also one digit again and again', async () => {
        const html = `<input id="pin" name="pin" type="password">${PAD}<script>
        for (const key of document.querySelectorAll('.key')) {
          key.onmousedown = (event) => event.preventDefault();
          key.onclick = () => { pin.value += key.textContent; };
        }
      </script>`;
        expect(await codesOf(html, '#pin', () => press('1111'))).toEqual([200, 201]);
      });

      test('L28: where keys press the buttons of a pad', async () => {
        const html = `<div data-gander="secret">${PAD}</div><script>
        addEventListener('keydown', ({ key }) => document.querySelector('#key' + key)?.click());
      </script>`;
        expect(await same(html, '', type)).toEqual([]);
      });

      test('L28: where a pad that is marked secret is worked by a script', async () => {
        const html = `<div data-gander="secret">${PAD}</div><script>
        addEventListener('keydown', ({ key }) => setTimeout(() => document.querySelector('#key' + key)?.click(), 300));
      </script>`;
        expect(await same(html, '', type)).toEqual([]);
      });

      test('L28: where the route changes at each key', async () => {
        const html = `<input id="unknown"><script>unknown.oninput = () => history.pushState(0, '', '?q=' + unknown.value.length);</script>`;
        expect(await same(html, '#unknown', type)).toEqual([200, 340, 201]);
      });

      test('L28: where the arrow keys go along a select that is not recognised', async () => {
        const html = `<select id="choice" aria-label="Viimeinen voimassaolo">${'<option>.'.repeat(13)}</select>`;
        const arrows = async (digits: string): Promise<void> => {
          await shop.page.evaluate(() => document.querySelector<HTMLElement>('#choice')!.focus());
          for (const _ of digits) await shop.page.keyboard.press('ArrowDown');
        };
        expect(await same(html, '', arrows)).toEqual([200, 240, 201]);
      });

      test('a frame of the same origin under what is marked secret is secret', async () => {
        shop.stub.pages.set('/in', '<input id="email" name="email" autocomplete="email">');
        await shop.open(`<div data-gander="secret"><iframe name="inner" src="/in"></iframe></div>${END}`);
        await wait(300);
        await shop.page.inner()!.evaluate(() => document.querySelector<HTMLElement>('#email')!.focus());
        await type('12345678');
        await shop.page.click('#end');
        await wait(1_600);
        await shop.flush();
        const logs = shop.logs();
        await shop.page.close();
        expect(logs.filter(({ code }) => code === 210)).toEqual([]);
        expect(logs.find(({ code }) => code === 201)?.attributes).toMatchObject({ field: 31 });
      });
    },
  );
