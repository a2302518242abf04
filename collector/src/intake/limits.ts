import type { Config } from '../config.ts';
import { createLimiter, createMemoryStore, type Limiter, type LimitStore } from './limiter.ts';

/** Every rate limit of the configuration, by name. */
export type Limits = Readonly<Record<keyof Config['limits'], Limiter>>;

/** @param storeOf makes the store of a limit; in this process by default */
export const createLimits = (
  config: Config['limits'],
  monotonic: () => number,
  storeOf: (name: string, bucket: { points: number; seconds: number }) => LimitStore = createMemoryStore,
): Limits => {
  const entries = Object.entries(config).map(([name, bucket]) => [
    name,
    createLimiter(bucket, storeOf(name, bucket), monotonic),
  ]);
  return Object.fromEntries(entries) as Limits;
};
