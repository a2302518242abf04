import type { Gander } from './gander.ts';
import { type Parts, startSdk } from './start.ts';

type Running = ReturnType<typeof startSdk>;

/** Shared by every copy of the SDK on a page, of whatever version. */
const SLOT = Symbol.for('gander');

/**
 * Creates the public object. One instance runs on a page, however often and from wherever the SDK was loaded: it is kept on the window.
 * @param parts how this copy was loaded
 */
export const createGander = (parts: Parts): Gander => {
  const page = globalThis as { [SLOT]?: Running | undefined };
  return {
    init(options) {
      if (typeof document === 'undefined' || page[SLOT]) return;
      try {
        const running = startSdk(options, parts, () => {
          if (page[SLOT] === running) page[SLOT] = undefined;
        });
        page[SLOT] = running;
      } catch {
        // A browser without what the SDK needs: the page works without it.
      }
    },
    transaction: (next) => page[SLOT]?.transaction(next),
    step: (label) => page[SLOT]?.step(label),
    outcome: (result, reason) => page[SLOT]?.outcome(result, reason),
    flush: async () => page[SLOT]?.flush(),
    consent: (level) => page[SLOT]?.consent(level),
    forget: () => page[SLOT]?.forget(),
    shutdown: () => page[SLOT]?.shutdown(),
    inspect: (element) => page[SLOT]?.inspect(element),
  };
};
