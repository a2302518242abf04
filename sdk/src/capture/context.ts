import type { Log } from '@gander/log-codes/encode';
import type { Guard } from '../guard.ts';
import type { createFieldClassifier } from '../mask/create-field-classifier.ts';
import type { Page } from '../page.ts';

/** Values of the attribute `via`. */
export const POINTER = 1;
export const KEYBOARD = 2;
export const SCRIPT = 3;

/** What every capture is given, and the few facts that captures share. Times are those of `now`. */
export interface Context {
  readonly page: Page;
  readonly fields: ReturnType<typeof createFieldClassifier>;
  /** Milliseconds since navigation start. */
  readonly now: () => number;
  /** Guarded. */
  readonly setTimeout: (work: () => void, ms: number) => void;
  readonly guard: Guard;
  log(log: Log): void;
  /** The page may be gone the next moment: summaries are made and everything is sent. */
  leave(): void;
  /** What makes summaries. */
  readonly onLeave: (() => void)[];
  sinceReady(): number;
  /** When a key or a pointer was last pressed. */
  keyAt: number;
  pointerAt: number;
  /** When anything was last done by a person. */
  activeAt: number;
  /** When a person last clicked, also by Enter. */
  clickAt: number;
  /** When the tab last came back; undefined when it never left. */
  visibleAt: number | undefined;
  /** Whether the page was left: between `pagehide` and a return from the back-forward cache. */
  left: boolean;
  /** Whether the main pointer is a finger: keys then come from the screen. */
  softKeyboard: boolean;
}

/** Whole milliseconds, never negative. */
export const ms = (time: number): number => Math.max(0, Math.round(time));

/** What brought about what happens now: what was pressed last, when that was within a second. */
export const viaOf = ({ now, keyAt, pointerAt }: Context): number => {
  if (now() - Math.max(keyAt, pointerAt) > 1_000) return SCRIPT;
  return keyAt > pointerAt ? KEYBOARD : POINTER;
};

/** The element an event happened in, also inside an open shadow root. */
export const targetOf = (event: Event): Element => event.composedPath()[0] as Element;

/** The same, when it is a form field. */
export const fieldOf = (event: Event): Element | undefined => {
  const element = targetOf(event);
  return isField(element) ? element : undefined;
};

/** Whether a person can enter something there. A custom element that got the event itself hides its field in a closed shadow root. */
export const isField = (element: Element): boolean =>
  element.nodeType === 1 &&
  (/^(input|select|textarea)$|-/.test(element.localName) || (element as HTMLElement).isContentEditable);
