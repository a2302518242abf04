/** Where time comes from; tests bring their own. */
export interface Clock {
  /** Wall clock, ms since 1970. */
  readonly now: () => number;
  /** Monotonic clock, ms from some start. */
  readonly monotonic: () => number;
}

export const systemClock: Clock = { now: Date.now, monotonic: () => performance.now() };

/** The wall clock for tokens, which knows when it has been set. */
export interface TokenClock {
  /** Wall clock, ms since 1970. */
  readonly now: () => number;
  /**
   * By how much the clock was set, ms, in each of the last jumps: a token made before a jump is still good by the clock of then.
   * Empty nearly always.
   */
  shifts(): readonly number[];
}

/** Slower drifts are what NTP does, and within the tolerated skew. */
const JUMP_MS = 2_000;
/** By then every token in use has been renewed. */
const REMEMBER_MS = 1_800_000;

/**
 * Notices jumps of the wall clock against the monotonic one, so that setting the clock does not expire every session at once.
 * @param onJump told of each
 */
export const createTokenClock = (clock: Clock, onJump: () => void): TokenClock => {
  let offset = clock.now() - clock.monotonic();
  let jumps: { readonly shift: number; readonly until: number }[] = [];
  let shifts: readonly number[] = [];
  const update = (): void => {
    shifts = jumps.map((j) => j.shift);
  };
  return {
    now: () => {
      const now = clock.now();
      const monotonic = clock.monotonic();
      const moved = now - monotonic - offset;
      if (moved > JUMP_MS || moved < -JUMP_MS) {
        // Shifts add up: a token from before the last two jumps is off by both.
        jumps = [
          ...jumps.map((j) => ({ ...j, shift: j.shift + moved })),
          { shift: moved, until: monotonic + REMEMBER_MS },
        ].slice(-4);
        update();
        onJump();
      }
      offset += moved;
      if (jumps.length > 0 && jumps[0]!.until < monotonic) {
        jumps = jumps.slice(1);
        update();
      }
      return now;
    },
    shifts: () => shifts,
  };
};
