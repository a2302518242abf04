import { RateLimiterMemory, RateLimiterRes } from 'rate-limiter-flexible';

/** Points a key may spend in a window. */
export interface LimitBucket {
  readonly points: number;
  readonly seconds: number;
}

/** One rate limit. */
export interface Limiter {
  /**
   * Spends one point; a promise only when the store must be asked.
   * @returns 0; over the limit, the seconds to wait; with less than a fifth left, minus the seconds until the bucket is full again
   */
  take(key: string): number | Promise<number>;
}

/** What keeps the counts: this process, or Redis with this process behind it. */
export interface LimitStore {
  /** Spends points. Resolves with the ms left of the window; rejects with a RateLimiterRes when there are too few. */
  consume(key: string, points: number): Promise<RateLimiterRes>;
}

/** Keeps the counts in this process. */
export const createMemoryStore = (name: string, bucket: LimitBucket): LimitStore =>
  new RateLimiterMemory({ keyPrefix: name, points: bucket.points, duration: bucket.seconds });

interface Lease {
  left: number;
  /** Whether less than a fifth of the bucket is left. */
  near: boolean;
  /** Monotonic end of the window, ms. */
  until: number;
}

/** A limit is near when less than this part of its bucket is left. */
const NEAR = 0.2;

const secondsOf = (ms: number): number => Math.max(1, Math.ceil(ms / 1_000));

/** Leases kept at most; beyond it all are dropped, which only costs the store some more questions. */
const MAX_LEASES = 50_000;

/**
 * Takes points from the store a hundredth of the bucket at a time and spends them here, so that of large buckets most batches ask
 * nobody, also with Redis; one of 100 points, as a session's is by default, is asked each time. A key can lose at most one such lease
 * of its points a window in each collector; none is ever spent twice.
 */
export const createLimiter = (bucket: LimitBucket, store: LimitStore, monotonic: () => number): Limiter => {
  const size = Math.max(1, Math.floor(bucket.points / 100));
  const leases = new Map<string, Lease>();
  /** Keys known to be over, until when: a flood does not reach the store. */
  const over = new Map<string, number>();

  const ask = async (key: string, now: number): Promise<number> => {
    try {
      const result = await store.consume(key, size);
      const near = result.remainingPoints < bucket.points * NEAR;
      if (size > 1) {
        if (leases.size >= MAX_LEASES) leases.clear();
        const lease = leases.get(key);
        const until = now + result.msBeforeNext;
        leases.set(key, { left: size - 1 + (lease && lease.until > now ? lease.left : 0), near, until });
      }
      return near ? -secondsOf(result.msBeforeNext) : 0;
    } catch (error) {
      if (!(error instanceof RateLimiterRes)) throw error;
      if (over.size >= MAX_LEASES) over.clear();
      over.set(key, now + error.msBeforeNext);
      return secondsOf(error.msBeforeNext);
    }
  };

  return {
    take: (key) => {
      const now = monotonic();
      const lease = leases.get(key);
      if (lease && lease.left > 0 && lease.until > now) {
        lease.left--;
        return lease.near ? -secondsOf(lease.until - now) : 0;
      }
      const until = over.get(key);
      if (until !== undefined) {
        if (until > now) return secondsOf(until - now);
        over.delete(key);
      }
      return ask(key, now);
    },
  };
};
