import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { findEngines, type TestBrowser } from './engines.ts';
import { leaksIn } from './oracle.ts';
import { SCENARIOS } from './scenarios.ts';
import { startStub } from './stub-collector.ts';
import { walkScenario } from './walk-scenario.ts';

/** How often each scenario is gone through, with other canaries and other ways into the fields. */
const ROUNDS = Number(process.env.GANDER_LEAK_ROUNDS ?? 1);
/** Other engines than Chromium go through all scenarios only when asked to: one is enough to see that the test still runs there. */
const ALL = !!process.env.GANDER_LEAK_FULL;

for (const engine of await findEngines())
  describe.skipIf(!engine.launch)(`no canary leaves the page: ${engine.name}`, () => {
    let browser: TestBrowser;
    let canaries = 0;
    beforeAll(async () => {
      browser = await engine.launch!();
    });
    afterAll(() => browser?.close());

    const rounds = Array.from({ length: ROUNDS }, (_, round) => round);
    const few = engine.name !== 'chromium' && !ALL;
    const drivable = SCENARIOS.filter(({ frame, patched }) => engine.apart || !(frame || patched));
    const all = rounds.flatMap((round) =>
      drivable.slice(0, few ? 1 : undefined).map((scenario) => ({ ...scenario, scenario, round })),
    );
    (engine.concurrent ? test.concurrent : test).each(all)(
      '$name ($round)',
      async ({ scenario, round }) => {
        const stub = await startStub();
        try {
          const result = await walkScenario(browser, stub, scenario, round);
          canaries += result.canaries.length;
          expect(leaksIn(result.outlets, result.canaries)).toEqual([]);
          expect(result.faults).toEqual([]);
          // The SDK was there and watched: else there was nothing to leak. Frames of other origins it cannot see into.
          if (scenario.silent) expect(result.posts).toBe(0);
          else if (scenario.essential) expect([result.focused, result.posts > 1]).toEqual([0, true]);
          else if (scenario.down) expect(result.stored).toBeGreaterThan(20);
          else if (scenario.frame?.origin !== 'collector' && !scenario.name.includes('closed'))
            expect(result.focused).toBeGreaterThan(20);
        } finally {
          await stub.close();
        }
      },
      300_000,
    );

    test('that were five hundred canaries and more', () => {
      expect(canaries).toBeGreaterThanOrEqual(few ? 30 : 500);
    });
  });
