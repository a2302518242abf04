import { rmSync } from 'node:fs';
import { startChromium } from '../chromium.mjs';

/** @returns {Promise<import('./engine.mjs').EngineBrowser>} */
export const start = async (profile) => {
  const chromium = await startChromium({ profile });
  return {
    profile: chromium.profile,
    async open(url) {
      const page = await chromium.openWindow();
      const cdp = await chromium.context.newCDPSession(page);
      await page.goto(url);
      return {
        goto: (to) => page.goto(to),
        evaluate: (expression) => page.evaluate(expression),
        close: () => cdp.send('Page.close').catch(() => {}),
        async setOffline(offline) {
          await cdp.send('Network.enable');
          await cdp.send('Network.emulateNetworkConditions', {
            offline,
            latency: 0,
            downloadThroughput: -1,
            uploadThroughput: -1,
          });
        },
      };
    },
    killRenderers: chromium.killRenderers,
    quit: chromium.quit,
    kill: chromium.kill,
    async remove() {
      await chromium.kill();
      rmSync(chromium.profile, { recursive: true, force: true, maxRetries: 10, retryDelay: 200 });
    },
  };
};

/** Pages at a time; every one has a window. */
export const parallel = 10;
/** Scenarios that cannot be played with this engine. */
export const cannot = [];
