import { hidden, visible, windowBack, windowLeft } from '@gander/log-codes/encode';
import { type Context, ms } from './context.ts';
import type { Frames } from './frames.ts';

/**
 * Where the person is (codes 300 to 303): tab hidden and back, window left and back. Leaving sends what there is: on a phone a hidden
 * tab often never comes back.
 * @returns how long the page was visible so far, in ms
 */
export const captureAttention = (context: Context, frames: Frames): (() => number) => {
  const { page, log, now } = context;
  let hiddenAt: number | undefined = document.hidden ? now() : undefined;
  let leftAt: number | undefined;
  let shownAt = now();
  let active = 0;

  page.on(document, 'visibilitychange', () => {
    if (context.left) return;
    if (document.hidden) {
      if (hiddenAt !== undefined) return;
      hiddenAt = now();
      active += hiddenAt - shownAt;
      log(hidden());
      context.leave();
    } else if (hiddenAt !== undefined) {
      shownAt = context.visibleAt = now();
      log(visible({ duration_ms: ms(shownAt - hiddenAt) }));
      hiddenAt = undefined;
    }
  });
  page.on(window, 'blur', ({ target }) => {
    if (target !== window) return;
    const at = now();
    // A hidden tab says so itself, and a frame that took the focus is still this window: both are known a moment later.
    context.setTimeout(() => {
      if (document.hidden || frames.enter() || document.hasFocus()) return;
      leftAt = at;
      log(windowLeft());
    }, 0);
  });
  page.on(window, 'focus', ({ target }) => {
    if (target !== window) return;
    frames.leave();
    if (leftAt === undefined) return;
    log(windowBack({ duration_ms: ms(now() - leftAt) }));
    leftAt = undefined;
  });

  return () => ms(active + (hiddenAt === undefined ? now() - shownAt : 0));
};
