import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { type Browser, chromium, firefox } from 'playwright-core';
import { findBrowser } from '../../../scripts/setup/ensure-browser.mjs';

const ROOT = join(import.meta.dirname, '../../..');
const FIREFOX = process.env.FIREFOX_PATH ?? '/usr/bin/firefox-esr';

/** A browser engine of this machine. */
export interface Engine {
  readonly name: 'chromium' | 'firefox';
  /** Undefined when it is not installed. */
  readonly launch: (() => Promise<Browser>) | undefined;
}

/** Chromium, which `npm test` installs, and Firefox ESR where there is one. */
export const findEngines = async (): Promise<readonly Engine[]> => {
  const executablePath = process.env.CHROMIUM_PATH ?? (await findBrowser(ROOT));
  const args = ['--no-sandbox', '--disable-gpu', '--disable-quic'];
  return [
    {
      name: 'chromium',
      launch: executablePath ? () => chromium.launch({ executablePath, args }) : undefined,
    },
    {
      // Stock Firefox speaks WebDriver BiDi to Playwright.
      name: 'firefox',
      launch: existsSync(FIREFOX)
        ? () => firefox.launch({ channel: 'moz-firefox', executablePath: FIREFOX })
        : undefined,
    },
  ];
};
