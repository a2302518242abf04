import type { Browser } from 'playwright-core';
import { afterAll, beforeAll } from 'vitest';
import { findChromium } from './engines.ts';
import { type Stub, startStub } from './stub-collector.ts';

/** What a test of a page of its own stands on; there once the hooks have run. */
export interface ChromiumStage {
  readonly browser: Browser;
  readonly stub: Stub;
}

/** Chromium, and a shop and a collector that remembers all: for the tests of one file. */
export const setUpChromium = (): ChromiumStage => {
  const stage = {} as { -readonly [K in keyof ChromiumStage]: ChromiumStage[K] };
  beforeAll(async () => {
    const launch = await findChromium();
    if (!launch) throw new Error('there is no Chromium: npm test installs one');
    stage.browser = await launch();
    stage.stub = await startStub();
  });
  afterAll(async () => {
    await stage.browser?.close();
    await stage.stub?.close();
  });
  return stage;
};
