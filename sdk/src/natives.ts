/**
 * The browser's own functions, taken once when the SDK is loaded: a page or another script that patches them later changes nothing
 * here. Each is undefined where it does not exist (on a server), so that importing the SDK there is harmless.
 */
const browser = globalThis as Partial<Window & typeof globalThis>;

export const { fetch, setTimeout, clearTimeout, AbortController, navigator } = browser;
const { crypto, performance, Date: NativeDate, EventTarget } = browser;

/**
 * Milliseconds since navigation start, monotonic; the clock of `event.timeStamp`. Not there, so that nothing starts, where the page calls
 * something else `performance`.
 */
export const now = performance?.now?.bind(performance) as () => number;
/** Milliseconds since 1970 by the device's clock. */
export const wallClock = NativeDate!.now;
export const random = Math.random;
/** A name that nobody else has, 64 bits: not by `Math.random`, which pages seed or replace. */
export const randomName = (): string => crypto!.getRandomValues(new BigUint64Array(1))[0]!.toString(36);
export const { parse: parseJson, stringify: toJson } = JSON;
export const sendBeacon = navigator?.sendBeacon?.bind(navigator);
export const addEventListener = EventTarget?.prototype.addEventListener;

/**
 * Runs it outside the zones of zone.js (https://angular.dev/best-practices/zone-pollution): inside, Angular looks for changes at each event,
 * timer and promise of ours.
 */
export const outsideZones = <T>(work: () => T): T => {
  const { Zone } = globalThis as { Zone?: { root?: { run(work: () => T): T } } };
  return Zone?.root ? Zone.root.run(work) : work();
};
