import { setTimeout as wait } from 'node:timers/promises';
import { describe, expect, test } from 'vitest';
import { findEngines } from './leaks/engines.ts';
import { setUpShop } from './leaks/shop-stage.ts';

interface Shop extends Window {
  readonly gander: { flush(): Promise<void>; shutdown(): void };
}

/** What browsers tell in another way than that keys enter text: their own pickers and spinners, buttons that are inputs, frames in shadow trees. */
for (const engine of (await findEngines()).filter(({ apart }) => apart))
  describe.skipIf(!engine.launch)(`controls of the browser's own: ${engine.name}`, () => {
    const shop = setUpShop(engine);
    const { open, sent } = shop;

    test('a date and a time that are chosen are typed, and no robot chose them', async () => {
      await open('<input type="date" name="birthday"><input type="time" name="delivery">');
      for (const [type, digits] of [
        ['date', '01022003'],
        ['time', '1111a'],
      ] as const) {
        // Its first part, wherever a click would land.
        await shop.page.evaluate((of) => document.querySelector<HTMLElement>(`[type=${of}]`)!.focus(), type);
        for (const key of digits) await shop.page.keyboard.press(key);
        await wait(200);
      }
      await shop.page.evaluate(() => (document.activeElement as HTMLElement).blur());
      // The time is a field without a name: its stay ends a second later.
      await wait(1_200);
      const logs = await sent(201, 210, 400);
      expect(logs.map(({ code, attributes }) => [code, attributes.method])).toEqual([
        [201, 1],
        [201, 1],
      ]);
      await shop.page.close();
    });

    test('an input that is a button is no field', async () => {
      await open('<form onsubmit="return false"><input type="submit" id="go"></form>');
      await shop.page.click('#go');
      await shop.page.keyboard.press('Tab');
      expect(await sent(200, 201)).toEqual([]);
      await shop.page.close();
    });

    test('a payment frame in an open shadow root is seen', async () => {
      shop.stub.pages.set('/in', '<input>');
      const other = shop.stub.shop.replace('localhost', '127.0.0.1');
      await open(`<input id="email" name="email"><div></div><script>
        document.querySelector('div').attachShadow({ mode: 'open' }).innerHTML = '<iframe src="${other}/in"></iframe>';
        </script>`);
      await shop.page.click('#email');
      await shop.page.evaluate(() =>
        document.querySelector('div')!.shadowRoot!.querySelector('iframe')!.focus(),
      );
      await wait(600);
      await shop.page.click('#email');
      await wait(600);
      expect((await sent(350, 351)).map(({ code }) => code)).toEqual([350, 351]);
      await shop.page.close();
    });

    test('the page has its own history back when the SDK stops', async () => {
      await open('<p></p>');
      const isNative = await shop.page.evaluate(() => {
        (window as unknown as Shop).gander.shutdown();
        return history.pushState === History.prototype.pushState;
      });
      expect(isNative).toBe(true);
      await shop.page.close();
    });
  });
