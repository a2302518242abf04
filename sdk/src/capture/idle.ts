import { active, idle as idleLog } from '@gander/log-codes/encode';
import { now } from '../natives.ts';
import { isHidden, on } from '../page.ts';
import { facts, later, log, ms, type Signal } from '../running.ts';

/** Nothing for so long is idle. */
export const IDLE_MS = 30_000;

/** Idle and active again (codes 310, 311), by one timer that looks at the clock: no event pays for it. */
export const idle: Signal = () => {
  let idleFrom: number | undefined;
  let waiting = true;
  const look = (): void => {
    // Nobody does anything in a hidden tab.
    waiting = !isHidden();
    if (!waiting) return;
    const activeAt = Math.max(facts.activeAt, facts.keyAt);
    const quiet = now() - activeAt;
    if (idleFrom !== undefined && activeAt > idleFrom) {
      log(active({ duration_ms: ms(activeAt - idleFrom) }));
      idleFrom = undefined;
    } else if (idleFrom === undefined && quiet >= IDLE_MS) {
      idleFrom = activeAt;
      log(idleLog());
    }
    // While idle, often enough to see the end of it soon.
    later(look, idleFrom === undefined ? Math.max(1_000, IDLE_MS - quiet) : 1_000);
  };
  later(look, IDLE_MS);
  on(document, 'visibilitychange', () => {
    if (isHidden()) return;
    // Who comes back does something.
    facts.activeAt = now();
    if (!waiting) look();
  });
};
