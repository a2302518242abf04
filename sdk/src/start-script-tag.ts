import type { Call } from './create-gander.ts';
import type { Gander } from './gander.ts';
import { optionsOfTag } from './options-of-tag.ts';
import { CALLS, SLOT } from './slot.ts';

/** What may stand on the window: the SDK, the queue stub (docs/sdk.md) with calls made before the script was there, or something else. */
interface Found extends Partial<Gander> {
  readonly q?: unknown;
}

/**
 * Puts the SDK on the window, starts it from the tag's attributes, and makes the calls that wait. The stub becomes the SDK, since someone may
 * have kept it, or a method of it. A second copy leaves the first be, and an element of that id is none.
 */
export const startScriptTag = (create: () => Gander): void => {
  const page = window as { gander?: Found; [CALLS]?: Call[]; [SLOT]?: unknown };
  const found = page.gander;
  if (found?.inspect) return;
  const waiting: Call[] = Array.isArray(found?.q) ? found.q : [];
  const gander = Object.assign(waiting === found?.q ? found : {}, create());
  page.gander = gander;
  const calls = waiting.splice(0);
  const make = ([method, args]: Call): unknown => (gander[method] as (...all: unknown[]) => unknown)(...args);
  waiting.push = (call) => Number(make(call));
  const options = optionsOfTag(document.currentScript);
  if (options && !page[SLOT]) {
    // What they say about consent holds from the start.
    page[CALLS] = calls.concat(page[CALLS] ?? []);
    gander.init(options);
  } else calls.forEach(make);
};
