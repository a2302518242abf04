import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { createCanaries } from './canaries.ts';
import { findChromium, testPageOf } from './engines.ts';
import { createCases } from './fields.ts';
import { fill } from './fill.ts';
import { trapReads } from './read-traps.ts';
import { documentsOf, SCENARIOS } from './scenarios.ts';
import { type Stub, startStub } from './stub-collector.ts';

const launch = await findChromium();

/** The reads that the SDK makes while a page of all kinds of fields is filled in, paid and left. */
const readsOf = async (browser: Browser, stub: Stub, own: string): Promise<Record<string, number>> => {
  const canaries = createCanaries(7);
  const cases = createCases(canaries, 0);
  const secrets = SCENARIOS.filter(({ name }) => /L13|L18|L19/.test(name)).map(({ script }) => script!);
  const { main } = documentsOf(
    { name: 'reads', script: (secret) => secrets.map((script) => script(secret)).join('') + own },
    cases,
    stub,
    canaries,
  );
  stub.pages.set('/checkout', main);
  const page: Page = await browser.newPage();
  await page.addInitScript(trapReads);
  await page.goto(`${stub.shop}/checkout?pan=4242424242424242`);
  await page.waitForFunction(() => 'gander' in window);
  for (const one of cases) await fill(testPageOf(page), testPageOf(page), one);
  await page.keyboard.press('Control+X');
  await page.setViewportSize({ width: 500, height: 700 });
  await page.click('#pay');
  await page.evaluate(async () => {
    const { gander } = window as unknown as {
      gander: { step(l: string): void; outcome(o: string): void; flush(): Promise<void> };
    };
    gander.step('payment');
    gander.outcome('approved');
    await gander.flush();
  });
  const reads = await page.evaluate(() =>
    (globalThis as unknown as { __reads(): Record<string, number> }).__reads(),
  );
  await page.close();
  return reads;
};

describe.skipIf(!launch)('the SDK reads nothing that a person entered', () => {
  let browser: Browser;
  let stub: Stub;
  beforeAll(async () => {
    stub = await startStub();
    browser = await launch!();
  });
  afterAll(async () => {
    await browser?.close();
    await stub?.close();
  });

  test('no trapped getter or method is used in a whole checkout', async () => {
    expect(await readsOf(browser, stub, '')).toEqual({});
    expect(stub.outlets.some(({ where }) => where.endsWith('log 111'))).toBe(true);
  });

  test('the traps catch a script of that name that does read', async () => {
    const own = `<script>addEventListener('input', (e) => e.target.value);//# sourceURL=gander.min.js</script>`;
    expect(await readsOf(browser, stub, own)).toHaveProperty(['HTMLInputElement.value']);
  });

  test('the bundle has no word for what cannot be trapped: the parts of a location', () => {
    const script = readFileSync(join(import.meta.dirname, '../../../sdk/dist/gander.min.js'), 'utf8');
    expect(script.match(/\.(search|hash|href|pathname|hostname|stack)\b/g)).toBeNull();
    expect(script.match(/\b(location|referrer|document\.title|window\.name)\b/g)).toBeNull();
    expect(script.match(/\b(eval|Function)\(/g)).toBeNull();
  });
});
