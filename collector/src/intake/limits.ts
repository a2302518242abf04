import type { Config } from '../config.ts';
import { QUOTA_NAMES, QUOTAS, type QuotaName } from '../registry/quotas.ts';
import type { Registry } from '../registry/registry.ts';
import {
  createLimiter,
  createMemoryStore,
  type LimitBucket,
  type Limiter,
  type LimitStore,
} from './limiter.ts';

type LimitName = keyof Config['limits'];

/** Every rate limit of the configuration, by name. */
export type Limits = Readonly<Record<LimitName, Limiter>>;

/** What the limits ask of the registry: quotas that merchants have of their own. */
export type QuotaSource = Pick<Registry, 'merchant' | 'merchantOfSiteKey'>;

/** Different quotas of one limit that have a limiter at the same time; beyond it all begin again. */
const MAX_BUCKETS = 1_000;

/**
 * @param storeOf makes the store of a limit; in this process by default
 * @param registry whose quotas stand in for the configuration's numbers; a change counts from the next request on
 */
export const createLimits = (
  config: Config['limits'],
  monotonic: () => number,
  storeOf: (name: string, bucket: LimitBucket) => LimitStore = createMemoryStore,
  registry?: QuotaSource,
): Limits => {
  const entries = (Object.entries(config) as [LimitName, LimitBucket][]).map(([name, bucket]) => {
    const limiterOf = (of: LimitBucket): Limiter => createLimiter(of, storeOf(name, of), monotonic);
    const quota = registry && quotaOf(name, registry);
    return [name, quota ? withQuotas(bucket, limiterOf, quota) : limiterOf(bucket)] as const;
  });
  return Object.fromEntries(entries) as Limits;
};

/** How many a second a key of this limit may, when its merchant has a quota; undefined for limits that no quota is of. */
const quotaOf = (
  limit: LimitName,
  registry: QuotaSource,
): ((key: string) => number | undefined) | undefined => {
  const name: QuotaName | undefined = QUOTA_NAMES.find((q) =>
    (QUOTAS[q].limits as readonly string[]).includes(limit),
  );
  if (!name) return undefined;
  return limit === 'openKey'
    ? (key) => registry.merchantOfSiteKey(key)?.quotas[name]
    : (key) => registry.merchant(key)?.quotas[name];
};

/** Keys with a quota count in a bucket of its size; with a shared store what was spent before still counts. */
const withQuotas = (
  bucket: LimitBucket,
  limiterOf: (bucket: LimitBucket) => Limiter,
  quotaOfKey: (key: string) => number | undefined,
): Limiter => {
  const usual = limiterOf(bucket);
  const own = new Map<number, Limiter>();
  return {
    take: (key) => {
      const quota = quotaOfKey(key);
      if (quota === undefined) return usual.take(key);
      let limiter = own.get(quota);
      if (!limiter) {
        if (own.size >= MAX_BUCKETS) own.clear();
        limiter = limiterOf({ points: quota * bucket.seconds, seconds: bucket.seconds });
        own.set(quota, limiter);
      }
      return limiter.take(key);
    },
  };
};
