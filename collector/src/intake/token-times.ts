import type { TokenClock } from './clock.ts';
import type { TokenFields } from './token.ts';

export interface TokenTimesOptions {
  readonly ttlSeconds: number;
  readonly sessionSeconds: number;
  readonly skewSeconds: number;
  readonly lateSeconds: number;
}

/** Where a token stands in time. */
export type TokenAge = 'fresh' | 'late' | 'expired' | 'early';

/** Judges tokens by the clock, and says how they are renewed. */
export interface TokenTimes {
  ageOf(token: TokenFields): TokenAge;
  /** The times of a token for a new session, or, of `token`'s session, for the same one; undefined when that session is over. */
  next(token?: TokenFields): { issued: number; expires: number } | undefined;
  /**
   * As {@link TokenTimes.next}, when less than a third of its life is left and renewing helps: also of a late one, so that a page that
   * slept is on time with its next batch. Nothing moves the session's end, so that no token, stolen or not, outlives it.
   */
  renewal(token: TokenFields): { issued: number; expires: number } | undefined;
}

/** See {@link TokenTimes}. */
export const createTokenTimes = (clock: TokenClock, options: TokenTimesOptions): TokenTimes => {
  const { ttlSeconds, sessionSeconds, skewSeconds, lateSeconds } = options;
  const ageAt = (token: TokenFields, now: number): TokenAge => {
    if (token.issued > now + skewSeconds) return 'early';
    if (now <= token.expires + skewSeconds) return 'fresh';
    return now <= token.expires + skewSeconds + lateSeconds ? 'late' : 'expired';
  };
  /** The jump of the clock, in seconds, before which the token was good; 0 when there was none, or it is good now. */
  const shiftOf = (token: TokenFields, now: number): number => {
    if (ageAt(token, now) === 'fresh') return 0;
    for (const shift of clock.shifts()) {
      const seconds = Math.round(shift / 1_000);
      if (ageAt(token, now - seconds) === 'fresh') return seconds;
    }
    return 0;
  };
  const seconds = (): number => Math.floor(clock.now() / 1_000);
  const next: TokenTimes['next'] = (token) => {
    const now = seconds();
    if (!token) return { issued: now, expires: now + ttlSeconds };
    const issued = token.issued + shiftOf(token, now);
    const expires = Math.min(now + ttlSeconds, issued + sessionSeconds);
    return expires > now ? { issued, expires } : undefined;
  };
  return {
    ageOf: (token) => {
      const now = seconds();
      return ageAt(token, now - shiftOf(token, now));
    },
    next,
    renewal: (token) => {
      const now = seconds();
      const shift = shiftOf(token, now);
      if (shift === 0 && (token.expires - now) * 3 > ttlSeconds) return;
      const age = ageAt(token, now - shift);
      if (age !== 'fresh' && age !== 'late') return;
      const times = next(token);
      // Near the session's end a renewal would gain nothing.
      return times && (shift !== 0 || times.expires > token.expires + 10) ? times : undefined;
    },
  };
};
