import { closeAttempt, resumed, unload } from '@gander/log-codes/encode';
import { type Context, ms } from './context.ts';
import type { FieldVisits } from './field-visits.ts';

/** Values of the attribute `exit`. */
const PAGEHIDE = 1;
const FREEZE = 2;
export const SHUTDOWN = 3;
const BFCACHE = 4;

/**
 * The page is left (code 190) or comes back (104). By `pagehide`, `freeze` and `pageshow` only: an `unload` or `beforeunload` listener
 * would keep the page out of the back-forward cache (https://web.dev/articles/bfcache), so the latter (320) is for who asks for it.
 * @returns logs that the page is left
 */
export const captureUnload = (
  context: Context,
  visits: FieldVisits,
  activeMs: () => number,
  logCount: () => number,
  withCloseAttempt: boolean | undefined,
): ((exit: number) => void) => {
  const { page, log, now } = context;
  let leftAt = 0;

  const leave = (exit: number): void => {
    if (context.left) return;
    visits.end();
    leftAt = now();
    // Summaries come first: what follows counts them.
    for (const summarise of context.onLeave) summarise();
    log(unload({ exit, active_ms: activeMs(), log_count: logCount() + 1 }));
    context.left = true;
    context.leave();
  };
  const back = (): void => {
    if (!context.left) return;
    context.left = false;
    log(resumed({ duration_ms: ms(now() - leftAt) }));
  };

  page.on<PageTransitionEvent>(window, 'pagehide', ({ persisted }) => leave(persisted ? BFCACHE : PAGEHIDE));
  page.on<PageTransitionEvent>(window, 'pageshow', ({ persisted }) => persisted && back());
  page.on(document, 'freeze', () => leave(FREEZE));
  page.on(document, 'resume', back);
  if (withCloseAttempt) page.on(window, 'beforeunload', () => log(closeAttempt()));
  return leave;
};
