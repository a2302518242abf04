import { existsSync } from 'node:fs';
import { delimiter, join } from 'node:path';
import { installByApt } from './apt.mjs';
import { run, SetupError, tail, withProgress } from './progress.mjs';

const NAMES = ['chromium', 'chromium-browser', 'google-chrome', 'google-chrome-stable', 'chrome'];
const PLACES = [
  '/Applications/Google Chrome.app/Contents/MacOS/Google Chrome',
  '/Applications/Chromium.app/Contents/MacOS/Chromium',
  'C:\\Program Files\\Google\\Chrome\\Application\\chrome.exe',
  'C:\\Program Files (x86)\\Google\\Chrome\\Application\\chrome.exe',
];

/**
 * The Chromium that the end-to-end tests drive: `CHROMIUM_PATH`, one on PATH, one at its usual place, or the one Playwright installed.
 * @param {string} root folder of the workspace
 * @returns {Promise<string | undefined>} path of its program
 */
export const findBrowser = async (root) => {
  const suffix = process.platform === 'win32' ? '.exe' : '';
  const onPath = (process.env.PATH ?? '')
    .split(delimiter)
    .flatMap((dir) => NAMES.map((name) => join(dir, name + suffix)));
  const found = [process.env.CHROMIUM_PATH, ...onPath, ...PLACES].find((path) => path && existsSync(path));
  return found ?? (await playwrightsBrowser(root));
};

const playwrightsBrowser = async (root) => {
  if (!existsSync(join(root, 'node_modules', 'playwright-core'))) return undefined;
  const { chromium } = await import('playwright-core');
  const path = chromium.executablePath();
  return path && existsSync(path) ? path : undefined;
};

/**
 * Finds a browser, or installs one: by apt where there is apt, else by Playwright.
 * @param {string} root folder of the workspace
 * @returns {Promise<string>} path of its program
 * @throws {SetupError} when neither works
 */
export const ensureBrowser = async (root) => {
  const there = await findBrowser(root);
  if (there) return there;
  const failures = [];
  for (const install of [installDebians, installByPlaywright]) {
    const failure = await install(root);
    if (failure) failures.push(failure);
    const found = await findBrowser(root);
    if (found) return found;
  }
  throw new SetupError(
    `no Chromium or Chrome was found, and none could be installed:\n${failures.join('\n')}\n\n` +
      'Install Chromium or Chrome yourself, or say where one is: CHROMIUM_PATH=/path/to/chromium npm test',
  );
};

const installDebians = () =>
  withProgress('installing Chromium (apt-get)', () =>
    installByApt(['chromium', 'fonts-liberation'], { sudo: true }),
  );

/** @returns {Promise<string | undefined>} why it failed */
const installByPlaywright = async (root) => {
  const cli = join(root, 'node_modules', 'playwright-core', 'cli.js');
  if (!existsSync(cli)) return 'playwright-core is not installed';
  return withProgress('installing Chromium (playwright)', async () => {
    const { code, output } = await run(process.execPath, [cli, 'install', 'chromium'], {
      timeoutMs: 300_000,
    });
    return code === 0 ? undefined : `playwright-core install chromium:\n${tail(output, 8)}`;
  });
};
