import type { RunningBatch } from './running-batch.ts';

/** Milliseconds from its first log after which a batch is sealed. */
export const MAX_AGE_MS = 15_000;
/** The same from the first log in it that an operator waits for. */
export const AWAITED_MS = 2_000;
/** How often, at most, the running batch is written behind into the outbox. */
export const WRITE_BEHIND_MS = 1_000;

/**
 * What an operator who follows the payment waits for: clipboard, filled fields, pay, validation, rage clicks; what is suspicious, and faults.
 * Summaries of pointer and scrolling are among these numbers; they come when the batch is sealed anyway.
 */
const isAwaited = (code: number): boolean => (code > 219 && code < 300) || code > 399;

/**
 * Creates the two lazy timers of a running batch: one writes behind, a second after a log and not again before the next; one seals. Neither is
 * re-armed by each log (that costs three times a keystroke's budget): when it wakes it looks at the clock. While someone types no logs are
 * made, and so neither wakes then but to seal.
 * @param writeBehind called when logs came since the last call and the batch stays open
 * @returns what to call after each log, with its code
 */
export const createSealTimer = (
  now: () => number,
  setTimeout: (work: () => void, ms: number) => unknown,
  batch: Pick<RunningBatch, 'logs' | 'since'>,
  seal: () => void,
  writeBehind: () => void,
): ((code: number) => void) => {
  let writes = false;
  let awaitedAt = -1;
  /** When the timer that seals will wake; 0 for never. */
  let sealAt = 0;

  const look = (): void => {
    if (!batch.logs) return;
    const { since } = batch;
    const due = awaitedAt < since ? since + MAX_AGE_MS : awaitedAt + AWAITED_MS;
    const wait = due - now();
    // A timer may come a little early; a few milliseconds are not worth another one.
    if (wait < 5) seal();
    else if (sealAt !== due) {
      sealAt = due;
      setTimeout(() => {
        sealAt = 0;
        look();
      }, wait);
    }
  };

  return (code) => {
    if (isAwaited(code) && awaitedAt < batch.since) awaitedAt = now();
    if (writes) return;
    writes = true;
    setTimeout(() => {
      writes = false;
      if (batch.logs) writeBehind();
      look();
    }, WRITE_BEHIND_MS);
  };
};
