import { frameEntered, frameLeft } from '@gander/log-codes/encode';
import { RANKS } from '../mask/words.ts';
import { listen, watch } from '../page.ts';
import { facts, later, log, logNow, type Signal, since, standStill } from '../running.ts';
import { focused } from './targets.ts';

const FRAME_CLASS = 29;
/** From one frame of another origin into the next nothing is told: while the focus is in one, it is looked where it is. */
const LOOK_MS = 400;
/** How many there are; a test holds it against the table. */
export const CLASSES = 32;

export interface Frames {
  /** The focus went into what has the focus now, if that is a frame of another origin. */
  enter(): boolean;
  /** The focus came back. */
  leave(): void;
  /** A hosted field says by itself that it was entered or left (`@gander/sdk/hosted-fields`). */
  hosted(element: Element, field: number, inside: boolean): void;
}

/** Watches a frame of the page's own origin like the page itself. @returns whether it is one */
const watchOwn = (frame: HTMLIFrameElement): boolean => {
  const root = frame.contentDocument;
  if (root) watch(root);
  return !!root;
};

/** Payment frames of other origins (codes 350, 351): only that the focus went in and came back can be seen; by `attention`. */
export const frames: Signal = () => {
  const numbers = new WeakMap<Element, number>();
  let last = 0;
  let inside: { element: Element; frame_no: number; field: number; since: number } | undefined;

  for (const frame of document.querySelectorAll('iframe')) watchOwn(frame);
  listen('load', ({ target }) => {
    if ((target as Element).localName === 'iframe') watchOwn(target as HTMLIFrameElement);
  });

  const enter = (element: Element, field: number): void => {
    // A frame that a hosted field said it is in, too.
    if (inside?.element.contains(element)) return;
    leave(element);
    const frame_no = numbers.get(element) ?? ++last;
    numbers.set(element, frame_no);
    inside = { element, frame_no, field, since: logNow() };
    log(frameEntered({ frame_no, field }));
  };
  /** @param next where the focus is now; a hosted field may say a moment later that the frame is its own: that was no stay */
  const leave = (next?: Element): void => {
    if (!inside) return;
    const { element, frame_no, field, since: from } = inside;
    inside = undefined;
    if (+RANKS[field]! > 2 && !next?.contains(element)) standStill(from, logNow());
    log(frameLeft({ frame_no, field, duration_ms: since(from) }));
  };
  listen('focusin', () => leave());
  let looking = false;
  const lookSoon = (): void => {
    if (!looking) later(look, LOOK_MS);
    looking = true;
  };
  const look = (): void => {
    looking = false;
    // Hosted fields say it themselves, but not what the focus goes to from there.
    if ((inside?.field ?? FRAME_CLASS) === FRAME_CLASS && !facts.frames!.enter()) leave();
  };

  facts.frames = {
    enter() {
      const element = focused();
      if (element?.localName !== 'iframe' || watchOwn(element as HTMLIFrameElement)) return false;
      enter(element, FRAME_CLASS);
      lookSoon();
      return true;
    },
    leave,
    hosted(element, field, entered) {
      if (entered) enter(element, field > 0 && field < CLASSES ? field | 0 : FRAME_CLASS);
      else if (inside?.element === element) {
        leave();
        lookSoon();
      }
    },
  };
};
