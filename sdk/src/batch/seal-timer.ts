/** Milliseconds without a new log after which a batch is sealed. */
export const IDLE_MS = 2_000;
/** Milliseconds from its first log after which a batch is sealed: an idle time alone starves while someone types. */
export const MAX_AGE_MS = 5_000;
/** How often, at most, the running batch is written behind into the outbox. */
export const WRITE_BEHIND_MS = 1_000;

/**
 * Creates the one lazy timer of a running batch. It is not re-armed by each log (that costs three times a keystroke's budget): it
 * wakes at most once a second while a batch is open, looks at the clock, and sets itself again.
 * @returns what to call after each log
 */
export const createSealTimer = (options: {
  now: () => number;
  setTimeout: (work: () => void, ms: number) => unknown;
  /** When the batch's first log came, by `now`. */
  since: () => number;
  seal: () => void;
  /** Called when logs came since the last call and the batch stays open. */
  writeBehind: () => void;
}): (() => void) => {
  const { now, setTimeout, since, seal, writeBehind } = options;
  let armed = false;
  let last = 0;
  let written = 0;

  const arm = (ms: number): void => {
    armed = true;
    setTimeout(wake, ms);
  };
  const wake = (): void => {
    armed = false;
    const wait = Math.min(last + IDLE_MS, since() + MAX_AGE_MS) - now();
    // A timer may come a little early; a few milliseconds are not worth another one.
    if (wait < 5) {
      seal();
      return;
    }
    if (last > written) {
      written = last;
      writeBehind();
    }
    arm(Math.min(wait, WRITE_BEHIND_MS));
  };

  return () => {
    last = now();
    if (!armed) arm(WRITE_BEHIND_MS);
  };
};
