import { spawn } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';
import { chromium } from 'playwright-core';
import { findBrowser } from '../../scripts/setup/ensure-browser.mjs';
import { processesBelow } from './processes.mjs';

const ROOT = join(import.meta.dirname, '../..');
// biome-ignore format: one line is one subject
const FLAGS = [
  '--headless', '--no-sandbox', '--disable-gpu', '--disable-quic', '--disable-dev-shm-usage', '--window-size=1280,900',
  '--no-first-run', '--no-default-browser-check', '--disable-background-networking', '--disable-component-update', '--disable-sync',
  '--disable-default-apps', '--disable-extensions', '--password-store=basic', '--use-mock-keychain',
  // Several pages are measured in turns, each in its window: none may be slowed for lying behind another.
  '--disable-backgrounding-occluded-windows', '--disable-renderer-backgrounding', '--disable-background-timer-throttling',
];

/**
 * Starts Chromium and attaches without defaults: Playwright's own launch turns on focus emulation, and then no page ever becomes hidden.
 * @param {{ profile?: string, flags?: string[] }} [options] profile of an earlier browser, which is then kept
 */
export const startChromium = async ({ profile: given, flags = [] } = {}) => {
  const profile = given ?? mkdtempSync(join(tmpdir(), 'gander-bench-'));
  rmSync(join(profile, 'DevToolsActivePort'), { force: true });
  const child = spawn(
    await findBrowser(ROOT),
    [...FLAGS, ...flags, '--remote-debugging-port=0', `--user-data-dir=${profile}`, 'about:blank'],
    { stdio: 'ignore' },
  );
  const endWithUs = () => child.kill('SIGKILL');
  process.once('exit', endWithUs);
  child.once('exit', () => process.off('exit', endWithUs));
  const exited = new Promise((resolve) => child.once('exit', resolve));
  const browser = await chromium.connectOverCDP(await endpointOf(profile, child), {
    noDefaults: true,
    timeout: 60_000,
  });
  const context = browser.contexts()[0];
  const root = await browser.newBrowserCDPSession();
  const quit = async () => {
    root.send('Browser.close').catch(() => {});
    await Promise.race([exited, wait(8_000)]);
    child.kill('SIGKILL');
    await exited;
  };
  let opening = Promise.resolve();
  /** A page in a window of its own, so that no other page hides it. */
  const openWindow = async () => {
    const opened = opening.then(async () => {
      const [page] = await Promise.all([
        context.waitForEvent('page', { timeout: 60_000 }),
        root.send('Target.createTarget', { url: 'about:blank', newWindow: true }),
      ]);
      return page;
    });
    opening = opened.catch(() => {});
    return opened;
  };
  return {
    browser,
    context,
    profile,
    openWindow,
    quit,
    async kill() {
      child.kill('SIGKILL');
      await exited;
    },
    /** Ends every renderer as a crash or the system's memory killer does. */
    killRenderers() {
      for (const { pid, command } of processesBelow(child.pid))
        if (command.includes('--type=renderer')) process.kill(pid, 'SIGKILL');
    },
    async close() {
      await quit();
      if (!given) rmSync(profile, { recursive: true, force: true, maxRetries: 5, retryDelay: 100 });
    },
  };
};

/** Chromium writes where it listens into its profile. */
const endpointOf = async (profile, child) => {
  for (let i = 0; i < 1_200 && child.exitCode === null; i++) {
    await wait(50);
    const [port, path] = readIfThere(join(profile, 'DevToolsActivePort')).trim().split('\n');
    if (port && path) return `ws://127.0.0.1:${port}${path}`;
  }
  child.kill('SIGKILL');
  throw new Error('Chromium did not start');
};

const readIfThere = (file) => {
  try {
    return readFileSync(file, 'utf8');
  } catch {
    return '';
  }
};
