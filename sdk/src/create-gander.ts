import type { Gander } from './gander.ts';
import type { Options } from './options.ts';
import { SLOT } from './slot.ts';
import { type Parts, type Running, startSdk } from './start.ts';

/** What is handed on to the instance that runs. Quoted once, since it is also the public face. */
const METHODS = 'transaction step outcome flush consent forget shutdown frame inspect'.split(
  ' ',
) as (keyof Omit<Gander, 'init'>)[];

/**
 * Creates the public object. One instance runs on a page, however often and from wherever the SDK was loaded: it is kept on the window.
 * @param partsOf what this copy is made of, by the options of `init`
 */
export const createGander = <O extends Options>(partsOf: (options: O) => Parts): Gander => {
  const page = globalThis as { [SLOT]?: Running | undefined };
  const gander: Record<string, unknown> = {
    init(options: O) {
      if (typeof document === 'undefined' || page[SLOT]) return;
      try {
        const running = startSdk(options, partsOf(options), () => {
          if (page[SLOT] === running) page[SLOT] = undefined;
        });
        page[SLOT] = running;
      } catch {
        // A browser without what the SDK needs: the page works without it.
      }
    },
  };
  for (const method of METHODS)
    gander[method] = (...args: unknown[]) => {
      const running = page[SLOT];
      if (running) return (running[method] as (...all: unknown[]) => unknown)(...args);
      return method === 'flush' ? Promise.resolve() : undefined;
    };
  return gander as unknown as Gander;
};
