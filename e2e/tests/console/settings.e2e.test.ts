import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { violationsOf } from './axe.ts';
import { setUpConsole } from './console-stage.ts';
import { cardTester, honestShopper } from './shopper-scripts.ts';

const stage = setUpConsole();
const tab = (name: string) => stage.goto(`/settings/${stage.merchant}${name && `/${name}`}`);
const text = (selector: string): Promise<string> => stage.page.locator(selector).innerText();

describe('keys and origins', () => {
  test('a secret key is shown once, works beside the old one, and is revoked for good', async () => {
    const { page } = stage;
    await tab('');
    await page.click('text=Make a secret key');
    const key = await text('.secret code');
    expect(key).toMatch(new RegExp(`^gsk_[0-9a-f]{8}_${stage.merchant}_`));
    const shown = `gsk_${key.slice(4, 12)}_…`;
    await page.click('.secret >> text=Done');
    await page.reload();
    await page.waitForSelector(`.list >> text=${shown}`);
    expect(await page.content()).not.toContain(key.slice(-20));
    const row = page.locator('.list li', { hasText: shown });
    const asked = () => row.locator('button:focus', { hasText: 'Revoke for good' }).waitFor();
    await row.locator('button', { hasText: 'Revoke' }).click();
    await asked();
    await page.keyboard.press('Escape');
    await row.locator('.confirm').waitFor({ state: 'detached' });
    await row.locator('button', { hasText: 'Revoke' }).click();
    await asked();
    await page.keyboard.press('Enter');
    await page.waitForSelector('summary:has-text("1 revoked")');
  });

  test('an origin is added and removed; one that no browser sends is not taken', async () => {
    const { page } = stage;
    await tab('');
    await page.fill('input[name=origin]', 'https://shop.example/path');
    await page.keyboard.press('Enter');
    expect(await page.locator('input[name=origin]:invalid').count()).toBe(1);
    await page.fill('input[name=origin]', 'https://shop.example:443');
    await page.keyboard.press('Enter');
    await page.waitForSelector('[role=alert]:has-text("An origin looks like https://shop.example")');
    await page.fill('input[name=origin]', 'https://second.example');
    await page.keyboard.press('Enter');
    const row = page.locator('.list li', { hasText: 'https://second.example' });
    await row.waitFor();
    await row.locator('button', { hasText: 'Remove' }).click();
    await page.click('text=Remove: its pages stop sending');
    await row.waitFor({ state: 'detached' });
  });
});

describe('quotas', () => {
  test('count within a second, without a restart, and stand in the changes', async () => {
    const { page } = stage;
    const open = await stage.open('order_quota');
    const send = () =>
      open.send(cardTester().slice(0, 1)).then(
        () => 202,
        (error: Error) => Number(/logs: (\d+)/.exec(error.message)?.[1]),
      );
    expect(await send()).toBe(202);
    await tab('quotas');
    const quota = page.locator('.quota', { hasText: 'Batches of logs' });
    await quota.locator('input').fill('1');
    await quota.locator('button', { hasText: 'Set' }).click();
    await page.waitForSelector('text=in force on every collector within a second');
    expect(await quota.innerText()).toContain('1 a second');
    const answers: number[] = [];
    for (let i = 0; i < 12; i++) answers.push(await send());
    expect(answers.filter((s) => s === 202)).toHaveLength(10);
    expect(new Set(answers)).toEqual(new Set([202, 429]));
    await quota.locator('button', { hasText: 'As usual' }).click();
    await page.waitForSelector('.quota >> text=as usual >> nth=0');
    expect(await send()).toBe(202);
    await tab('audit');
    expect(await text('.changes')).toContain('usual to 1 a second');
  });
});

describe('the integration page', () => {
  let shop: Server;
  let origin: string;
  let html = '';
  let policy = '';
  beforeAll(async () => {
    shop = createServer((_, response) => {
      response.writeHead(200, { 'content-type': 'text/html', 'content-security-policy': policy }).end(html);
    });
    await new Promise<void>((resolve) => shop.listen(0, '127.0.0.1', resolve));
    origin = `http://localhost:${(shop.address() as AddressInfo).port}`;
  });
  afterAll(() => {
    shop.close();
    shop.closeAllConnections();
  });

  test('what it says to paste works as it stands, under the policy that it gives, and the check sees it', async () => {
    const { page } = stage;
    await tab('');
    await page.fill('input[name=origin]', origin);
    await page.keyboard.press('Enter');
    await page.waitForSelector(`.list >> text=${origin}`);
    await tab('integration');
    await page.waitForSelector('text=The last one came');
    await page.click('summary:has-text("Without a server")');
    const snippet = await page.locator('details .copyable code').innerText();
    expect(snippet).toMatch(/integrity="sha384-[\w+/=]{64}"/);
    const csp = await text('section:has-text("content security policy") .copyable code');
    policy = `default-src 'none'; ${csp}`;
    html = `<!doctype html><html lang="en"><head>${snippet}</head><body><form><input name="coupon"></form></body></html>`;

    const visitor = await stage.browser.newPage();
    const refused: string[] = [];
    visitor.on('console', (message) => {
      if (message.type() === 'error' && !message.text().includes('favicon')) refused.push(message.text());
    });
    await visitor.goto(origin);
    await visitor.waitForFunction(() => 'gander' in window);
    await visitor.click('input');
    await visitor.keyboard.type('goose', { delay: 20 });
    await page.bringToFront();
    await page.waitForSelector('.check-on >> text=by site key (A1)');
    // The visitor's own page, which has no reference of an order: not what was sent before.
    expect(await text('.check-on a')).toMatch(/^~/);
    expect(refused.filter((line) => /integrity|Content Security Policy/.test(line))).toEqual([]);
    await stage.picture('console-integration');

    // One byte of the script's digest changed: the browser refuses it.
    html = html.replace(/sha384-(.)/, (_, c: string) => `sha384-${c === 'A' ? 'B' : 'A'}`);
    await visitor.goto(origin);
    await visitor.waitForLoadState('networkidle');
    expect(await visitor.evaluate(() => 'gander' in window)).toBe(false);
    expect(refused.join()).toMatch(/integrity/);
    await visitor.close();
  });

  test('has the grant in every language, for this merchant’s origin, and the line of the PCI inventory', async () => {
    const { page } = stage;
    await tab('integration');
    await page.waitForSelector('.segmented');
    const languages = await page.locator('.integration .segmented button').allInnerTexts();
    expect(languages).toEqual(['Node', 'Python', 'PHP', 'Ruby', 'Go', 'Java']);
    const inventory = page.locator('section:has-text("Authorised by") .copyable');
    expect(await inventory.locator('div:has(dt:text-is("Integrity")) dd').innerText()).toMatch(/^sha384-/);
    await page.evaluate(() => {
      navigator.clipboard.writeText = async (copied) => {
        window.name = copied;
      };
    });
    await inventory.locator('button').click();
    await inventory.locator('button:has-text("Copied")').waitFor();
    const lines = (await page.evaluate(() => window.name)).split('\n');
    expect(lines.find((line) => line.startsWith('Integrity'))).toMatch(/^Integrity {6}sha384-\S+$/);
    for (const language of languages) {
      await page.click(`.segmented >> text=${language}`);
      const recipe = await text('section:has-text("2. The grant") .copyable code');
      expect([language, recipe.includes('https://shop.example')]).toEqual([language, true]);
      expect(recipe).toContain(language === 'Node' ? 'createGrant' : 'gander-grant-1');
    }
  });
});

describe('roles', () => {
  test('each sees what it may: a viewer no settings of a merchant, an analyst no changes of them', async () => {
    const { page } = stage;
    await stage.play('order_roles', honestShopper());
    const links: Record<string, string> = {};
    const invite = async (name: string, role: string): Promise<string> => {
      const email = `${name.toLowerCase().replace(' ', '.')}@example.com`;
      await page.waitForSelector('form input[name=name]');
      await page.fill('form input[name=name]', name);
      await page.fill('form input[name=email]', email);
      await page.selectOption('form select[name=role]', role);
      await page.click('button:has-text("Invite")');
      await page.waitForSelector(`text=Invitation for ${email}`);
      const link = await text('.secret code');
      await page.click('.secret >> text=Done');
      return link;
    };
    // Somebody with an account already, at another merchant: here the role waits for them.
    const demo = await page.evaluate(async () => {
      const me = (await (await fetch('/api/me')).json()) as { merchants: { id: string; name: string }[] };
      return me.merchants.find(({ name }) => name === 'Demo shop')!.id;
    });
    await stage.goto(`/settings/${demo}/users`);
    await invite('Ada Partner', 'viewer');
    await tab('users');
    links.viewer = await invite('Some viewer', 'viewer');
    links.analyst = await invite('Some analyst', 'analyst');
    await invite('Ada Partner', 'analyst');
    const waiting = page.locator('.users li', { hasText: 'invited' });
    await waiting.waitFor();
    expect(await waiting.locator('strong').allInnerTexts()).toEqual(['Ada Partner']);
    await stage.picture('console-users');
    const owner = await stage.browser.context.cookies();
    for (const role of ['viewer', 'analyst']) {
      await stage.browser.context.clearCookies();
      await page.goto('about:blank');
      await page.goto(links[role]!);
      await page.waitForSelector('h1:has-text("Transactions")');
      await stage.goto('/settings');
      if (role === 'viewer') {
        await page.waitForSelector('h1:has-text("Your account")');
        await tab('');
        await page.waitForSelector('h1:has-text("Nothing here")');
        await stage.goto('/settings/new');
        await page.waitForSelector('h1:has-text("Nothing here")');
      } else {
        await page.waitForSelector('.tabs');
        expect(await page.locator('.tabs a').allInnerTexts()).toEqual([
          'Keys and origins',
          'Integration',
          'Quotas',
        ]);
        await page.waitForSelector('text=Secret keys');
        expect(await page.locator('.settings-body button').allInnerTexts()).toEqual([]);
      }
    }
    await stage.browser.context.clearCookies();
    await stage.browser.context.addCookies(owner);
  });
});

describe('looks', () => {
  const views = [
    ['', '.list'],
    ['integration', '.check'],
    ['quotas', '.quota'],
    ['users', '.users'],
    ['audit', '.changes'],
  ] as const;
  test.each(views)('settings/%s passes axe, and nothing scrolls sideways on a phone', async (name, ready) => {
    const { page } = stage;
    await tab(name);
    await page.waitForSelector(ready);
    if (name === '') await stage.picture('console-settings');
    expect(await violationsOf(page)).toEqual([]);
    await page.setViewportSize({ width: 390, height: 844 });
    const wide = await page.evaluate(() => document.documentElement.scrollWidth - innerWidth);
    await page.setViewportSize({ width: 1360, height: 900 });
    expect(wide).toBeLessThanOrEqual(0);
  });

  test('changes of the installation are shown to its owner, and pass axe', async () => {
    const { page } = stage;
    await stage.goto('/settings/installation');
    await page.waitForSelector('h1:has-text("Installation")');
    await page.waitForSelector('text=Each change of accounts');
    expect(await violationsOf(page)).toEqual([]);
  });

  test('a new merchant is made by its form, and passes axe', async () => {
    const { page } = stage;
    await stage.goto('/settings/new');
    await page.waitForSelector('form.narrow');
    expect(await violationsOf(page)).toEqual([]);
    await page.fill('input[name=name]', 'Third shop');
    await page.fill('input[name=origin]', 'https://third.example/');
    await page.click('button:has-text("Make merchant")');
    await page.waitForSelector('[role=alert]:has-text("without a path")');
    await page.fill('input[name=origin]', 'https://third.example');
    await page.click('button:has-text("Make merchant")');
    await page.waitForSelector('h1:has-text("Third shop")');
    await page.waitForSelector('text=Waiting for a log');
  });

  test('no page had an error, and the content security policy refused nothing', () => {
    expect(stage.errors.filter((line) => !/status of 40[04]/.test(line))).toEqual([]);
  });
});
