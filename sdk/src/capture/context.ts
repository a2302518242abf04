import type { Log } from '@gander/log-codes/encode';
import type { Guard } from '../guard.ts';
import type { createFieldClassifier } from '../mask/create-field-classifier.ts';
import type { Page } from '../page.ts';

/** Values of the attribute `via`. */
export const POINTER = 1;
export const KEYBOARD = 2;
export const SCRIPT = 3;

/** What every capture is given, and the few facts that captures share. */
export interface Context {
  readonly page: Page;
  readonly fields: ReturnType<typeof createFieldClassifier>;
  /** Milliseconds since navigation start; event times are of the same clock. */
  readonly now: () => number;
  /** Guarded. */
  readonly setTimeout: (work: () => void, ms: number) => void;
  readonly guard: Guard;
  log(log: Log): void;
  /** The page may be gone the next moment. */
  leave(): void;
  /** When the SDK started. */
  readonly readyAt: number;
  /** When a key or a pointer was last pressed. */
  keyAt: number;
  pointerAt: number;
  /** When anything was last done by a person. */
  activeAt: number;
  /** When the tab last came back; undefined when it never left. */
  visibleAt: number | undefined;
  /** Whether the page was left: between `pagehide` and a return from the back-forward cache. */
  left: boolean;
}

/** Whole milliseconds, never negative. */
export const ms = (time: number): number => Math.max(0, Math.round(time));

/** What brought about an event of that time: what was pressed last, when that was within a second. */
export const viaAt = (context: Context, time: number): number => {
  const { keyAt, pointerAt } = context;
  if (time - Math.max(keyAt, pointerAt) > 1_000) return SCRIPT;
  return keyAt > pointerAt ? KEYBOARD : POINTER;
};

/** The form field an event happened in, also inside an open shadow root; undefined when it was none. */
export const fieldOf = (event: Event): Element | undefined => {
  const element = event.composedPath()[0] as HTMLElement | undefined;
  return element && isField(element) ? element : undefined;
};

/** Whether a person can enter something there. A custom element that got the event itself hides its field in a closed shadow root. */
export const isField = (element: Element): boolean =>
  element.nodeType === 1 &&
  (/^(input|select|textarea)$|-/.test(element.localName) || (element as HTMLElement).isContentEditable);
