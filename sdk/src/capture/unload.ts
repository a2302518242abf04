import { closeAttempt, resumed, unload as unloadLog } from '@gander/log-codes/encode';
import { on } from '../page.ts';
import { facts, log, logCount, logNow, options, type Signal, since } from '../running.ts';

/** Values of the attribute `exit`. */
const PAGEHIDE = 1;
const FREEZE = 2;
export const SHUTDOWN = 3;
const BFCACHE = 4;

/**
 * The page is left (code 190) or comes back (104). By `pagehide`, `freeze` and `pageshow` only: an `unload` or `beforeunload` listener
 * would keep the page out of the back-forward cache (https://web.dev/articles/bfcache), so the latter (320) is for who asks for it.
 */
export const unload: Signal = () => {
  let leftAt = 0;

  const exit = (how: number): void => {
    if (facts.left) return;
    facts.visits?.end();
    leftAt = logNow();
    // Summaries come first: what follows counts them.
    for (const summarise of facts.summaries) summarise();
    const active_ms = facts.visibleMs?.() ?? since(facts.readyAt);
    log(unloadLog({ exit: how, active_ms, log_count: logCount() + 1 }));
    facts.left = true;
  };
  const back = (): void => {
    if (!facts.left) return;
    facts.left = false;
    log(resumed({ duration_ms: since(leftAt) }));
  };

  // Twice: Firefox stops a script in its midst when it is told to navigate meanwhile (dom.ipc.cancel_content_js_when_navigating).
  for (let times = 2; times--; )
    on<PageTransitionEvent>(window, 'pagehide', ({ persisted }) => exit(persisted ? BFCACHE : PAGEHIDE));
  on<PageTransitionEvent>(window, 'pageshow', ({ persisted }) => persisted && back());
  on(document, 'freeze', () => exit(FREEZE));
  on(document, 'resume', back);
  if (options.closeAttempt) on(window, 'beforeunload', () => log(closeAttempt()));
  facts.exit = exit;
};
