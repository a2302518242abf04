import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { type Browser, chromium, firefox, type Page } from 'playwright-core';
import { findBrowser } from '../../../scripts/setup/ensure-browser.mjs';
import { hasWebKit, startWebKit } from './webkit.ts';

const ROOT = join(import.meta.dirname, '../../..');
const FIREFOX = process.env.FIREFOX_PATH ?? '/usr/bin/firefox-esr';

/** Where work is done inside of a document. */
export interface Scope {
  evaluate<T, A>(work: (argument: A) => T | Promise<T>, argument?: A): Promise<T>;
}

/** What the leak tests use of a page, in any engine. */
export interface TestPage extends Scope {
  readonly keyboard: {
    type(text: string): Promise<void>;
    insertText(text: string): Promise<void>;
    press(chord: string): Promise<void>;
  };
  goto(url: string): Promise<unknown>;
  click(selector: string): Promise<void>;
  /** The frame named `inner`; null while it is not there. */
  inner(): Scope | null;
  close(): Promise<void>;
}

/** A browser engine of this machine. */
export interface Engine {
  readonly name: 'chromium' | 'firefox' | 'webkit';
  /** Undefined when it is not installed. */
  readonly launch: (() => Promise<TestBrowser>) | undefined;
  /** Whether several pages can be worked in at once; else the focus is one page's only. */
  readonly concurrent: boolean;
  /** Whether the driver stands apart from the page: it works in frames, hears the console, and no patched native harms it. */
  readonly apart: boolean;
}

export interface TestBrowser {
  /** A page with storage of its own. @param onConsole told what the console says */
  newPage(onConsole: (text: string) => void): Promise<TestPage>;
  close(): Promise<void>;
}

/** A page of Playwright's as one of ours. */
export const testPageOf = (page: Page): TestPage => ({
  keyboard: page.keyboard,
  evaluate: page.evaluate.bind(page) as Scope['evaluate'],
  goto: (url) => page.goto(url),
  click: (selector) => page.click(selector),
  inner: () => page.frame('inner') as Scope | null,
  close: () => page.context().close(),
});

const ofPlaywright = (browser: Browser): TestBrowser => ({
  async newPage(onConsole) {
    const page = await (await browser.newContext()).newPage();
    page.on('console', (message) => onConsole(message.text()));
    return testPageOf(page);
  },
  close: () => browser.close(),
});

/** Chromium by Playwright, or undefined when there is none. */
export const findChromium = async (): Promise<(() => Promise<Browser>) | undefined> => {
  const executablePath = process.env.CHROMIUM_PATH ?? (await findBrowser(ROOT));
  const args = ['--no-sandbox', '--disable-gpu', '--disable-quic'];
  return executablePath ? () => chromium.launch({ executablePath, args }) : undefined;
};

/** A browser for each page: WebDriver has no contexts. */
const ofWebKit = (): TestBrowser => ({
  async newPage() {
    const { page, close } = await startWebKit();
    return {
      ...page,
      inner: () => {
        throw new Error('not driven in WebKitGTK');
      },
      close,
    };
  },
  close: async () => {},
});

/** Chromium, which `npm test` installs; Firefox ESR and WebKitGTK where they are. */
export const findEngines = async (): Promise<readonly Engine[]> => {
  const launchChromium = await findChromium();
  return [
    {
      name: 'chromium',
      launch: launchChromium ? async () => ofPlaywright(await launchChromium()) : undefined,
      concurrent: true,
      apart: true,
    },
    {
      // Stock Firefox speaks WebDriver BiDi to Playwright.
      name: 'firefox',
      launch: existsSync(FIREFOX)
        ? async () => ofPlaywright(await firefox.launch({ channel: 'moz-firefox', executablePath: FIREFOX }))
        : undefined,
      concurrent: false,
      apart: true,
    },
    {
      name: 'webkit',
      launch: hasWebKit() ? async () => ofWebKit() : undefined,
      concurrent: false,
      apart: false,
    },
  ];
};
