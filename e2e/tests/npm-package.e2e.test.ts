import { join } from 'node:path';
import { build } from 'esbuild';
import { expect, test } from 'vitest';
import { setUpChromium } from './leaks/chromium-stage.ts';

/** The built modules of the npm package, in a merchant's bundle, with the code of docs/sdk.md. */
const ROOT = join(import.meta.dirname, '../..');
const OPTIONS = `key: 'gpk_npm', collector: window.collector, page: 'checkout'`;
/** Each: what it is called, its code, and which codes it sends besides focus and blur. */
const BUNDLES: readonly (readonly [name: string, code: string, codes: readonly number[]])[] = [
  [
    '@gander/sdk',
    `import { gander } from '@gander/sdk';
     gander.init({ ${OPTIONS} });
     gander.step('payment');`,
    [100, 103, 190],
  ],
  [
    'only what is picked',
    `import { gander } from '@gander/sdk/core';
     import { keepInIndexedDb } from '@gander/sdk/outbox';
     import { attention, clipboard, fieldVisits, unload } from '@gander/sdk/signals';
     gander.init({ ${OPTIONS}, signals: [fieldVisits, clipboard, attention, unload], keep: keepInIndexedDb });`,
    [100, 190],
  ],
  [
    '@gander/sdk/debug',
    `import { gander } from '@gander/sdk/debug';
     gander.init({ ${OPTIONS} });`,
    [100, 190],
  ],
  [
    'with integrity and hosted fields',
    `import { gander } from '@gander/sdk';
     import { watchHostedField } from '@gander/sdk/hosted-fields';
     import { watchIntegrity } from '@gander/sdk/integrity';
     watchIntegrity();
     gander.init({ ${OPTIONS} });
     let focus;
     const number = { on: (name, told) => { if (name === 'focus') focus = told; } };
     watchHostedField(gander, number, document.body, 'card-number');
     focus();
     document.forms[0].action = 'https://elsewhere.example/';`,
    [350, 411],
  ],
];

const stage = setUpChromium();

test.each(BUNDLES)('sends its logs out of a bundle: %s', async (_, code, codes) => {
  const { browser, stub } = stage;
  const { outputFiles } = await build({
    stdin: { contents: code, resolveDir: ROOT },
    bundle: true,
    write: false,
    format: 'iife',
    logLevel: 'error',
  });
  stub.pages.set(
    '/',
    `<!doctype html><title>Checkout</title><form><input name="coupon"></form>
     <script>window.collector = '${stub.collector}';</script>
     <script>${outputFiles[0]!.text.replaceAll('</script', '<\\/script')}</script>`,
  );
  const before = stub.outlets.length;
  const page = await (await browser.newContext()).newPage();
  const errors: string[] = [];
  page.on('pageerror', (error) => errors.push(error.message));
  await page.goto(stub.shop);
  await page.click('[name=coupon]');
  await page.keyboard.type('SPRING');
  await expect
    .poll(() => stub.outlets.slice(before).map(({ where }) => where), { timeout: 15_000 })
    .toContain('POST /v1/sessions body');
  // Another page: what there is, is sent.
  await page.goto('about:blank');
  const expected = [200, 201, ...codes].map((number) => `POST /v1/logs log ${number}`);
  await expect
    .poll(() => stub.outlets.slice(before).map(({ where }) => where), { timeout: 15_000 })
    .toEqual(expect.arrayContaining(expected));
  expect(errors).toEqual([]);
  await page.context().close();
});
