import { resumed, unload } from '@gander/log-codes/encode';
import { type Context, ms } from './context.ts';
import type { FieldVisits } from './field-visits.ts';

/** Values of the attribute `exit`. */
const PAGEHIDE = 1;
const FREEZE = 2;
const BFCACHE = 4;

/**
 * The page is left (code 190) or comes back (104). By `pagehide`, `freeze` and `pageshow` only: an `unload` listener would keep the
 * page out of the back-forward cache (https://web.dev/articles/bfcache).
 */
export const captureUnload = (
  context: Context,
  visits: FieldVisits,
  activeMs: () => number,
  logCount: () => number,
): void => {
  const { page, log, now } = context;
  let leftAt: number | undefined;

  const left = (exit: number): void => {
    if (leftAt !== undefined) return;
    leftAt = now();
    context.left = true;
    visits.end(leftAt);
    log(unload({ exit, active_ms: activeMs(), log_count: logCount() + 1 }));
    context.leave();
  };
  const back = (): void => {
    if (leftAt === undefined) return;
    log(resumed({ duration_ms: ms(now() - leftAt) }));
    leftAt = undefined;
    context.left = false;
  };

  page.on<PageTransitionEvent>(window, 'pagehide', ({ persisted }) => left(persisted ? BFCACHE : PAGEHIDE));
  page.on<PageTransitionEvent>(window, 'pageshow', ({ persisted }) => persisted && back());
  page.on(document, 'freeze', () => left(FREEZE));
  page.on(document, 'resume', back);
};
