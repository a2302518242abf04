import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { setTimeout as wait } from 'node:timers/promises';
import type { DecodedLog } from '@gander/log-codes/decode';
import { describe, expect, test } from 'vitest';
import { findEngines } from './leaks/engines.ts';
import { setUpShop } from './leaks/shop-stage.ts';

const INPUTMASK = readFileSync(createRequire(import.meta.url).resolve('inputmask'), 'utf8');

const SHOP = `<form id="form" onsubmit="return false"><input name="city" id="city" required><input name="email" id="email"><button data-gander-pay>Pay</button></form>`;

/** Six boxes of one digit, of which the page moves on when one is full, and back when one is emptied. */
const BOXES = `<form><label for="box0">One-time code</label>${Array.from({ length: 6 }, (_, i) => `<input id="box${i}" maxlength="1">`).join('')}</form>
  <input id="email" name="email"><script>
  addEventListener('input', ({ target }) => target.value && target.nextElementSibling?.focus());
  addEventListener('keydown', ({ target, key }) => key === 'Backspace' && !target.value && target.previousElementSibling?.focus());
  </script>`;

const codesOf = (logs: readonly DecodedLog[], ...codes: number[]): number[] =>
  logs.map(({ code }) => code).filter((code) => codes.includes(code));

/** The page's own scripts, frames of another origin, and a browser with a person before it: not what a driver inside of the page can be. */
for (const engine of (await findEngines()).filter(({ apart }) => apart))
  describe.skipIf(!engine.launch)(`what a person does is told as it was: ${engine.name}`, () => {
    const shop = setUpShop(engine);
    const { open, typeSlowly } = shop;

    /** All logs of the page, once it was left. */
    const leave = async (): Promise<DecodedLog[]> => {
      const { stub, page } = shop;
      await shop.flush();
      await page.goto('about:blank');
      await expect.poll(() => stub.outlets.some(({ where }) => where.endsWith('log 190'))).toBe(true);
      await page.close();
      const seen = new Map(shop.logs().map((log) => [log.seq, log]));
      return [...seen.values()].filter(({ code }) => code !== 403);
    };

    test('L28-L30: a code in six boxes is one visit, with or without a mistake', async () => {
      await open(BOXES);
      await shop.page.click('#box0');
      await typeSlowly('12');
      await shop.page.keyboard.press('Backspace');
      await typeSlowly('23456');
      await shop.page.click('#email');
      const logs = await leave();
      expect(codesOf(logs, 200, 201)).toEqual([200, 201, 200, 201]);
      expect(logs.filter(({ code }) => code === 210 || code > 399)).toEqual([]);
      expect(logs.find(({ code }) => code === 201)!.attributes).toMatchObject({ field: 6, method: 1 });
    });

    test('fields in shadow roots within a shadow root are each a field of their own', async () => {
      await open(
        `<x-form></x-form><script>
           const define = (name, html) => customElements.define(name, class extends HTMLElement {
             connectedCallback() { this.attachShadow({ mode: 'open' }).innerHTML = html(this); }
           });
           define('x-field', (host) => '<input autocomplete="' + host.title + '">');
           define('x-form', () => ['email', 'country', 'cc-number', 'cc-csc'].map((title) => '<x-field title="' + title + '"></x-field>').join(''));
           </script>`,
      );
      for (const keys of ['ann', 'SAVE', '4242424242424242', '123', '']) {
        await shop.page.keyboard.press('Tab');
        await typeSlowly(keys);
      }
      const logs = await leave();
      expect(logs.filter(({ code }) => code === 201).map(({ attributes: { field } }) => field)).toEqual([
        10, 19, 1, 2,
      ]);
      expect(logs.filter(({ code }) => code === 210).map(({ attributes: { keys } }) => keys)).toEqual([
        undefined,
        4,
      ]);
    });

    test('the arrow keys that choose a month of expiry are not counted', async () => {
      await open(
        `<select id="month" autocomplete="cc-exp-month">${'<option>.'.repeat(13)}</select><input id="email">`,
      );
      await shop.page.evaluate(() => document.querySelector<HTMLElement>('#month')!.focus());
      for (let i = 0; i < 7; i++) await shop.page.keyboard.press('ArrowDown');
      await shop.page.click('#email');
      await wait(1_100);
      await shop.flush();
      const told = (code: number): number =>
        shop.stub.outlets.filter(({ where }) => where.endsWith(`log ${code}`)).length;
      await expect.poll(() => told(201)).toBe(1);
      expect(told(240)).toBe(1);
      await shop.page.close();
    });

    test('what is typed into a mask that cancels each key is typed', async () => {
      await open(
        `<input id="phone" name="phone" autocomplete="tel"><input id="card" name="cardnumber"><input id="email" name="email">
         <script>${INPUTMASK}</script><script>Inputmask('(999) 999-9999').mask(phone); Inputmask('9999 9999 9999 9999').mask(card);</script>`,
      );
      await shop.page.click('#phone');
      await typeSlowly('2025550147');
      await shop.page.click('#card');
      await typeSlowly('4242424242424242');
      await shop.page.click('#email');
      const logs = await leave();
      expect(codesOf(logs, 210, 400, 402)).toEqual([210]);
      const methods = logs.filter(({ code }) => code === 201).map(({ attributes: { method } }) => method);
      expect(methods).toEqual([1, 1, 0]);
    });

    test('a field that is taken out of the page keeps its class and its rhythm', async () => {
      await open(SHOP);
      await shop.page.click('#city');
      await typeSlowly('Rome');
      await shop.page.evaluate(() => document.querySelector('#city')!.remove());
      await shop.page.keyboard.press('x');
      await shop.page.click('#email');
      const logs = await leave();
      const [typed] = logs.filter(({ code }) => code === 210);
      expect(typed!.attributes).toMatchObject({ field: 16 });
      const [blur] = logs.filter(({ code }) => code === 201);
      expect(blur!.attributes).toMatchObject({ field: 16, method: 1, duration_ms: expect.any(Number) });
    });

    // Firefox stops a script that is busy when its page is told to navigate; a busy machine makes all of it slow.
    test.each([
      ['fetch', 'window'],
      ['AbortController', 'window'],
      ['put', 'IDBObjectStore.prototype'],
    ])('nothing is lost where %s is slow while the page is left', async (name, owner) => {
      const slow = `<script>
        let leaving = false;
        addEventListener('pagehide', () => { leaving = true; });
        const real = ${owner}.${name};
        ${owner}.${name} = function (...given) {
          for (const end = Date.now() + 40; leaving && Date.now() < end; );
          return new.target ? new real(...given) : Reflect.apply(real, this, given);
        };
        </script>`;
      for (let visit = 0; visit < 4; visit++) {
        shop.stub.outlets.length = 0;
        await open(SHOP, slow);
        await shop.page.click('#city');
        await typeSlowly('Rome');
        const logs = await leave();
        // What was being told when it was stopped may be told twice.
        expect([...new Set(codesOf(logs, 200, 201, 210, 190))]).toEqual([200, 210, 201, 190]);
      }
    });

    test('typing on after a submission, echoes of formatters, resets and marked text raise no suspicion', async () => {
      await open(
        `${SHOP}<script>city.addEventListener('blur', () => setTimeout(() => { city.value = city.value.toUpperCase(); city.dispatchEvent(new Event('input', { bubbles: true })); }));</script>`,
      );
      await shop.page.click('#city');
      await typeSlowly('Rome');
      await shop.page.keyboard.press('Enter');
      await typeSlowly('xyz');
      await shop.page.click('#email');
      await wait(300);
      await shop.page.evaluate(() => (document.querySelector('#form') as HTMLFormElement).reset());
      for (let i = 0; i < 3; i++) await shop.page.click('#city');
      await wait(1_000);
      const logs = await leave();
      expect(codesOf(logs, 210, 261)).toEqual([210, 210]);
      expect(logs.filter(({ code }) => code > 399)).toEqual([]);
    });

    test('the focus is seen to go from one frame of another origin into the next', async () => {
      shop.stub.pages.set('/in', '<input style="width:9em">');
      const other = shop.stub.shop.replace('localhost', '127.0.0.1');
      await open(
        `<input id="email" name="email">${['one', 'two'].map((id) => `<iframe id="${id}" src="${other}/in"></iframe>`).join('')}<input id="city" name="city">`,
      );
      await shop.page.click('#email');
      for (const id of ['#one', '#two', '#city']) {
        await shop.page.click(id);
        await wait(900);
      }
      expect(codesOf(await leave(), 350, 351)).toEqual([350, 351, 350, 351]);
    });

    test('a step is seen that the page puts in later', async () => {
      await open('<main></main>');
      await shop.page.evaluate(() => {
        document.querySelector('main')!.innerHTML = '<section data-gander-step="review">Review</section>';
      });
      await wait(800);
      expect((await leave()).find(({ code }) => code === 103)?.attributes).toMatchObject({
        step: 'review',
      });
    });
  });
