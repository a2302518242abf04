import { type ChildProcess, spawn } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type BrowserContext, chromium, type Page } from 'playwright-core';
import { findBrowser } from '../../../scripts/setup/ensure-browser.mjs';

const ROOT = join(import.meta.dirname, '../../..');
const FLAGS = [
  '--headless',
  '--no-sandbox',
  '--disable-gpu',
  '--disable-quic',
  '--disable-dev-shm-usage',
  '--no-first-run',
  '--no-default-browser-check',
  '--disable-background-networking',
  '--disable-component-update',
  '--disable-sync',
  '--disable-default-apps',
  '--disable-extensions',
  '--password-store=basic',
  '--use-mock-keychain',
  '--window-size=1280,900',
];

export interface TestBrowser {
  readonly context: BrowserContext;
  /** A new tab, in front. */
  newPage(): Promise<Page>;
  /** Ends the browser; the profile stays, for a next one. */
  quit(): Promise<void>;
  /** Ends the browser as a crash does. */
  kill(): Promise<void>;
  /** Ends the browser and removes its profile. */
  close(): Promise<void>;
  readonly profile: string;
}

export interface TestBrowserOptions {
  /** Address of the proxy all requests go through, those to the loopback address too. */
  readonly proxy?: string;
  /** Profile of an earlier browser. */
  readonly profile?: string;
}

/**
 * Starts Chromium and attaches to it. It is started by hand, and attached to without defaults, since Playwright's own launch turns on
 * focus emulation: then a tab never becomes hidden.
 */
export const startBrowser = async ({
  proxy,
  profile: given,
}: TestBrowserOptions = {}): Promise<TestBrowser> => {
  const executable = process.env.CHROMIUM_PATH ?? (await findBrowser(ROOT));
  if (!executable) throw new Error('there is no Chromium or Chrome: npm test installs one');
  const profile = given ?? mkdtempSync(join(tmpdir(), 'gander-browser-'));
  rmSync(join(profile, 'DevToolsActivePort'), { force: true });
  const child = spawn(
    executable,
    [
      ...FLAGS,
      ...(proxy ? [`--proxy-server=${proxy}`, '--proxy-bypass-list=<-loopback>'] : []),
      '--remote-debugging-port=0',
      `--user-data-dir=${profile}`,
      'about:blank',
    ],
    { stdio: 'ignore' },
  );
  const exited = new Promise<void>((resolve) => child.once('exit', () => resolve()));
  const endpoint = await endpointOf(profile, child);
  const browser = await chromium.connectOverCDP(endpoint, { noDefaults: true, timeout: 60_000 });
  const context = browser.contexts()[0]!;

  const quit = async () => {
    const session = await browser.newBrowserCDPSession().catch(() => undefined);
    void session?.send('Browser.close').catch(() => undefined);
    await Promise.race([exited, wait(5_000)]);
    child.kill('SIGKILL');
    await exited;
  };
  return {
    context,
    profile,
    newPage: () => context.newPage(),
    quit,
    async kill() {
      child.kill('SIGKILL');
      await exited;
    },
    async close() {
      await quit();
      rmSync(profile, { recursive: true, force: true, maxRetries: 5, retryDelay: 100 });
    },
  };
};

/** Chromium writes where it listens into its profile. */
const endpointOf = async (profile: string, child: ChildProcess): Promise<string> => {
  for (let i = 0; i < 600 && child.exitCode === null; i++) {
    await wait(50);
    const [port, path] = readIfThere(join(profile, 'DevToolsActivePort')).trim().split('\n');
    if (port && path) return `ws://127.0.0.1:${port}${path}`;
  }
  child.kill('SIGKILL');
  throw new Error('Chromium did not start');
};

const readIfThere = (file: string): string => {
  try {
    return readFileSync(file, 'utf8');
  } catch {
    return '';
  }
};

const wait = (ms: number) => new Promise<void>((resolve) => setTimeout(resolve, ms));
