import type { HealthAnswer } from './api.ts';
import type { ApiContext } from './context.ts';

/** How journal, landing and live store are doing, and what went to the dead letters. */
export const readHealth = async (context: ApiContext): Promise<HealthAnswer> => {
  const { transactions, batches, bytes, evicted } = context.live.stats();
  const dead = await context.lake
    .query(
      `select reason, count(*) as n, max(dt || 'T' || hour || ':00:00Z') as newest from dead_letter group by reason order by n desc`,
    )
    .catch(() => ({ rows: [] }));
  return {
    live: { transactions, batches, bytes, evictedForMemory: evicted.memory },
    landing: context.health?.landing() ?? null,
    metrics: (await context.health?.metrics()) ?? [],
    deadLetters: dead.rows.map((r) => ({
      reason: String(r.reason),
      n: Number(r.n),
      newestMs: typeof r.newest === 'string' ? Date.parse(r.newest) : null,
    })),
  };
};
