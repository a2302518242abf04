import { startShop } from './checkout-page.mjs';
import { startChromium } from './chromium.mjs';
import { contestantsOf, scriptOf } from './contestants.mjs';
import { createHands } from './hands.mjs';
import { startStubCollector } from './stub-collector.mjs';

/**
 * Sets the stage: shop, collector, one Chromium, and a page for each contestant, on an origin, in a process and in a window of its own.
 * @param {{ sdks?: string, before?: string, flags?: string[] }} options `before` runs on every page ahead of the SDK, `flags` are the browser's
 */
export const setStage = async ({ sdks, before, flags }) => {
  const contestants = contestantsOf(sdks);
  const collector = await startStubCollector();
  const pages = new Map();
  for (const contestant of contestants) {
    const script = await scriptOf(contestant);
    pages.set(`${contestant.id}.localhost`, {
      script,
      attributes: contestant.attributes?.(collector.url),
      init: script && contestant.init?.(collector.url),
      before,
    });
  }
  const shop = await startShop((host) => pages.get(host));
  const chromium = await startChromium({ flags });
  const cast = [];
  for (const contestant of contestants) {
    const page = await chromium.openWindow();
    const cdp = await chromium.context.newCDPSession(page);
    await cdp.send('Emulation.setFocusEmulationEnabled', { enabled: true });
    await cdp.send('Performance.enable', { timeDomain: 'threadTicks' });
    const errors = [];
    page.on('pageerror', (error) => errors.push(error.message));
    const host = `${contestant.id}.localhost`;
    cast.push({
      ...contestant,
      host,
      page,
      cdp,
      errors,
      hands: createHands(cdp),
      visitor: collector.of(host),
    });
  }
  let loads = 0;
  return {
    cast,
    chromium,
    collector,
    /** Loads the checkout anew, known to no cache. */
    async load({ page, host }) {
      loads++;
      await page.goto(`${shop.urlOf(host)}?load=${loads}`, { waitUntil: 'load' });
    },
    async close() {
      await chromium.close();
      shop.close();
      collector.close();
    },
  };
};
