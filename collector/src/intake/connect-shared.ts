import { randomBytes } from 'node:crypto';
import { Redis } from 'ioredis';
import { RateLimiterRedis, RateLimiterRes } from 'rate-limiter-flexible';
import type { Logger } from '../logger.ts';
import type { Metrics } from '../metrics.ts';
import { createGrantUses, type GrantUses } from './grants.ts';
import { createMemoryStore, type LimitBucket, type LimitStore } from './limiter.ts';
import type { Claim, Replays } from './replays.ts';

/** What several collectors share: limits, uses of grants, and which batches are kept. */
export interface Shared {
  readonly storeOf: (name: string, bucket: LimitBucket) => LimitStore;
  readonly grantUses: GrantUses;
  readonly replays: Replays;
  stop(): void;
}

export interface SharedOptions {
  readonly url: string;
  /** How long a kept batch is remembered, seconds. */
  readonly rememberSeconds: number;
  readonly monotonic: () => number;
  readonly metrics: Metrics;
  readonly log: Pick<Logger, 'info' | 'warn'>;
}

/** An answer that takes longer is none: the intake must not wait for Redis. */
const ANSWER_MS = 250;
/** After no answer, Redis is not asked for so long: one that hangs must not slow every batch. */
const QUIET_MS = 1_000;
/** How long a claim stands when its collector dies; longer than any sync of a disk that still works. */
const CLAIM_MS = 30_000;

/**
 * Connects to Redis or Valkey, 7 or later. When it does not answer, everything goes on: limits and grants are counted by each
 * collector for itself, and a batch that two collectors get is stored twice until compaction drops one; counted as
 * `gander_limiter_fallbacks_total`, seen as `gander_redis_up`.
 */
export const connectShared = (options: SharedOptions): Shared => {
  const { metrics, log } = options;
  const redis = new Redis(options.url, {
    enableOfflineQueue: false,
    maxRetriesPerRequest: 0,
    commandTimeout: ANSWER_MS,
    connectTimeout: 2_000,
    retryStrategy: (times) => Math.min(times * 100, 2_000),
  });
  let up = false;
  let quietUntil = 0;
  redis.on('ready', () => {
    up = true;
    log.info('redis answers');
  });
  redis.on('close', () => {
    if (up) log.warn('redis does not answer: limits are local');
    up = false;
  });
  // Said by `close`; without a listener it would end the process.
  redis.on('error', () => undefined);
  metrics.onScrape(() => metrics.set('gander_redis_up', up ? 1 : 0));

  /** Asks Redis; undefined when it gave no answer. */
  const ask = async <T>(question: () => Promise<T>): Promise<T | undefined> => {
    try {
      if (up && options.monotonic() >= quietUntil) return await question();
    } catch (error) {
      if (error instanceof RateLimiterRes) throw error;
      quietUntil = options.monotonic() + QUIET_MS;
    }
    metrics.count('gander_limiter_fallbacks_total');
    return undefined;
  };

  const localUses = createGrantUses(options.monotonic);
  const own = randomBytes(8).toString('hex');
  const keyOf = (session: string, batchSeq: number) => `gander:batch:${session}:${batchSeq}`;
  return {
    storeOf: (name, bucket) => {
      const local = createMemoryStore(name, bucket);
      const { points, seconds } = bucket;
      const keyPrefix = `gander:limit:${name}`;
      const shared = new RateLimiterRedis({ storeClient: redis, keyPrefix, points, duration: seconds });
      return {
        consume: async (key, count) =>
          (await ask(() => shared.consume(key, count))) ?? local.consume(key, count),
      };
    },
    grantUses: {
      use: async (grant, seconds) => {
        const key = `gander:grant:${grant}`;
        const answers = await ask(() => redis.multi().incr(key).expire(key, seconds).exec());
        const count = answers?.[0]?.[1];
        return typeof count === 'number' ? count : localUses.use(grant, seconds);
      },
    },
    replays: {
      claim: async (session, batchSeq): Promise<Claim> => {
        const held = await ask(() => redis.set(keyOf(session, batchSeq), own, 'PX', CLAIM_MS, 'NX', 'GET'));
        if (held === 'kept') return 'kept';
        return held === undefined || held === null || held === own ? 'claimed' : 'elsewhere';
      },
      keep: (session, batchSeq) =>
        void ask(() => redis.set(keyOf(session, batchSeq), 'kept', 'EX', options.rememberSeconds)),
      giveUp: (session, batchSeq) => void ask(() => redis.del(keyOf(session, batchSeq))),
    },
    stop: () => redis.disconnect(),
  };
};
