import type { Gander } from './gander.ts';
import { outsideZones } from './natives.ts';
import type { Consent, Options } from './options.ts';
import { CALLS, SLOT } from './slot.ts';
import { type Parts, type Running, startSdk } from './start.ts';

/** What is handed on to the instance that runs. Quoted once, since it is also the public face. */
const METHODS = 'transaction step outcome consent forget frame flush shutdown inspect'.split(
  ' ',
) as (keyof Omit<Gander, 'init'>)[];
/** The first so many of them wait for an instance when there is none. */
const WAITING_METHODS = 6;
/** Most calls that wait. */
const MAX_CALLS = 100;

/** A call by name. */
export type Call = [method: keyof Gander, args: readonly unknown[]];

type Method = (...args: unknown[]) => unknown;

/** What a call says about consent, if it does. */
const consentIn = ([method, [level]]: Call): Consent | undefined =>
  method === 'forget' ? 'none' : method === 'consent' ? ((level ?? 'none') as Consent) : undefined;

/**
 * Creates the public object. One instance runs on a page, however often and from wherever the SDK was loaded: it is kept on the window.
 * Calls that come before it starts wait there too, and are made when it does; the first word about consent among them holds from the start.
 * What was last said about consent also holds for an instance that starts when this one was shut down, or turned itself off; other calls wait
 * after a shutdown, not then.
 * @param partsOf what this copy is made of, by the options of `init`
 */
export const createGander = <O extends Options>(partsOf: (options: O) => Parts): Gander => {
  const page = globalThis as {
    /** `null`: refused or faulty, it turned itself off. What is said of that payment must not be told of the next one. */
    [SLOT]?: Running | null | undefined;
    [CALLS]?: Call[] | undefined;
    readonly document?: Document;
  };
  /** Instances, also those that were stopped: what they had not sent yet is still tried, as long as consent allows it. */
  const started: Running[] = [];
  const init = (options: O): void => {
    if (!page.document || page[SLOT]) return;
    // A page that is rendered ahead may never be looked at.
    if ((document as { prerendering?: boolean }).prerendering) {
      document.addEventListener('prerenderingchange', () => init(options), { once: true });
      return;
    }
    const calls = page[CALLS] ?? [];
    page[SLOT] = undefined;
    try {
      const running = outsideZones(() =>
        startSdk(
          options,
          partsOf(options),
          () => {
            page[SLOT] = null;
          },
          calls.map(consentIn).find(Boolean),
        ),
      );
      if (!running) return;
      started.push(running);
      // Faults may have stopped it at once.
      if (page[SLOT] !== null) page[SLOT] = running;
      page[CALLS] = undefined;
      for (const [method, args] of calls) gander[method]!(...args);
    } catch {
      // A browser without what the SDK needs: the page works without it.
    }
  };
  const gander: Record<string, Method> = { init: init as Method };
  METHODS.forEach((method, i) => {
    gander[method] = (...args) => {
      const call: Call = [method, args];
      const says = consentIn(call);
      const running = page[SLOT];
      if (says) for (const old of started) if (old !== running) old.consent(says);
      if (running) {
        if (says) page[CALLS] = [['consent', [says]]];
        const result = outsideZones(() => (running[method] as Method)(...args));
        if (method === 'shutdown') page[SLOT] = undefined;
        return result;
      }
      // On a server nobody comes to make them.
      if (i < WAITING_METHODS && page.document && (says || running !== null)) {
        page[CALLS] ??= [];
        // What a person said is never one too many.
        if (says || page[CALLS].length < MAX_CALLS) page[CALLS].push(call);
      }
      return method === 'flush' ? Promise.resolve() : undefined;
    };
  });
  return gander as unknown as Gander;
};
