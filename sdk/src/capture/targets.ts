import { isUnder, SECRET_MARK } from '../mask/is-under.ts';
import { CONTROLS } from '../mask/names-of.ts';
import { now } from '../natives.ts';
import { facts } from '../running.ts';

/** Values of the attribute `via`. */
export const POINTER = 1;
export const KEYBOARD = 2;
export const SCRIPT = 3;

/** What brought about what happens now: what was pressed last, when that was within a second. 0 where nobody watches the pointer. */
export const via = (): number => {
  const { keyAt, pointerAt } = facts;
  if (!pointerAt) return 0;
  if (now() - Math.max(keyAt, pointerAt) > 1_000) return SCRIPT;
  return keyAt > pointerAt ? KEYBOARD : POINTER;
};

/** So long after a person's press a page may do what it asked for, as browsers have it (https://html.spec.whatwg.org/#transient-activation-duration). */
const ASKED_MS = 5_000;

/**
 * Whether what a page did from then on may be what a person asked for by a press. Where the signal `pointer` was not picked only keys are seen.
 * @param at default now
 * @param clickAt of a click seen by other means
 */
export const isAsked = (at = now(), clickAt = -1e9): boolean =>
  at - Math.max(clickAt, facts.keyAt, facts.pointerAt || clickAt) < ASKED_MS;

/** The element that has the focus, also inside open shadow roots. */
export const focused = (): Element | null => {
  let { activeElement } = document;
  while (activeElement?.shadowRoot?.activeElement) ({ activeElement } = activeElement.shadowRoot);
  return activeElement;
};

/** The element an event happened in, also inside an open shadow root. */
export const targetOf = (event: Event): Element => event.composedPath()[0] as Element;

/** Whether it happened under what the page marks as secret: on a pad of buttons for a PIN each click is a key. */
export const isInSecret = (event: Event): boolean => isUnder(targetOf(event), SECRET_MARK);

/** The element an event happened in, when it is a form field. */
export const fieldOf = (event: Event): Element | undefined => {
  const element = targetOf(event);
  return isField(element) ? element : undefined;
};

/** Types of inputs that are buttons: `submit`, `button`, `reset`, `image`. */
const BUTTONS = /^(su|bu|re|im)/;

/**
 * Whether a person can enter something there. A custom element that got the event itself may hide a field in a closed shadow root: unless it can
 * have the focus itself (`tabindex`), as buttons have. Those that belong to a form are fields in any case.
 */
export const isField = (element: Element): boolean => {
  const { localName, type } = element as HTMLInputElement;
  return (
    element.nodeType === 1 &&
    ((element.matches(CONTROLS) && !BUTTONS.test(type)) ||
      (element as HTMLElement).isContentEditable ||
      (/-/.test(localName) &&
        (!element.hasAttribute('tabindex') ||
          !!(customElements.get(localName) as { formAssociated?: boolean } | undefined)?.formAssociated)))
  );
};
