import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { createCanaries, disguises } from './canaries.ts';
import { findEngines, type Scope, type TestBrowser } from './engines.ts';
import { createCases } from './fields.ts';
import { fill, storageOf } from './fill.ts';
import { leaksIn, type Outlet, outletsOfStorage } from './oracle.ts';
import { documentsOf, SCENARIOS, type Scenario } from './scenarios.ts';
import { type Stub, startStub } from './stub-collector.ts';

/** How often each scenario is gone through, with other canaries and other ways into the fields. */
const ROUNDS = Number(process.env.GANDER_LEAK_ROUNDS ?? 1);
/** Other engines than Chromium go through all scenarios only when asked to: one is enough to see that the test still runs there. */
const ALL = !!process.env.GANDER_LEAK_FULL;

/** Waits until nothing came in for a while. */
const settle = async ({ outlets }: Stub): Promise<void> => {
  for (let i = 0, quiet = 0, seen = -1; i < 60 && quiet < 4; i++) {
    quiet = outlets.length === seen ? quiet + 1 : 0;
    seen = outlets.length;
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
};

/** Waits for the SDK. */
const started = async (page: Scope): Promise<void> => {
  for (let i = 0; i < 200 && !(await page.evaluate(() => 'gander' in window)); i++)
    await new Promise((resolve) => setTimeout(resolve, 50));
};

/** Goes through one scenario; returns what leaked, and what shows that the SDK was there. */
const run = async (browser: TestBrowser, stub: Stub, scenario: Scenario, round: number) => {
  const place = SCENARIOS.indexOf(scenario);
  const canaries = createCanaries(round * 100 + place + 1);
  const cases = createCases(canaries, round + place);
  if (place === 0)
    disguises(canaries.pan()).forEach((canary, i) => {
      cases.push({
        id: `d${i}`,
        canary,
        way: 'insert',
        html: `<label>Card number <input id="d${i}"></label>`,
      });
    });
  const { main, inner, query, secrets } = documentsOf(scenario, cases, stub, canaries);
  stub.pages.set('/checkout', main);
  if (inner) stub.pages.set('/inner', inner);
  stub.down = scenario.down ?? false;
  const outlets: Outlet[] = [];
  const page = await browser.newPage((text) => outlets.push({ where: 'console', text }));
  await page.goto(`${stub.shop}/checkout${query}`);
  await started(page);
  const frame = inner ? page.inner() : page;
  for (const one of cases) await fill(page, frame, one);
  await page.click('#pay');
  const stored = outletsOfStorage(await storageOf(page));
  await page.evaluate(() => (window as unknown as { gander: { flush(): Promise<void> } }).gander.flush());
  await page.goto('about:blank');
  await settle(stub);
  await page.close();
  outlets.push(...stored, ...stub.outlets);
  const count = (where: RegExp) => outlets.filter((outlet) => where.test(outlet.where)).length;
  return {
    leaks: leaksIn(outlets, [...cases.map(({ canary }) => canary), ...secrets]),
    canaries: cases.length + secrets.length,
    faults: outlets.filter(({ where }) => where.endsWith('fault')),
    focused: count(/^POST \/v1\/logs log 200$/),
    stored: count(/^storage log/),
    posts: count(/^POST/),
  };
};

for (const engine of await findEngines())
  describe.skipIf(!engine.launch)(`no canary leaves the page: ${engine.name}`, () => {
    let browser: TestBrowser;
    let canaries = 0;
    beforeAll(async () => {
      browser = await engine.launch!();
    });
    afterAll(() => browser?.close());

    const rounds = Array.from({ length: ROUNDS }, (_, round) => round);
    const few = engine.name !== 'chromium' && !ALL;
    const drivable = SCENARIOS.filter(({ frame, patched }) => engine.apart || !(frame || patched));
    const all = rounds.flatMap((round) =>
      drivable.slice(0, few ? 1 : undefined).map((scenario) => ({ ...scenario, scenario, round })),
    );
    (engine.concurrent ? test.concurrent : test).each(all)(
      '$name ($round)',
      async ({ scenario, round }) => {
        const stub = await startStub();
        try {
          const result = await run(browser, stub, scenario, round);
          canaries += result.canaries;
          expect(result.leaks).toEqual([]);
          expect(result.faults).toEqual([]);
          // The SDK was there and watched: else there was nothing to leak. Frames of other origins it cannot see into.
          if (scenario.silent) expect(result.posts).toBe(0);
          else if (scenario.essential) expect([result.focused, result.posts > 1]).toEqual([0, true]);
          else if (scenario.down) expect(result.stored).toBeGreaterThan(20);
          else if (scenario.frame?.origin !== 'collector' && !scenario.name.includes('closed'))
            expect(result.focused).toBeGreaterThan(20);
        } finally {
          await stub.close();
        }
      },
      300_000,
    );

    test('that were five hundred canaries and more', () => {
      expect(canaries).toBeGreaterThanOrEqual(few ? 30 : 500);
    });
  });
