import { beforeAll, describe, expect, test } from 'vitest';
import { violationsOf } from './axe.ts';
import { setUpConsole } from './console-stage.ts';
import { cardTester, hesitantShopper, honestShopper, scriptedBot } from './shopper-scripts.ts';

const stage = setUpConsole();

beforeAll(async () => {
  await stage.play('order_honest', honestShopper());
  await stage.play('order_hesitant', hesitantShopper());
  await stage.play('order_tester', cardTester());
  await stage.play('order_bot', scriptedBot());
});

const timeline = async (transaction: string): Promise<void> => {
  await stage.goto(`/t/${stage.merchant}/${transaction}`);
  await stage.page.waitForSelector('.events');
};
const texts = (selector: string): Promise<string[]> => stage.page.locator(selector).allInnerTexts();
/** Field name and method of each lane. */
const methods = async (): Promise<Record<string, string>> => {
  const names = await texts('.lane-name');
  const found = await texts('.lanes .method');
  return Object.fromEntries(names.map((name, i) => [name, found[i] ?? '']));
};

describe('what an operator sees of', () => {
  test('the list: who is who at a glance', async () => {
    await stage.goto('/');
    await stage.page.waitForSelector('.transactions');
    const signs = async (order: string): Promise<string> =>
      stage.page.locator('tr', { hasText: order }).locator('.signs').innerText();
    expect(await signs('order_bot')).toContain('9 oddities');
    expect(await signs('order_tester')).toContain('card number pasted');
    expect(await signs('order_hesitant')).toContain('left the tab twice');
    expect(await signs('order_honest')).not.toMatch(/odd|paste|tab/);
    await stage.picture('console-transactions');
  });

  test('an honest shopper: typed by hand, approved', async () => {
    await timeline('order_honest');
    expect(await texts('.facts .badge')).toEqual(['Approved']);
    expect(await methods()).toMatchObject({
      Email: 'typed',
      'Card number': 'typed',
      'Card security code': 'typed',
      Country: 'chosen',
    });
    expect(await texts('.step')).toEqual(['cart', 'address', 'payment']);
    expect((await texts('.verdict li')).join()).not.toMatch(/script|Pasted|oddit/);
    expect(await stage.page.locator('svg.spark').count()).toBe(6);
    await stage.picture('console-timeline');
  });

  test('a hesitant one: twice away, declined, gave up', async () => {
    await timeline('order_hesitant');
    expect(await texts('.facts .badge')).toEqual(['Declined']);
    expect((await texts('.verdict li')).join()).toContain('Left the tab twice, 1 min 08 s in all');
    expect(await stage.page.locator('.away-hidden').count()).toBe(2);
    expect(await methods()).toMatchObject({ Email: 'autofilled', 'Card number': 'typed' });
    await stage.page.click('text=Gaps shortened');
    await stage.page.waitForSelector('.break-label');
    expect(stage.page.url()).toContain('scale=compressed');
  });

  test('a card tester: pasted again and again, from another tab', async () => {
    await timeline('order_tester');
    expect(await methods()).toEqual({ 'Card number': 'pasted', 'Card security code': 'pasted' });
    const declined = (await texts('.event-label')).filter((t) => t === 'Declined');
    expect(declined).toHaveLength(4);
    expect((await texts('.verdict li')).join()).toMatch(/Declined 4 times.*Left the tab 4 times/);
  });

  test('a bot: filled by script, automation declared', async () => {
    await timeline('order_bot');
    const verdict = (await texts('.verdict li')).join();
    expect(verdict).toContain('Filled by script');
    expect(verdict).toContain('Changed without input: Name on card');
    const { 'Name on card': name, ...others } = await methods();
    expect([name, new Set(Object.values(others))]).toEqual(['changed', new Set(['scripted'])]);
    expect(await texts('.event-label')).toContain('Automation declared');
  });

  test('one log: its documentation and its bytes, by a link that can be sent', async () => {
    await timeline('order_tester');
    await stage.page.locator('.event', { hasText: 'Paste' }).first().click();
    await stage.page.waitForSelector('.wire');
    expect(await stage.page.locator('.panel').innerText()).toContain('Something was pasted into a field.');
    expect((await texts('.wire code')).slice(0, 1)).toEqual([expect.stringMatching(/^[01]+$/)]);
    const link = stage.page.url();
    await stage.page.goto('about:blank');
    await stage.page.goto(link);
    await stage.page.waitForSelector('.wire');
    await stage.page.keyboard.press('Escape');
    await stage.page.waitForSelector('.panel', { state: 'detached' });
  });
});

describe('live', () => {
  test('a timeline grows while the checkout is filled in, each log once, also over a broken stream', async () => {
    const logs = honestShopper();
    const session = await stage.open('order_live');
    await session.send(logs.slice(0, 6));
    await timeline('order_live');
    await stage.page.waitForSelector('.follow-live');
    await stage.page.click('text=All logs');
    const shown = (n: number): Promise<unknown> =>
      stage.page.waitForFunction((want) => document.querySelectorAll('.event').length === want, n);
    await shown(6);
    await session.send(logs.slice(6, 12));
    await shown(12);
    await stage.page.context().setOffline(true);
    await session.send(logs.slice(12, 20));
    await stage.page.context().setOffline(false);
    await session.send(logs.slice(20));
    await shown(logs.length);
    expect(await texts('.facts .badge')).toEqual(['Approved']);
  });

  test('the tail goes on after a pause with all that came meanwhile', async () => {
    await stage.goto('/logs?transaction=order_tail');
    await stage.page.waitForSelector('text=No log passes these filters');
    await stage.page.click('text=Live tail');
    const session = await stage.open('order_tail');
    const logs = cardTester();
    await session.send(logs.slice(0, 10));
    const shown = (n: number): Promise<unknown> =>
      stage.page.waitForFunction(
        (want) => document.querySelector('.log-line')?.getAttribute('aria-setsize') === String(want),
        n,
      );
    await shown(10);
    await stage.page.click('text=Pause');
    await session.send(logs.slice(10, 40));
    await shown(10);
    await stage.page.click('text=Live tail');
    await shown(40);
  });

  test('the real SDK on the demo checkout shows up as it is filled in', async () => {
    const shop = await stage.browser.newPage();
    await shop.goto(stage.gander.shop);
    await shop.waitForFunction(() => 'gander' in window);
    const order = (await shop.getAttribute('main', 'data-order')) ?? '';
    await shop.click('[name="coupon"]');
    await shop.keyboard.type('goose10', { delay: 30 });
    await stage.page.bringToFront();
    await stage.goto(`/`);
    await stage.page.locator('a', { hasText: order }).click();
    await stage.page.waitForSelector('.lanes');
    await stage.page.waitForFunction(() => document.querySelector('.lanes')?.textContent?.includes('Coupon'));
    await shop.close();
  });
});

describe('logs and aggregates', () => {
  test('filters stand in the address, count what they show, and are exported exactly', async () => {
    await stage.goto(`/logs?merchant=${stage.merchant}`);
    await stage.page.locator('.facet', { hasText: '4xx Suspicious' }).click();
    await stage.page.waitForFunction(
      () => document.querySelector('.log-line')?.getAttribute('aria-setsize') === '9',
    );
    expect(stage.page.url()).toContain('class=4');
    await stage.page.reload();
    await stage.page.waitForFunction(
      () => document.querySelector('.log-line')?.getAttribute('aria-setsize') === '9',
    );
    expect(await stage.page.locator('.page-head > [role=status]').innerText()).toMatch(/^9 in/);
    for (const format of ['csv', 'json', 'parquet']) {
      const href = await stage.page.locator(`.menu a[href*="/export/${format}"]`).getAttribute('href');
      const body = await stage.page.evaluate(
        async (url) => [...new Uint8Array(await (await fetch(url)).arrayBuffer())],
        href!,
      );
      const bytes = Buffer.from(body);
      if (format === 'parquet') expect(bytes.subarray(0, 4).toString()).toBe('PAR1');
      else expect(bytes.toString().trim().split('\n')).toHaveLength(format === 'csv' ? 10 : 9);
    }
    await stage.picture('console-logs');
  });

  test('an anomaly and an SDK version are those of the session: all of its logs pass', async () => {
    const shown = async (query: string, n: number): Promise<unknown> => {
      await stage.goto(`/logs?transaction=order_bot&${query}`);
      return stage.page.waitForFunction(
        (want) => document.querySelector('.log-line')?.getAttribute('aria-setsize') === String(want),
        n,
      );
    };
    await shown('anomaly=true', scriptedBot().length);
    await shown('sdk=100', scriptedBot().length);
    await shown('sdk=100&class=4', 9);
    await stage.goto('/logs?transaction=order_bot&anomaly=false');
    await stage.page.waitForSelector('text=No log passes these filters');
  });

  test('an export says how far it is, and how much it was', async () => {
    await stage.goto('/logs?transaction=order_bot&class=4');
    await stage.page.waitForSelector('.log-line');
    await stage.page.click('summary:has-text("Export")');
    await stage.page.click('.menu a:has-text("CSV")');
    await stage.page.waitForSelector('text=gander-logs.csv: 9 logs.');
  });

  test('keys move through the list', async () => {
    await stage.goto(`/logs?transaction=order_tester`);
    await stage.page.waitForSelector('.log-line');
    await stage.page.focus('.log-scroll');
    await stage.page.keyboard.press('ArrowDown');
    await stage.page.keyboard.press('PageDown');
    await stage.page.keyboard.press('End');
    await stage.page.waitForFunction(
      () => document.querySelector('.log-line[aria-selected="true"]')?.getAttribute('aria-posinset') === '49',
    );
    await stage.page.keyboard.press('Home');
    await stage.page.waitForFunction(
      () => document.querySelector('.log-line[aria-selected="true"]')?.getAttribute('aria-posinset') === '1',
    );
    // Where there is nowhere to go, the row stays chosen and its panel open.
    for (const [end, key] of [
      ['Home', 'ArrowUp'],
      ['End', 'ArrowDown'],
    ] as const) {
      await stage.page.keyboard.press(end);
      await stage.page.keyboard.press(key);
      await stage.page.keyboard.press(key);
      expect(await stage.page.locator('.log-line[aria-selected="true"]').count()).toBe(1);
      expect(await stage.page.locator('.panel').count()).toBe(1);
    }
    await stage.page.keyboard.press('Escape');
    await stage.page.waitForSelector('.panel', { state: 'detached' });
    expect(await stage.page.evaluate(() => document.activeElement?.className)).toBe('log-scroll');
  });

  test('every figure leads to the logs behind it', async () => {
    await stage.goto('/aggregates?range=1h');
    await stage.page.waitForSelector('.figure canvas');
    await stage.picture('console-aggregates');
    expect(await stage.page.locator('.figure', { hasText: 'Card number pasted' }).innerText()).toMatch(
      /\d+ %/,
    );
    await stage.page.click('text=Card number pasted >> nth=0');
    await stage.page.waitForSelector('.log-line');
    expect(new Set(await texts('.log-line .event-label'))).toEqual(new Set(['Paste']));
  });
});

describe('health', () => {
  test('dead letters stand there with their reason, and are driven again when that is confirmed', async () => {
    const { page } = stage;
    // What the server says of dead letters is the server's tests'; here is what an operator sees and does.
    let left = 3;
    const asked: unknown[] = [];
    await page.route('**/api/health', async (route) => {
      const real = (await (await route.fetch()).json()) as object;
      const letter = {
        stage: 'landing',
        reason: 'bad_label',
        letters: left,
        redrivable: left,
        bytes: 1240,
        oldestMs: Date.now() - 7_200_000,
        newestMs: Date.now() - 60_000,
        sample: { merchant: stage.merchant, bytes: 310, head: '00ff3a21' },
      };
      await route.fulfill({ json: { ...real, deadLetters: left ? [letter] : [] } });
    });
    await page.route('**/api/health/dead-letters/redrive', async (route) => {
      asked.push(route.request().postDataJSON());
      left = 0;
      await route.fulfill({
        json: { results: [{ reason: 'bad_label', landed: 2, failed: 1, suppressed: 0 }], rows: 31 },
      });
    });
    await stage.goto('/health');
    await page.waitForSelector('.dead-letters tbody tr');
    await stage.picture('console-health');
    await page.click('.dead-letters td >> text=Drive again');
    await page.click('dialog >> text=Leave them');
    await page.waitForSelector('dialog', { state: 'detached' });
    expect(asked).toEqual([]);
    await page.click('.dead-letters td >> text=Drive again');
    await page.click('dialog >> button:has-text("Drive again")');
    await page.waitForSelector('text=bad_label: 2 letters landed, 1 failed again; 31 logs landed.');
    await page.waitForSelector('.dead-letters tbody tr', { state: 'detached' });
    expect(asked).toEqual([{ reason: 'bad_label' }]);
    await page.unrouteAll({ behavior: 'ignoreErrors' });
  });
});

describe('safe and usable', () => {
  test('each page has its title, and takes the focus when it is gone to', async () => {
    const { page } = stage;
    const focused = (): Promise<string | undefined> => page.evaluate(() => document.activeElement?.id);
    await stage.goto('/');
    await page.waitForSelector('.transactions');
    expect(await page.title()).toBe('Transactions · Gander');
    await page.locator('.pages a', { hasText: 'Logs' }).focus();
    await page.keyboard.press('Enter');
    await page.waitForSelector('.log-line');
    expect([await page.title(), await focused()]).toEqual(['Logs · Gander', 'main']);
    await page.goBack();
    await page.waitForSelector('.transactions');
    expect([await page.title(), await focused()]).toEqual(['Transactions · Gander', 'main']);
    await page.fill('.search input', 'order_hon');
    await page.keyboard.press('Enter');
    await page.waitForSelector('.lanes');
    expect([await page.title(), await focused()]).toEqual(['order_honest · Gander', 'main']);
    await stage.goto('/t/%E0%A4%A');
    await page.waitForSelector('h1:has-text("Nothing here")');
  });

  test('the list of events is one stop for Tab, and Escape gives the focus back', async () => {
    const { page } = stage;
    const focused = (): Promise<string | undefined> =>
      page.evaluate(() => document.activeElement?.querySelector('.event-label')?.textContent ?? '');
    await timeline('order_honest');
    await page.locator('.event').first().focus();
    await page.keyboard.press('End');
    expect(await focused()).toBe('Page left');
    await page.keyboard.press('k');
    expect(await focused()).toBe('Approved');
    await page.keyboard.press('Enter');
    await page.waitForSelector('.wire');
    await page.keyboard.press('Tab');
    expect(await page.evaluate(() => document.activeElement?.closest('.panel') !== null)).toBe(true);
    await page.keyboard.press('Escape');
    await page.waitForSelector('.panel', { state: 'detached' });
    expect(await focused()).toBe('Approved');
    await stage.goto('/logs?class=4');
    await page.waitForSelector('.log-line');
    await page.click('summary:has-text("Export")');
    await page.keyboard.press('Escape');
    expect(await page.locator('.menu[open]').count()).toBe(0);
  });

  test('a chart is one stop for Tab, and arrows move between its marks', async () => {
    const { page } = stage;
    const focused = (): Promise<string> =>
      page.evaluate(() => document.activeElement?.getAttribute('aria-label') ?? '');
    await timeline('order_tester');
    await page.locator('.compare-with button').focus();
    await page.keyboard.press('Tab');
    expect(await focused()).toContain('Paste: Card number');
    await page.keyboard.press('ArrowRight');
    expect(await focused()).toMatch(/0:05.* Paste: Card number/);
    await page.keyboard.press('Control+End');
    expect(await focused()).toContain('Page left');
    await page.keyboard.press('Tab');
    expect(await page.evaluate(() => document.activeElement?.closest('.lanes'))).toBe(null);
    await page.keyboard.press('Shift+Tab');
    expect(await focused()).toContain('Page left');
    await stage.goto('/aggregates?range=1h');
    await page.waitForSelector('.histogram a');
    for (const part of ['.histogram', '.methods', '.splits table >> nth=0'])
      expect([part, await page.locator(part).locator('a:not([tabindex="-1"])').count()]).toEqual([part, 1]);
  });

  test('without the network the page says so, and goes on once it is back', async () => {
    const { page } = stage;
    await page.route('**/api/me', (route) => route.abort());
    await stage.goto('/');
    await page.waitForSelector('text=The collector cannot be reached.');
    await page.unrouteAll({ behavior: 'ignoreErrors' });
    await page.click('text=Try again');
    await page.waitForSelector('.transactions');
    await page.route('**/api/auth/sign-out', (route) => route.abort());
    await page.click('text=Sign out');
    await page.waitForSelector('text=You are still signed in.');
    expect(await page.locator('.transactions').count()).toBe(1);
    await page.unrouteAll({ behavior: 'ignoreErrors' });
  });

  test('what users and labels contain is shown as text', async () => {
    const evil = '<img src=x onerror="document.title=1">';
    await stage.goto('/logs?class=4');
    await stage.page.waitForSelector('.log-line');
    await stage.page.click('summary:has-text("Saved")');
    await stage.page.fill('.menu input[name=name]', evil);
    await stage.page.click('.menu button:has-text("Save")');
    await stage.page.waitForSelector('.saved a');
    expect(await stage.page.locator('.saved a').innerText()).toBe(evil);
    await stage.goto(`/t/${stage.merchant}/${encodeURIComponent('<script>x</script>')}`);
    await stage.page.waitForSelector('.empty');
    expect(await stage.page.title()).toBe('<script>x</script> · Gander');
  });

  const views = [
    ['/', 'table'],
    ['/t/M/order_tester', '.lanes'],
    ['/logs', '.log-line'],
    ['/aggregates?range=1h', '.figure canvas'],
    ['/settings/M', '.list'],
    ['/settings/M/integration', '.check'],
    ['/settings/M/users', '.users'],
    ['/settings/account', 'form.narrow'],
    ['/health', '.health-part'],
    ['/compare?a=M/order_honest&b=M/order_bot', '.compare-side + .compare-side'],
  ] as const;
  test.each(views)('%s passes axe, light and dark', async (view, ready) => {
    const { page } = stage;
    await stage.goto(view.replaceAll('M/', `${stage.merchant}/`).replace(/M$/, stage.merchant));
    await page.waitForSelector(ready);
    expect(await violationsOf(page)).toEqual([]);
  });

  test('nothing scrolls sideways on a phone', async () => {
    await stage.play('a-reference-as-long-as-a-merchant-likes1', scriptedBot(), 5);
    // A merchant and a filter of as long a name as there may be.
    const long = 'Lång'.repeat(20);
    await stage.goto('/settings/new');
    await stage.page.fill('input[name=name]', long);
    await stage.page.fill('input[name=origin]', 'https://long.example');
    await stage.page.click('button:has-text("Make merchant")');
    await stage.page.waitForSelector('.integration');
    const merchant = new URL(stage.page.url()).pathname.split('/')[2];
    await stage.goto('/logs?class=4');
    await stage.page.click('summary:has-text("Saved")');
    await stage.page.fill('.menu input[name=name]', long);
    await stage.page.click('.menu button:has-text("Save")');
    const saved = stage.page.locator('.saved', { has: stage.page.locator('a', { hasText: long }) });
    await saved.waitFor();
    expect((await saved.boundingBox())!.height).toBeLessThan(300);
    await stage.page.setViewportSize({ width: 390, height: 844 });
    const wide = (): Promise<number> =>
      stage.page.evaluate(() => Math.max(0, document.documentElement.scrollWidth - innerWidth));
    await stage.goto('/logs');
    for (const menu of ['Saved', 'Export']) {
      await stage.page.click(`summary:has-text("${menu}")`);
      expect([menu, await wide()]).toEqual([menu, 0]);
      await stage.page.keyboard.press('Escape');
    }
    for (const view of [
      '/',
      `/t/${stage.merchant}/order_tester`,
      '/logs',
      '/aggregates',
      `/settings/${stage.merchant}`,
      '/health',
      `/settings/${merchant}`,
      `/logs?merchant=${merchant}`,
      `/aggregates?merchant=${merchant}`,
    ]) {
      await stage.goto(view);
      await stage.page.waitForSelector('h1');
      await stage.page.waitForTimeout(300);
      expect([view, await wide()]).toEqual([view, 0]);
    }
    expect(await stage.page.locator('.figure-value').allInnerTexts()).toEqual(
      expect.arrayContaining(['0', '–']),
    );
    await stage.goto('/aggregates');
    await stage.page.waitForSelector('.splits');
    const overlapping = await stage.page
      .locator('.splits th')
      .evaluateAll((all) => all.filter((th) => th.scrollWidth > th.clientWidth).map((th) => th.textContent));
    expect(overlapping).toEqual([]);
    await timeline('order_tester');
    await stage.picture('console-phone');
    await stage.page.setViewportSize({ width: 1360, height: 900 });
  });

  test('a comparison says which order is not there, and how to make one', async () => {
    await stage.goto(`/compare?a=${stage.merchant}/order_honest&b=${stage.merchant}/no_such_order`);
    await stage.page.waitForSelector('.compare-side');
    await stage.page.waitForSelector(
      '.empty:has-text("no_such_order"):has-text("No log has this reference")',
    );
    await stage.goto('/compare');
    await stage.page.waitForSelector('.empty a:has-text("a transaction")');
  });

  test('no page had an error, and the content security policy refused nothing', () => {
    // The 404 of a transaction that does not exist, streams cut by going offline and requests cut off are the tests' own.
    expect(
      stage.errors.filter(
        (text) => !/404|ERR_INTERNET_DISCONNECTED|ERR_NETWORK_CHANGED|ERR_FAILED/.test(text),
      ),
    ).toEqual([]);
  });
});
