import { hidden, visible, windowBack, windowLeft } from '@gander/log-codes/encode';
import { isHidden, on } from '../page.ts';
import { facts, later, log, logNow, ms, type Signal, since } from '../running.ts';

/** Where the person is (codes 300 to 303): tab hidden and back, window left and back. */
export const attention: Signal = () => {
  let hiddenAt: number | undefined = isHidden() ? logNow() : undefined;
  let leftAt: number | undefined;
  let shownAt = logNow();
  let shown = 0;

  on(document, 'visibilitychange', () => {
    if (facts.left) return;
    if (isHidden()) {
      if (hiddenAt !== undefined) return;
      hiddenAt = logNow();
      shown += hiddenAt - shownAt;
      log(hidden());
    } else if (hiddenAt !== undefined) {
      shownAt = facts.visibleAt = logNow();
      log(visible({ duration_ms: ms(shownAt - hiddenAt) }));
      hiddenAt = undefined;
    }
  });
  on(window, 'blur', ({ target }) => {
    if (target !== window) return;
    const at = logNow();
    // A hidden tab says so itself, and a frame that took the focus is still this window: both are known a moment later.
    later(() => {
      if (isHidden() || facts.frames?.enter() || document.hasFocus()) return;
      leftAt = at;
      log(windowLeft());
    }, 0);
  });
  on(window, 'focus', ({ target }) => {
    if (target !== window) return;
    facts.frames?.leave();
    if (leftAt === undefined) return;
    log(windowBack({ duration_ms: since(leftAt) }));
    leftAt = undefined;
  });

  // In the back-forward cache nobody sees the page; `visibilitychange` comes after it was left.
  on(window, 'pagehide', () => {
    shown = facts.visibleMs!();
    hiddenAt ??= logNow();
  });
  on<PageTransitionEvent>(window, 'pageshow', ({ persisted }) => {
    if (!persisted || isHidden()) return;
    hiddenAt = undefined;
    shownAt = logNow();
  });

  facts.visibleMs = () => ms(shown + (hiddenAt === undefined ? logNow() - shownAt : 0));
};
