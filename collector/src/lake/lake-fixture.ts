import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { gzipSync } from 'node:zlib';
import type { LakeRow } from '@gander/log-codes';
import { partitionOf } from '../landing/object-keys.ts';
import { rowLine } from '../landing/rows.ts';
import { compactLake } from './compact-lake.ts';
import type { LakeStore } from './lake-store.ts';
import { createLocalStore } from './local-store.ts';
import { openDuck } from './open-duck.ts';
import { type Lake, openLake } from './open-lake.ts';

/** 2026-09-21 14:13:20 UTC. */
export const RECEIVED = 1_790_000_000_000;
export const HOUR = 3_600_000;

/** A row as landing writes it: a paste, received at {@link RECEIVED}. For tests. */
export const rowAt = (
  seq: number,
  over: Partial<LakeRow> & { readonly receivedMs?: number } = {},
): LakeRow => {
  const { receivedMs = RECEIVED, ...rest } = over;
  return {
    merchant: '00112233445566ff',
    session: 'ab'.repeat(16),
    transaction: 'order_1',
    log_seq: seq,
    batch_seq: 0,
    code: 1220,
    event_ts: receivedMs - 10,
    lag_ms: 10,
    skew_ms: 0,
    assurance: 2,
    late: false,
    collector: 'c1',
    ...rest,
  } as LakeRow;
};

export interface LakeFixture {
  readonly dataDir: string;
  readonly store: LakeStore;
  /** Puts an object of landing; its rows belong to one partition. @param shards how many there are, default 1 */
  land(name: string, rows: readonly LakeRow[], shards?: number): void;
  /** Compacts with the clock at `nowMs`, by default two days after {@link RECEIVED}. */
  compact(nowMs?: number, store?: LakeStore): ReturnType<typeof compactLake>;
  rows(sql: string): Promise<readonly Record<string, unknown>[]>;
  /** Opened at its first use. */
  lake(): Promise<Lake>;
  remove(): void;
}

/** A lake in a folder of its own. */
export const createLakeFixture = (): LakeFixture => {
  const dataDir = mkdtempSync(join(tmpdir(), 'gander-lake-'));
  const store = createLocalStore(dataDir);
  let opened: Lake | undefined;
  const lake = async (): Promise<Lake> => (opened ??= await openLake({ dataDir }));
  return {
    dataDir,
    store,
    land(name, rows, shards = 1) {
      const { event_ts, lag_ms, merchant } = rows[0]!;
      const path = join(
        dataDir,
        'landing/logs',
        partitionOf(event_ts + lag_ms, merchant, shards),
        `${name}.ndjson.gz`,
      );
      mkdirSync(dirname(path), { recursive: true });
      writeFileSync(path, gzipSync(`${rows.map(rowLine).join('\n')}\n`));
    },
    async compact(nowMs = RECEIVED + 48 * HOUR, over = store) {
      const duck = await openDuck({ scratch: store.scratch, memoryLimit: '500MB' });
      try {
        return await compactLake({ duck, store: over, nowMs, graceMs: 300_000 });
      } finally {
        duck.close();
      }
    },
    lake,
    rows: async (sql) => (await (await lake()).query(sql)).rows,
    remove() {
      opened?.close();
      rmSync(dataDir, { recursive: true, force: true });
    },
  };
};
