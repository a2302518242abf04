import { createCanaries, disguises } from './canaries.ts';
import type { Scope, TestBrowser, TestPage } from './engines.ts';
import { createCases } from './fields.ts';
import { fill, storageOf } from './fill.ts';
import { type Outlet, outletsOfStorage } from './oracle.ts';
import { documentsOf, SCENARIOS, type Scenario } from './scenarios.ts';
import type { Stub } from './stub-collector.ts';

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

/** Waits for the frame that the fields stand in. */
const innerOf = async (page: TestPage): Promise<Scope> => {
  for (let i = 0; i < 200 && !page.inner(); i++) await new Promise((resolve) => setTimeout(resolve, 50));
  return page.inner()!;
};

/**
 * Goes through one scenario: fills in all its fields, and leaves.
 * @param round other canaries, and other ways into the fields
 * @returns what got out, what must not be in it, and what shows that the SDK was there
 */
export const walkScenario = async (browser: TestBrowser, stub: Stub, scenario: Scenario, round: number) => {
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
  const frame = inner ? await innerOf(page) : page;
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
    outlets,
    canaries: [...cases.map(({ canary }) => canary), ...secrets],
    faults: outlets.filter(({ where }) => where.endsWith('fault')),
    focused: count(/^POST \/v1\/logs log 200$/),
    stored: count(/^storage log/),
    posts: count(/^POST/),
  };
};
