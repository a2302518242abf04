import { automation, environment as environmentLog } from '@gander/log-codes/encode';
import { facts, later, log, type Signal } from '../running.ts';

/** Width of the viewport in the steps of `screen_bucket`, 1 (under 360 px) to 6 (1,920 and more). */
export const screenBucket = (width: number): number =>
  [360, 600, 1_024, 1_440, 1_920].filter((limit) => width >= limit).length + 1;

export const matchesMedia = (query: string): boolean => window.matchMedia?.(query).matches;

/** Names that drivers of browsers leave on the window. */
const DRIVERS =
  /^(_phantom|callPhantom|domAutomation|__(nightmare|selenium|webdriver|playwright|pw_)|Cypress|cdc_)/;

/** The media features of `pointer_kinds`, lowest bit first. */
const POINTERS = ['(any-pointer:fine)', '(any-pointer:coarse)', '(any-hover:hover)'];

const tell = (): void => {
  log(
    environmentLog({
      languages: navigator.languages?.length ?? 0,
      tz_offset_min: new Date().getTimezoneOffset(),
      screen_bucket: screenBucket(innerWidth),
      pointer_kinds: POINTERS.reduce((bits, query, i) => bits + (matchesMedia(query) ? 1 << i : 0), 0),
      storage: facts.stores ? 1 : 2,
    }),
  );
  const declared =
    (navigator.webdriver ? 1 : 0) +
    (/Headless/.test(navigator.userAgent) ? 2 : 0) +
    (Object.keys(window).some((name) => DRIVERS.test(name)) ? 4 : 0);
  if (declared) log(automation({ automation: declared }));
};

/**
 * Coarse facts about the device (code 101): how many languages, not which; steps, not sizes. Too little to recognise anyone by. And
 * whether the browser says that a program drives it (403). Told when the page has had its start.
 */
export const environment: Signal = () => later(tell, 0);
