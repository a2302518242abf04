import { execFile } from 'node:child_process';
import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { promisify } from 'node:util';
import type { Page } from 'playwright-core';
import { afterAll, beforeAll } from 'vitest';
import { startBrowser, type TestBrowser } from '../harness/browser.ts';
import { type GanderProcess, startGander } from '../harness/gander-process.ts';
import { giveWayBack } from '../harness/give-way-back.ts';
import { lengthOf, openSession, type ScriptedSession } from './send-logs.ts';
import type { Scripted } from './shopper-scripts.ts';

const ROOT = join(import.meta.dirname, '../../..');
const SHOP = 'https://shop.example';

/** The real thing with a merchant of its own, a browser, and a page of the console that is signed in. */
export interface ConsoleStage {
  readonly gander: GanderProcess;
  readonly browser: TestBrowser;
  readonly page: Page;
  readonly merchant: string;
  /** Errors that pages of the console had, and refusals of their content security policy. */
  readonly errors: string[];
  open(transaction: string, options?: { ageMs?: number }): Promise<ScriptedSession>;
  /** Sends a whole checkout that has just ended. @param type of transaction, default: card */
  play(transaction: string, logs: readonly Scripted[], type?: number): Promise<void>;
  goto(path: string): Promise<void>;
  /** Keeps a picture for the docs, when `GANDER_SCREENSHOTS` is set, else among the artifacts. */
  picture(name: string): Promise<void>;
}

/** Sets the stage for the tests of one file. */
export const setUpConsole = (): ConsoleStage => {
  const stage = { errors: [] as string[] } as { -readonly [K in keyof ConsoleStage]: ConsoleStage[K] };
  let key = '';
  const session = (transaction: string, ageMs?: number, type?: number) =>
    openSession({
      collector: stage.gander.collector,
      key,
      origin: SHOP,
      transaction,
      ...(ageMs === undefined ? {} : { ageMs }),
      ...(type === undefined ? {} : { type }),
    });

  beforeAll(async () => {
    stage.gander = await startGander();
    const made = await promisify(execFile)(
      process.execPath,
      [join(ROOT, 'gander/dist/main.js'), 'keys', 'create', '--name', 'Scripted shop', '--origin', SHOP],
      { env: { ...process.env, NO_COLOR: '1', GANDER_DATA_DIR: stage.gander.dataDir } },
    );
    stage.merchant = /merchant\s+(\S+)/.exec(made.stdout)?.[1] ?? '';
    key = /(gpk_\S+)/.exec(made.stdout)?.[1] ?? '';
    // The running collector takes the new key over within a second.
    await new Promise((resolve) => setTimeout(resolve, 1500));
    stage.browser = await startBrowser();
    stage.page = await stage.browser.newPage();
    stage.page.setDefaultTimeout(60_000);
    await stage.page.setViewportSize({ width: 1360, height: 900 });
    stage.page.on('pageerror', (error) => stage.errors.push(error.message));
    stage.page.on('console', (message) => message.type() === 'error' && stage.errors.push(message.text()));
    await stage.page.goto(stage.gander.signIn);
    await stage.page.waitForSelector('h1:has-text("Transactions")');
    await giveWayBack(stage.page);
  });
  afterAll(async () => {
    await stage.browser?.close();
    await stage.gander?.close();
  });

  stage.open = (transaction, options = {}) => session(transaction, options.ageMs);
  stage.play = async (transaction, logs, type) => {
    const open = await session(transaction, lengthOf(logs) + 500, type);
    for (let i = 0; i < logs.length; i += 20) await open.send(logs.slice(i, i + 20));
  };
  stage.goto = async (path) => {
    await stage.page.goto(stage.gander.console + path);
  };
  stage.picture = async (name) => {
    const folder = join(ROOT, process.env.GANDER_SCREENSHOTS ? 'docs/images' : 'e2e/artifacts');
    mkdirSync(folder, { recursive: true });
    await stage.page.screenshot({ path: join(folder, `${name}.png`) });
  };
  return stage;
};
