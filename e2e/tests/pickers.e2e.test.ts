import { setTimeout as wait } from 'node:timers/promises';
import { type DecodedLog, decodeFrame, fromBase64Url } from '@gander/log-codes/decode';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { findEngines, type TestBrowser, type TestPage } from './leaks/engines.ts';
import { PAGE_KEY, type Stub, startStub } from './leaks/stub-collector.ts';

interface Shop extends Window {
  readonly gander: { flush(): Promise<void>; shutdown(): void };
}

/** What browsers tell in another way than that keys enter text: their own pickers and spinners, buttons that are inputs, frames in shadow trees. */
for (const engine of (await findEngines()).filter(({ apart }) => apart))
  describe.skipIf(!engine.launch)(`controls of the browser's own: ${engine.name}`, () => {
    let browser: TestBrowser;
    let stub: Stub;
    let page: TestPage;
    beforeAll(async () => {
      browser = await engine.launch!();
      stub = await startStub();
    });
    afterAll(async () => {
      await browser?.close();
      await stub?.close();
    });
    beforeEach(() => {
      stub.outlets.length = 0;
    });

    const open = async (html: string): Promise<void> => {
      stub.pages.set(
        '/checkout',
        `<!doctype html><head><script src="${stub.collector}/gander.min.js" data-key="${PAGE_KEY}"></script></head><body>${html}</body>`,
      );
      page = await browser.newPage(() => undefined);
      await page.goto(`${stub.shop}/checkout`);
      await wait(200);
    };
    /** The logs of those codes that the page has sent. */
    const sent = async (...codes: number[]): Promise<DecodedLog[]> => {
      await page.evaluate(() => (window as unknown as Shop).gander.flush());
      const logs = stub.outlets
        .filter(({ where }) => where === 'POST /v1/logs body')
        .flatMap(({ text }) => decodeFrame(fromBase64Url(text.split('.')[2]!)).logs);
      return logs.sort((a, b) => a.seq - b.seq).filter(({ code }) => codes.includes(code));
    };

    test('a date and a time that are chosen are typed, and no robot chose them', async () => {
      await open('<input type="date" name="birthday"><input type="time" name="delivery">');
      for (const [type, digits] of [
        ['date', '01022003'],
        ['time', '1111a'],
      ] as const) {
        // Its first part, wherever a click would land.
        await page.evaluate((of) => document.querySelector<HTMLElement>(`[type=${of}]`)!.focus(), type);
        for (const key of digits) await page.keyboard.press(key);
        await wait(200);
      }
      await page.evaluate(() => (document.activeElement as HTMLElement).blur());
      // The time is a field without a name: its stay ends a second later.
      await wait(1_200);
      const logs = await sent(201, 210, 400);
      expect(logs.map(({ code, attributes }) => [code, attributes.method])).toEqual([
        [201, 1],
        [201, 1],
      ]);
      await page.close();
    });

    test('an input that is a button is no field', async () => {
      await open('<form onsubmit="return false"><input type="submit" id="go"></form>');
      await page.click('#go');
      await page.keyboard.press('Tab');
      expect(await sent(200, 201)).toEqual([]);
      await page.close();
    });

    test('a payment frame in an open shadow root is seen', async () => {
      stub.pages.set('/in', '<input>');
      const other = stub.shop.replace('localhost', '127.0.0.1');
      await open(`<input id="email" name="email"><div></div><script>
        document.querySelector('div').attachShadow({ mode: 'open' }).innerHTML = '<iframe src="${other}/in"></iframe>';
        </script>`);
      await page.click('#email');
      await page.evaluate(() => document.querySelector('div')!.shadowRoot!.querySelector('iframe')!.focus());
      await wait(600);
      await page.click('#email');
      await wait(600);
      expect((await sent(350, 351)).map(({ code }) => code)).toEqual([350, 351]);
      await page.close();
    });

    test('the page has its own history back when the SDK stops', async () => {
      await open('<p></p>');
      const isNative = await page.evaluate(() => {
        (window as unknown as Shop).gander.shutdown();
        return history.pushState === History.prototype.pushState;
      });
      expect(isNative).toBe(true);
      await page.close();
    });
  });
