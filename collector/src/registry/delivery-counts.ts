import type { Kysely } from 'kysely';
import type { RegistryTables } from './tables.ts';

const HOUR_MS = 3_600_000;
const DAY_MS = 24 * HOUR_MS;
/** What was counted in memory is written so often, ms: what a killed process had not written yet is not counted. */
const WRITE_MS = 10_000;
/** Rows of one statement: SQLite takes at most 32,766 parameters, and more than that may wait after an outage. */
const ROWS = 1_000;
/** As long as the lake keeps logs, ms. */
const KEEP_MS = 400 * DAY_MS;

/** What a batch that stored nothing came to: it was kept before, or it was refused by this error (docs/errors.md). */
export type DeliveryFate = 'duplicate' | (string & {});

/** How many batches of a merchant came to something within an hour. */
export interface DeliveryCount {
  readonly merchant: string;
  /** Beginning of the hour, ms since 1970. */
  readonly hourMs: number;
  readonly fate: DeliveryFate;
  readonly n: number;
}

/** Counts, by merchant and hour, of what came and was not stored; all collectors on the database together. */
export interface DeliveryCounts {
  /** Counts one batch; written within ten seconds. */
  add(merchant: string, fate: DeliveryFate): void;
  /** The counts of hours that begin in a stretch of time, ms since 1970. */
  read(merchants: ReadonlySet<string>, fromMs: number, toMs: number): Promise<DeliveryCount[]>;
  /** Writes what is not written yet. @throws when the database does not answer; the counts are then kept for the next time */
  flush(): Promise<void>;
  /** Writes for the last time. */
  stop(): Promise<void>;
}

export interface DeliveryCountsOptions {
  readonly db: Kysely<RegistryTables>;
  /** Server time, ms since 1970. */
  readonly now: () => number;
}

/** The hour that a time lies in. @example hourOf(3_600_001) // 3_600_000 */
export const hourOf = (ms: number): number => Math.floor(ms / HOUR_MS) * HOUR_MS;

/**
 * Starts counting. A merchant has some dozens of rows a day at most, since batches that are stored are not counted here: they are in the lake.
 * @example const counts = startDeliveryCounts({ db, now: Date.now }); counts.add(merchant, 'duplicate'); await counts.stop();
 */
export const startDeliveryCounts = ({ db, now }: DeliveryCountsOptions): DeliveryCounts => {
  let waiting = new Map<string, DeliveryCount>();
  let writing: Promise<void> = Promise.resolve();
  let cleanedMs = 0;

  const put = (count: DeliveryCount): void => {
    const key = `${count.merchant} ${count.hourMs} ${count.fate}`;
    waiting.set(key, { ...count, n: (waiting.get(key)?.n ?? 0) + count.n });
  };

  const insert = (counts: readonly DeliveryCount[]) =>
    db
      .insertInto('delivery_counts')
      .values(counts.map(({ merchant, hourMs, fate, n }) => ({ merchant, hour_ms: hourMs, fate, n })))
      .onConflict((c) =>
        c
          .columns(['merchant', 'hour_ms', 'fate'])
          .doUpdateSet((e) => ({ n: e('delivery_counts.n', '+', e.ref('excluded.n')) })),
      )
      .execute();

  const write = async (): Promise<void> => {
    const counts = [...waiting.values()];
    waiting = new Map();
    if (counts.length === 0) return;
    let written = 0;
    try {
      for (; written < counts.length; written += ROWS) await insert(counts.slice(written, written + ROWS));
    } catch (error) {
      for (const count of counts.slice(written)) put(count);
      throw error;
    }
    if (now() - cleanedMs < DAY_MS) return;
    await db
      .deleteFrom('delivery_counts')
      .where('hour_ms', '<', now() - KEEP_MS)
      .execute();
    cleanedMs = now();
  };
  /** One after the other. */
  const flush = (): Promise<void> => {
    const next = writing.then(write);
    writing = next.catch(() => undefined);
    return next;
  };
  const timer = setInterval(() => void flush().catch(() => undefined), WRITE_MS);
  timer.unref();

  return {
    add: (merchant, fate) => put({ merchant, hourMs: hourOf(now()), fate, n: 1 }),
    flush,
    async read(merchants, fromMs, toMs) {
      await flush();
      if (merchants.size === 0) return [];
      const rows = await db
        .selectFrom('delivery_counts')
        .selectAll()
        .where('merchant', 'in', [...merchants])
        .where('hour_ms', '>=', fromMs)
        .where('hour_ms', '<', toMs)
        .orderBy('hour_ms')
        .orderBy('fate')
        .execute();
      return rows.map(({ merchant, hour_ms, fate, n }) => ({ merchant, hourMs: hour_ms, fate, n }));
    },
    async stop() {
      clearInterval(timer);
      await flush().catch(() => undefined);
    },
  };
};
