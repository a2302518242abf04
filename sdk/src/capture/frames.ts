import { frameEntered, frameLeft } from '@gander/log-codes/encode';
import { type Context, ms } from './context.ts';

const FRAME_CLASS = 29;

export interface Frames {
  /** The focus went into what has the focus now, if that is a frame of another origin. */
  enter(): boolean;
  /** The focus came back. */
  leave(): void;
  /** A hosted field says by itself that it was entered or left (`@gander/sdk/hosted-fields`). */
  hosted(element: Element, field: number, inside: boolean): void;
}

/**
 * Payment frames of other origins (codes 350, 351): only that the focus went in and came back can be seen. Frames of the page's own
 * origin are watched like the page itself.
 */
export const captureFrames = ({ page, log, now }: Context): Frames => {
  const numbers = new WeakMap<Element, number>();
  let frames = 0;
  let inside: { element: Element; frame_no: number; field: number; since: number } | undefined;

  const own = (frame: HTMLIFrameElement): boolean => {
    const root = frame.contentDocument;
    if (root) page.watch(root);
    return !!root;
  };
  for (const frame of document.querySelectorAll('iframe')) own(frame);
  page.listen('load', ({ target }) => {
    if ((target as Element).localName === 'iframe') own(target as HTMLIFrameElement);
  });

  const enter = (element: Element, field: number): void => {
    if (inside?.element === element) return;
    leave();
    const frame_no = numbers.get(element) ?? ++frames;
    numbers.set(element, frame_no);
    inside = { element, frame_no, field, since: now() };
    log(frameEntered({ frame_no, field }));
  };
  const leave = (): void => {
    if (!inside) return;
    const { frame_no, field, since } = inside;
    inside = undefined;
    log(frameLeft({ frame_no, field, duration_ms: ms(now() - since) }));
  };
  page.listen('focusin', leave);

  return {
    enter() {
      const { activeElement } = document;
      if (activeElement?.localName !== 'iframe' || own(activeElement as HTMLIFrameElement)) return false;
      enter(activeElement, FRAME_CLASS);
      return true;
    },
    leave,
    hosted(element, field, entered) {
      if (entered) enter(element, field);
      else if (inside?.element === element) leave();
    },
  };
};
