import { setTimeout as wait } from 'node:timers/promises';
import { type DecodedLog, decodeFrame, fromBase64Url } from '@gander/log-codes/decode';
import { afterAll, beforeAll, beforeEach } from 'vitest';
import type { Engine, TestBrowser, TestPage } from './engines.ts';
import { PAGE_KEY, type Stub, startStub } from './stub-collector.ts';

/** A checkout in one engine, and a collector that remembers what the test at hand has sent; there once the hooks have run. */
export interface ShopStage {
  readonly stub: Stub;
  /** The page that was opened last. */
  readonly page: TestPage;
  /** Opens a checkout with the script tag. @param before what stands before that tag */
  open(html: string, before?: string): Promise<void>;
  /** Has what the page has logged so far sent. */
  flush(): Promise<void>;
  /** Each log of every batch that came in, those of a batch that came twice twice, by their number. */
  logs(): DecodedLog[];
  /** The logs of those codes, when what the page has logged so far was sent. */
  sent(...codes: number[]): Promise<DecodedLog[]>;
  /** Keys as a person presses them, with gaps that differ. */
  typeSlowly(keys: string): Promise<void>;
}

/** For the tests of one `describe`. @param engine one that is installed */
export const setUpShop = (engine: Engine): ShopStage => {
  let browser: TestBrowser;
  let stub: Stub;
  let page: TestPage;
  beforeAll(async () => {
    browser = await engine.launch!();
    stub = await startStub();
  });
  afterAll(async () => {
    await browser?.close();
    await stub?.close();
  });
  beforeEach(() => {
    stub.outlets.length = 0;
  });
  const flush = (): Promise<void> =>
    page.evaluate(() => (window as unknown as { gander: { flush(): Promise<void> } }).gander.flush());
  const logs = (): DecodedLog[] =>
    stub.outlets
      .filter(({ where }) => where === 'POST /v1/logs body')
      .flatMap(({ text }) => decodeFrame(fromBase64Url(text.split('.')[2]!)).logs)
      .sort((a, b) => a.seq - b.seq);
  return {
    get stub() {
      return stub;
    },
    get page() {
      return page;
    },
    async open(html, before = '') {
      stub.pages.set(
        '/checkout',
        `<!doctype html><head>${before}<script src="${stub.collector}/gander.min.js" data-key="${PAGE_KEY}"></script></head><body>${html}</body>`,
      );
      page = await browser.newPage(() => undefined);
      await page.goto(`${stub.shop}/checkout`);
      await wait(200);
    },
    flush,
    logs,
    async sent(...codes) {
      await flush();
      return logs().filter(({ code }) => codes.includes(code));
    },
    async typeSlowly(keys) {
      for (const key of keys) {
        await page.keyboard.press(key);
        await wait(20 + (key.charCodeAt(0) % 7) * 15);
      }
    },
  };
};
