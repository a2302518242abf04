import type { RunningBatch } from './running-batch.ts';

/** Milliseconds from its first log after which a batch is sealed. */
export const MAX_AGE_MS = 15_000;
/** The same from the first log in it that an operator waits for. */
export const AWAITED_MS = 2_000;
/** How often, at most, the running batch is written behind into the outbox. */
export const WRITE_BEHIND_MS = 1_000;

/** What an operator who follows the payment waits for: clipboard, filled fields, pay, validation; what is suspicious, and faults. */
const isAwaited = (code: number): boolean => (code > 219 && code < 252) || code > 399;

/**
 * Creates the one lazy timer of a running batch. It is not re-armed by each log (that costs three times a keystroke's budget): it
 * wakes at most once a second while a batch is open, looks at the clock, and sets itself again.
 * @returns what to call after each log, with its code
 */
export const createSealTimer = (options: {
  now: () => number;
  setTimeout: (work: () => void, ms: number) => unknown;
  batch: Pick<RunningBatch, 'logs' | 'since'>;
  seal: () => void;
  /** Called when logs came since the last call and the batch stays open. */
  writeBehind: () => void;
}): ((code: number) => void) => {
  const { now, setTimeout, batch, seal, writeBehind } = options;
  let armed = false;
  let awaitedAt = -1;
  let fresh = false;

  const arm = (ms: number): void => {
    armed = true;
    setTimeout(wake, ms);
  };
  const wake = (): void => {
    armed = false;
    if (!batch.logs) return;
    const { since } = batch;
    const wait = (awaitedAt < since ? since + MAX_AGE_MS : awaitedAt + AWAITED_MS) - now();
    // A timer may come a little early; a few milliseconds are not worth another one.
    if (wait < 5) {
      seal();
      return;
    }
    if (fresh) writeBehind();
    fresh = false;
    arm(Math.min(wait, WRITE_BEHIND_MS));
  };

  return (code) => {
    fresh = true;
    if (isAwaited(code) && awaitedAt < batch.since) awaitedAt = now();
    if (!armed) arm(WRITE_BEHIND_MS);
  };
};
