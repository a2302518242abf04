import { afterAll, beforeAll } from 'vitest';
import { startBrowser, type TestBrowser } from './browser.ts';
import { type GanderProcess, type GanderProcessOptions, startGander } from './gander-process.ts';
import { type RecordingProxy, startRecordingProxy } from './recording-proxy.ts';

/** What an end-to-end test stands on; there once the hooks have run. */
export interface Stage {
  readonly gander: GanderProcess;
  readonly browser: TestBrowser;
  readonly proxy: RecordingProxy;
}

/** The real thing, a real browser, and between them a proxy that sees all: for the tests of one file. */
export const setUpStage = (options?: GanderProcessOptions): Stage => {
  const stage = {} as { -readonly [K in keyof Stage]: Stage[K] };
  beforeAll(async () => {
    stage.proxy = await startRecordingProxy();
    stage.gander = await startGander(options);
    stage.browser = await startBrowser({ proxy: stage.proxy.address });
  });
  afterAll(async () => {
    await stage.browser?.close();
    await stage.proxy?.stop();
    await stage.gander?.close();
  });
  return stage;
};
