import { existsSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { firefox } from 'playwright-core';
import { processesNaming } from '../processes.mjs';

const PATHS = [process.env.FIREFOX_PATH, '/usr/bin/firefox-esr', '/usr/bin/firefox'];

/** Stock Firefox by WebDriver BiDi. @returns {Promise<import('./engine.mjs').EngineBrowser>} */
export const start = async (given) => {
  const executablePath = PATHS.find((path) => path && existsSync(path));
  if (!executablePath) throw new Error('there is no Firefox (apt-get install firefox-esr, or FIREFOX_PATH)');
  const profile = given ?? mkdtempSync(join(tmpdir(), 'gander-bench-firefox-'));
  const context = await firefox.launchPersistentContext(profile, {
    channel: 'moz-firefox',
    executablePath,
    headless: true,
  });
  const quit = () => context.close();
  return {
    profile,
    async open(url) {
      const page = await context.newPage();
      await page.goto(url);
      return {
        goto: (to) => page.goto(to),
        evaluate: (expression) => page.evaluate(expression),
        close: () => page.close({ runBeforeUnload: false }),
      };
    },
    quit,
    async kill() {
      for (const { pid } of processesNaming(profile)) process.kill(pid, 'SIGKILL');
      await quit().catch(() => {});
    },
    async remove() {
      await quit().catch(() => {});
      rmSync(profile, { recursive: true, force: true, maxRetries: 10, retryDelay: 200 });
    },
  };
};

/** Tabs of one window hide each other: a trial at a time. */
export const parallel = 1;
/** A content process that is killed takes the driver's context with it. */
export const cannot = ['renderer-killed'];
