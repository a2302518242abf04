import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { chromium } from 'playwright-core';
import { findBrowser } from '../../scripts/setup/ensure-browser.mjs';
import { startFeed } from './feed.ts';
import { MERCHANT } from './make-batch.ts';
import { startServer } from './start-server.ts';

const WARM_MS = 5000;
const MEASURE_MS = 20_000;

/**
 * The live tail in Chromium while logs come at this rate and somebody scrolls: times between frames, and tasks over 50 ms
 * (https://w3c.github.io/longtasks/). Headless Chromium draws in software, with the server beside it on the same cores.
 */
export const measureTail = async (logsPerSecond: number) => {
  const server = await startServer({ merchants: [MERCHANT], keepMs: 60_000 });
  const executablePath = process.env.CHROMIUM_PATH ?? (await findBrowser(join(import.meta.dirname, '../..')));
  if (!executablePath) throw new Error('there is no Chromium: npm test installs one');
  const profile = mkdtempSync(join(tmpdir(), 'gander-bench-tail-'));
  const browser = await chromium.launch({ executablePath, args: ['--no-sandbox', '--disable-gpu'] });
  const feed = startFeed(server.live, logsPerSecond);
  try {
    const context = await browser.newContext({ viewport: { width: 1360, height: 900 } });
    const page = await context.newPage();
    // What the loader puts around named functions, which the page does not know.
    await page.addInitScript('globalThis.__name = (f) => f');
    await page.goto(await server.signInLink());
    await page.waitForSelector('h1:text("Transactions")');
    await page.goto(`${server.url}/logs`);
    await page.getByRole('button', { name: /Live tail/ }).click();
    await page.waitForTimeout(WARM_MS);
    const before = feed.sent();
    const seen = await page.evaluate(async (ms) => {
      const list = document.querySelector('.log-scroll')!;
      const frames: number[] = [];
      const tasks: number[] = [];
      new PerformanceObserver((entries) => {
        for (const entry of entries.getEntries()) tasks.push(entry.duration);
      }).observe({ type: 'longtask' });
      const began = performance.now();
      let last = began;
      let direction = 1;
      await new Promise<void>((resolve) => {
        const step = (now: number): void => {
          frames.push(now - last);
          last = now;
          list.scrollBy(0, 40 * direction);
          if (list.scrollTop > 20_000) direction = -1;
          if (list.scrollTop <= 40) direction = 1;
          if (now - began < ms) requestAnimationFrame(step);
          else resolve();
        };
        requestAnimationFrame(step);
      });
      return { frames: frames.slice(1), tasks, rows: list.querySelectorAll('.log-line').length };
    }, MEASURE_MS);
    return { ...seen, logsPerSecond: (feed.sent() - before) / (MEASURE_MS / 1000) };
  } finally {
    feed.stop();
    await browser.close();
    await server.close();
    rmSync(profile, { recursive: true, force: true });
  }
};
