import { active, idle } from '@gander/log-codes/encode';
import { type Context, ms } from './context.ts';

/** Nothing for so long is idle. */
export const IDLE_MS = 30_000;

/** Idle and active again (codes 310, 311), by one timer that looks at the clock: no event pays for it. */
export const captureIdle = (context: Context): void => {
  const { log, now } = context;
  let idleFrom: number | undefined;
  const look = (): void => {
    const quiet = now() - context.activeAt;
    if (idleFrom !== undefined && context.activeAt > idleFrom) {
      log(active({ duration_ms: ms(context.activeAt - idleFrom) }));
      idleFrom = undefined;
    } else if (idleFrom === undefined && quiet >= IDLE_MS && !document.hidden) {
      idleFrom = context.activeAt;
      log(idle());
    }
    // While idle, often enough to see the end of it soon.
    context.setTimeout(look, idleFrom === undefined ? Math.max(1_000, IDLE_MS - quiet) : 1_000);
  };
  context.setTimeout(look, IDLE_MS);
};
