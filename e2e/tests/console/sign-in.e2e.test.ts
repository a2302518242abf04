import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import type { CDPSession, Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import {
  ensurePostgres,
  type PostgresServer,
  startPostgres,
} from '../../../scripts/setup/postgres-server.mjs';
import { startBrowser, type TestBrowser } from '../harness/browser.ts';
import { type GanderProcess, startGander } from '../harness/gander-process.ts';
import { violationsOf } from './axe.ts';
import { startProvider, type TestProvider } from './start-provider.ts';

const missing = await ensurePostgres();
if (missing && process.env.CI) throw new Error(missing);
if (missing) test('sign-in, on PostgreSQL', (context) => context.skip(missing));

const PICTURES = join(
  import.meta.dirname,
  '../../..',
  process.env.GANDER_SCREENSHOTS ? 'docs/images' : 'e2e/artifacts',
);

describe.skipIf(missing)('sign-in, on PostgreSQL', () => {
  let postgres: PostgresServer;
  let provider: TestProvider;
  let gander: GanderProcess;
  let browser: TestBrowser;
  let page: Page;
  /** Of the console's pages; the provider's load fonts from elsewhere. */
  const errors: string[] = [];

  beforeAll(async () => {
    [postgres, provider] = await Promise.all([startPostgres(), startProvider()]);
    gander = await startGander({
      env: {
        DATABASE_URL: postgres.url,
        GANDER_CONSOLE_OIDC_ISSUER: provider.issuer,
        GANDER_CONSOLE_OIDC_CLIENT_ID: provider.clientId,
        GANDER_CONSOLE_OIDC_CLIENT_SECRET: provider.clientSecret,
        GANDER_CONSOLE_OIDC_NAME: 'Example login',
      },
    });
    // Away while Gander started: it asks again when somebody signs in.
    provider.begin(`${gander.console}/api/auth/callback/oidc`);
    browser = await startBrowser();
    page = await browser.newPage();
    page.setDefaultTimeout(30_000);
    page.on('pageerror', (error) => errors.push(error.message));
    page.on('console', (message) => {
      const isOurs = page.url().startsWith(gander.console);
      if (message.type() === 'error' && isOurs) errors.push(message.text());
    });
    await page.setViewportSize({ width: 1360, height: 900 });
    mkdirSync(PICTURES, { recursive: true });
  });
  afterAll(async () => {
    await browser?.close();
    await gander?.close();
    await provider?.stop();
    await postgres?.close();
  });

  const signedIn = () => page.waitForSelector('h1:has-text("Transactions")');
  const signOut = async (): Promise<void> => {
    await page.click('button:has-text("Sign out")');
    await page.waitForSelector('h1:has-text("Sign in")');
  };
  const settingsOf = async (tab: string): Promise<void> => {
    await page.click('nav[aria-label="Pages"] >> text=Settings');
    await page.click(`nav[aria-label^="Settings of"] >> text=${tab}`);
  };
  const whoAmI = () =>
    page.evaluate(async () => (await (await fetch('/api/me')).json()).user.email as string);
  const byProvider = async (login: string): Promise<void> => {
    await page.goto(`${gander.console}/sign-in`);
    await page.click('text=Continue with Example login');
    await page.fill('input[name=login]', login);
    await page.fill('input[name=password]', 'any');
    await page.click('button[type=submit]');
    await page.click('button:has-text("Continue")');
  };

  const enterByPassword = async (): Promise<void> => {
    await browser.context.clearCookies();
    await page.goto(`${gander.console}/sign-in`);
    await page.fill('input[name=email]', 'olga@example.com');
    await page.fill('input[name=password]', 'a password of the owner');
    await page.keyboard.press('Enter');
    await signedIn();
  };

  test('the first owner comes in by the link, sets a password, and invites', async () => {
    await page.goto(gander.signIn);
    await signedIn();
    expect(page.url()).not.toContain('#');
    await page.click('text=Set a password or a passkey');
    await page.fill('input[name=name]', 'Olga Owner');
    await page.fill('input[name=email]', 'olga@example.com');
    await page.fill('input[name=password]', 'a password of the owner');
    await page.click('button:has-text("Save")');
    await page.waitForSelector('text=Sign in with this e-mail and password from now on.');
    expect(await page.locator('.notice').count()).toBe(0);
    await settingsOf('Users');
    for (const [name, email] of [
      ['Ada', 'ada@example.com'],
      ['Bo', 'bo@example.com'],
    ] as const) {
      await page.fill('form input[name=name]', name);
      await page.fill('form input[name=email]', email);
      await page.click('button:has-text("Invite")');
      await page.waitForSelector(`text=Invitation for ${email}`);
      expect(await page.locator('.secret code').innerText()).toMatch(/\/sign-in#[\w-]{43}$/);
      await page.click('.secret >> text=Done');
    }
    await signOut();
  });

  test('its page shows each way that is configured, passes axe, and says what did not work', async () => {
    await page.goto(`${gander.console}/sign-in`);
    await page.waitForSelector('text=Continue with Example login');
    await page.waitForSelector('text=Sign in with a passkey');
    expect(await violationsOf(page)).toEqual([]);
    await page.screenshot({ path: join(PICTURES, 'console-sign-in.png') });
    await page.goto('about:blank');
    await page.goto(gander.signIn);
    await page.waitForSelector('[role=alert]:has-text("This link was used before")');
    await page.fill('input[name=email]', 'olga@example.com');
    await page.fill('input[name=password]', 'not the password at all');
    await page.keyboard.press('Enter');
    await page.waitForSelector('[role=alert]:has-text("wrong e-mail or password")');
    await page.fill('input[name=password]', 'a password of the owner');
    await page.keyboard.press('Enter');
    await signedIn();
    const cookie = (await browser.context.cookies(gander.console)).find((c) => c.name === '__Host-gander');
    expect(cookie).toMatchObject({ httpOnly: true, secure: true, sameSite: 'Strict', path: '/' });
    await signOut();
  });

  describe('by OpenID Connect', () => {
    test('an invited user comes in by a verified e-mail, and later by who they are', async () => {
      provider.people.set('ada', { email: 'Ada@example.com', verified: true });
      await byProvider('ada');
      await signedIn();
      expect(new URL(page.url()).pathname).toBe('/');
      expect(await whoAmI()).toBe('ada@example.com');
      await signOut();
      await browser.context.clearCookies();
      provider.people.set('ada', { email: 'ada.married@example.com', verified: true });
      await byProvider('ada');
      await signedIn();
      expect(await whoAmI()).toBe('ada@example.com');
      await signOut();
    });

    test.each([
      ['somebody whom nobody invited', { email: 'eve@example.com', verified: true }],
      ['an invited e-mail that the provider has not verified', { email: 'bo@example.com', verified: false }],
      [
        'an address that its user claims without an owner’s word',
        { email: 'olga@example.com', verified: true },
      ],
    ])('refuses %s', async (_, person) => {
      await browser.context.clearCookies();
      const login = `x${provider.people.size}`;
      provider.people.set(login, person);
      await byProvider(login);
      await page.waitForSelector('[role=alert]:has-text("not that of an invited user")');
      expect(new URL(page.url()).pathname).toBe('/sign-in');
      expect((await browser.context.cookies(gander.console)).map((c) => c.name)).not.toContain(
        '__Host-gander',
      );
    });

    test('is connected by who is signed in, when it vouches for the same address', async () => {
      const connect = async (login: string): Promise<void> => {
        await page.goto(`${gander.console}/settings/account`);
        await page.click('text=Connect Example login');
        await page.fill('input[name=login]', login);
        await page.fill('input[name=password]', 'any');
        await page.click('button[type=submit]');
        await page.click('button:has-text("Continue")');
      };
      await browser.context.clearCookies();
      await enterByPassword();
      provider.people.set('other', { email: 'somebody@example.com', verified: true });
      await connect('other');
      await page.waitForSelector('[role=alert]:has-text("could not be connected")');
      // Forgotten by the provider, not by the console.
      await browser.context.clearCookies({ domain: '127.0.0.1' });
      provider.people.set('olga', { email: 'olga@example.com', verified: true });
      await connect('olga');
      await page.waitForSelector('text=Connected: it signs you in.');
      await browser.context.clearCookies();
      await byProvider('olga');
      await signedIn();
      expect(await whoAmI()).toBe('olga@example.com');
      await signOut();
    });

    test('takes no answer that it did not ask for', async () => {
      await browser.context.clearCookies();
      await page.goto(`${gander.console}/api/auth/callback/oidc?code=abc&state=${'s'.repeat(32)}`);
      await page.waitForSelector('[role=alert]');
      expect((await browser.context.cookies(gander.console)).map((c) => c.name)).not.toContain(
        '__Host-gander',
      );
    });
  });

  describe('by passkey', () => {
    let cdp: CDPSession;
    let authenticatorId: string;
    beforeAll(async () => {
      cdp = await browser.context.newCDPSession(page);
      await cdp.send('WebAuthn.enable');
      const made = await cdp.send('WebAuthn.addVirtualAuthenticator', {
        options: {
          protocol: 'ctap2',
          transport: 'internal',
          hasResidentKey: true,
          hasUserVerification: true,
          isUserVerified: true,
          automaticPresenceSimulation: true,
        },
      });
      ({ authenticatorId } = made);
    });
    test('one is added in the account, and signs in', async () => {
      await enterByPassword();
      await page.goto(`${gander.console}/settings/account`);
      await page.fill('input[aria-label="Name of the passkey"]', 'Work laptop');
      await page.click('text=Add a passkey');
      await page.waitForSelector('.list >> text=Work laptop');
      await page.waitForSelector('.list >> text=not used yet');
      expect(await violationsOf(page)).toEqual([]);
      await signOut();
      await page.goto(`${gander.console}/sign-in`);
      await page.click('text=Sign in with a passkey');
      await signedIn();
      expect(await whoAmI()).toBe('olga@example.com');
      await page.goto(`${gander.console}/settings/account`);
      await page.waitForSelector('.list >> text=last used');
      await signOut();
    });

    test('an authenticator that did not verify its user does not sign in', async () => {
      await cdp.send('WebAuthn.setUserVerified', { authenticatorId, isUserVerified: false });
      await page.goto(`${gander.console}/sign-in`);
      await page.click('text=Sign in with a passkey');
      await page.waitForSelector('text=Sign in with a passkey >> visible=true');
      // Until the browser gives up asking: a minute at most.
      await page.waitForFunction(
        () => ![...document.querySelectorAll('button')].some((b) => b.disabled),
        undefined,
        { timeout: 90_000 },
      );
      expect(await page.locator('h1').innerText()).toContain('Sign in');
      await cdp.send('WebAuthn.setUserVerified', { authenticatorId, isUserVerified: true });
    });

    test('one that was removed signs in no more, though the authenticator still has it', async () => {
      await page.goto(`${gander.console}/sign-in`);
      await page.click('text=Sign in with a passkey');
      await signedIn();
      await page.goto(`${gander.console}/settings/account`);
      await page.click('.list >> text=Remove');
      await page.click('text=Remove: it signs in no more');
      await page.waitForSelector('text=None yet.');
      await signOut();
      await page.click('text=Sign in with a passkey');
      await page.waitForSelector('[role=alert]:has-text("unknown passkey")');
    });
  });

  test('no page had an error, and the content security policy refused nothing', () => {
    // Refusals are what the tests ask for.
    expect(errors.filter((text) => !/status of 40[0-9]/.test(text))).toEqual([]);
  });
});
