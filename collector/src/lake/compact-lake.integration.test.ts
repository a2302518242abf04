import { createHash } from 'node:crypto';
import { readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import {
  LAKE_COLUMNS,
  type LakeRow,
  MERCHANT_COLUMNS,
  PARTITION_COLUMNS,
  shardOf,
  TRANSACTION_COLUMNS,
} from '@gander/log-codes';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { createLakeFixture, HOUR, type LakeFixture, RECEIVED, rowAt } from './lake-fixture.ts';
import type { LakeStore } from './lake-store.ts';
import { compactedKey, partKey, transactionsKey } from './layout.ts';
import { partRows, transactionsOfParts, transactionsSelect } from './logs-sql.ts';
import { openDuck } from './open-duck.ts';
import { openLake } from './open-lake.ts';
import { readSources, sourceMetadata } from './part-source.ts';

const DAY = { dt: '2026-09-21', shard: '00' };
let fixture: LakeFixture;
beforeEach(() => {
  fixture = createLakeFixture();
});
afterEach(() => fixture.remove());

const digest = (key: string): string =>
  createHash('sha256')
    .update(readFileSync(join(fixture.dataDir, key)))
    .digest('hex');

const many = (from: number, count: number, over: Parameters<typeof rowAt>[1] = {}): LakeRow[] =>
  Array.from({ length: count }, (_, i) =>
    rowAt(from + i, {
      transaction: `order_${(from + i) % 7}`,
      session: String((from + i) % 7).padStart(32, '0'),
      ...over,
    }),
  );

const seqs = async (table: string): Promise<readonly unknown[]> =>
  (await fixture.rows(`select log_seq from ${table} order by log_seq`)).map((r) => r.log_seq);
const upTo = (n: number): number[] => Array.from({ length: n }, (_, i) => i);

/** Writes a part again as an earlier version wrote it, which did not know a column. */
const withoutColumn = async (key: string, column: string): Promise<void> => {
  const duck = await openDuck({ scratch: fixture.store.scratch, memoryLimit: '300MB' });
  const path = join(fixture.dataDir, key);
  const source = (await readSources(duck, [path])).get(path)!;
  await duck.run(
    `copy (select * exclude (${column}) from read_parquet('${path}', hive_partitioning = false)) to '${path}.old' (format parquet, kv_metadata ${sourceMetadata(source)})`,
  );
  duck.close();
  renameSync(`${path}.old`, path);
};

/** A store that dies before its n-th change. */
const dying = (store: LakeStore, after: number): LakeStore => {
  let left = after;
  const step = (): void => {
    if (left-- <= 0) throw new Error('killed');
  };
  return {
    ...store,
    replace: async (key, body) => {
      step();
      await store.replace(key, body);
    },
    remove: async (key) => {
      step();
      await store.remove(key);
    },
  };
};

describe('compactLake', () => {
  it('sorts a day into one part, and nothing changes for a reader', async () => {
    fixture.land('b', many(30, 30).reverse());
    fixture.land('a', many(0, 30));
    expect(await seqs('logs_all')).toEqual(upTo(60));
    const [result] = await fixture.compact();
    expect(result).toMatchObject({ day: DAY, rows: 60, newObjects: 2, dropped: 0 });
    expect(await seqs('logs_all')).toEqual(upTo(60));
    expect(await seqs('logs')).toEqual(upTo(60));
    expect(await seqs('lake_logs')).toEqual(upTo(60));
    expect(await seqs('landing_logs')).toEqual(upTo(60));
    expect(await fixture.rows('select * from merchants')).toEqual([
      { merchant: '00112233445566ff', shard: '00' },
    ]);
    const order = await fixture.rows('select "transaction", session, log_seq from lake_logs');
    const sorted = [...order].sort((x, y) =>
      JSON.stringify(Object.values(x)) < JSON.stringify(Object.values(y)) ? -1 : 1,
    );
    expect(order.map((r) => r.transaction)).toEqual(sorted.map((r) => r.transaction));
    expect(await fixture.rows('select distinct dt, hour, shard from logs_all')).toEqual([
      { dt: '2026-09-21', hour: '14', shard: '00' },
    ]);
  });

  it('leaves the open hour and its grace to landing', async () => {
    fixture.land('a', many(0, 5));
    const hourEnd = Math.ceil(RECEIVED / HOUR) * HOUR;
    expect(await fixture.compact(hourEnd + 299_999)).toEqual([]);
    expect(await seqs('lake_logs')).toEqual([]);
    expect(await fixture.compact(hourEnd + 300_000)).toHaveLength(1);
    fixture.land('b', many(5, 5, { receivedMs: RECEIVED + HOUR }));
    expect(await fixture.compact(hourEnd + 300_000)).toEqual([]);
    expect(await seqs('logs_all')).toEqual(upTo(10));
    expect(await seqs('logs')).toEqual(upTo(10));
  });

  it('changes nothing when it runs again, and makes the same bytes elsewhere', async () => {
    fixture.land('a', many(0, 300));
    fixture.land('b', many(300, 300, { receivedMs: RECEIVED + HOUR }));
    await fixture.compact();
    const before = [partKey(DAY), transactionsKey(DAY), compactedKey(DAY)].map(digest);
    const inode = (await fixture.store.list('lake')).map((o) => o.version);
    expect(await fixture.compact()).toEqual([]);
    expect((await fixture.store.list('lake')).map((o) => o.version)).toEqual(inode);

    const other = createLakeFixture();
    other.land('b', many(300, 300, { receivedMs: RECEIVED + HOUR }));
    other.land('a', many(0, 300));
    await other.compact();
    const after = [partKey(DAY), transactionsKey(DAY), compactedKey(DAY)].map((key) =>
      createHash('sha256')
        .update(readFileSync(join(other.dataDir, key)))
        .digest('hex'),
    );
    other.remove();
    expect(after).toEqual(before);
  });

  it('keeps a log once when it is sent again after the shards were raised, the same day or after midnight', async () => {
    fixture.land('a', many(0, 20));
    await fixture.compact();
    fixture.land('same-day', many(10, 20), 16);
    fixture.land('next-day', many(20, 20, { receivedMs: RECEIVED + 24 * HOUR }), 16);
    // Of another merchant, with the same references: not the same logs.
    fixture.land('other', many(0, 5, { merchant: 'ffffffffffffffff', receivedMs: RECEIVED + 24 * HOUR }), 16);
    const own = `where merchant = '00112233445566ff' order by log_seq`;
    const all = async (table: string) =>
      (await fixture.rows(`select log_seq from ${table} ${own}`)).map((r) => r.log_seq);
    expect(await all('logs_all')).toEqual(upTo(40));
    await fixture.compact(RECEIVED + 72 * HOUR);
    expect(await all('logs_all')).toEqual(upTo(40));
    expect(await all('lake_logs')).toEqual(upTo(40));
    expect(await fixture.rows('select count(*) as n from lake_logs')).toEqual([{ n: 45 }]);
    expect(await fixture.compact(RECEIVED + 72 * HOUR)).toEqual([]);
  });

  it('reads only the parts of the shards in which the merchants of a statement lie', async () => {
    const [a, b] = ['0000000000000001', '0000000000000002'];
    fixture.land('a', many(0, 6, { merchant: a }), 16);
    fixture.land('b', many(0, 9, { merchant: b }), 16);
    await fixture.compact();
    const count = (where: string) =>
      `select count(*) as n, count(distinct shard) as shards from logs_all ${where}`;
    // Landing is read whatever the shard: its merchants need not be known yet.
    const c = 'ffffffffffffffff';
    fixture.land('new', many(0, 3, { merchant: c, receivedMs: RECEIVED + 96 * HOUR }), 16);
    expect(await fixture.rows(count(''))).toEqual([{ n: 18, shards: 3 }]);
    // The other's part cannot be read any more.
    writeFileSync(join(fixture.dataDir, partKey({ ...DAY, shard: shardOf(b, 16) })), 'torn');
    expect(await fixture.rows(count(`where merchant = '${a}'`))).toEqual([{ n: 6, shards: 1 }]);
    const lake = await fixture.lake();
    expect((await lake.query(count('where merchant = ?'), [a])).rows).toEqual([{ n: 6, shards: 1 }]);
    expect((await lake.query(count('where merchant = ?'), [c])).rows).toEqual([{ n: 3, shards: 1 }]);
    expect((await lake.query(count('where merchant = ?'), ['none'])).rows).toEqual([{ n: 0, shards: 0 }]);
    expect((await lake.query('select logs from transactions where merchant = ?', [a])).rows).toHaveLength(6);
    await expect(fixture.rows(count(''))).rejects.toThrow();
    await expect(fixture.rows(count(`where merchant in ('${a}', '${b}')`))).rejects.toThrow();
  });

  it('misses no merchant whose first hour is compacted while a question is asked', async () => {
    const [a, b] = ['0000000000000001', '0000000000000002'];
    fixture.land('a', many(0, 6, { merchant: a }), 16);
    await fixture.compact();
    fixture.land('b', many(0, 9, { merchant: b }), 16);
    for (const zone of ['landing/logs', 'lake/logs', 'lake/transactions', 'lake/merchants']) {
      let armed = true;
      const store: LakeStore = {
        ...fixture.store,
        async list(prefix) {
          const found = await fixture.store.list(prefix);
          if (armed && prefix === zone) await fixture.compact().then(() => (armed = false));
          return found;
        },
      };
      const lake = await openLake({ dataDir: fixture.dataDir, store });
      const { rows } = await lake.query('select count(*) as n from logs_all where merchant = ?', [b]);
      lake.close();
      expect(rows, zone).toEqual([{ n: 9 }]);
      for (const { key } of await fixture.store.list('lake')) await fixture.store.remove(key);
    }
  });

  it('sums transactions up as the statement over logs_all does', async () => {
    const visit = (seq: number, over: object) => rowAt(seq, { code: 1201, ...over });
    fixture.land('a', [
      ...many(0, 30),
      visit(100, { field: 1, method: 2, transaction: 'order_1' }),
      visit(101, { field: 1, method: 1, transaction: 'order_1' }),
      visit(102, { field: 7, method: 3, transaction: 'order_2' }),
      rowAt(103, { code: 1301, duration_ms: 500, transaction: 'order_2' }),
    ]);
    await fixture.compact();
    const path = [join(fixture.dataDir, partKey(DAY))];
    const duck = await openDuck({ scratch: fixture.store.scratch, memoryLimit: '200MB' });
    const order = 'order by merchant, "transaction"';
    const made = await duck.rows(`${transactionsOfParts(path)} ${order}`);
    expect(made).toEqual(await duck.rows(`${transactionsSelect(partRows(path))} ${order}`));
    expect(made).toHaveLength(7);
    expect(made.map((t) => t.method_card_number)).toEqual([null, 2, null, null, null, null, null]);
    duck.close();
  });

  it('adds what landed late in a closed hour', async () => {
    fixture.land('a', many(0, 20));
    await fixture.compact();
    fixture.land('late', many(20, 5));
    expect(await seqs('logs_all')).toEqual(upTo(25));
    expect(await fixture.compact()).toMatchObject([{ rows: 25, newObjects: 1 }]);
    expect(await seqs('lake_logs')).toEqual(upTo(25));
    expect(await seqs('logs')).toEqual(upTo(25));
  });

  it('keeps a log once that was stored twice: in an hour, across hours, across midnight, before and after compaction', async () => {
    const midnight = Date.parse('2026-09-22T00:00:00Z');
    fixture.land('a', many(0, 10));
    fixture.land('a2', many(5, 10));
    fixture.land('b', many(12, 10, { receivedMs: RECEIVED + HOUR }));
    expect(await seqs('logs_all')).toEqual(upTo(22));
    expect(await fixture.compact(RECEIVED + 4 * HOUR)).toMatchObject([{ rows: 22, dropped: 8 }]);
    expect(await seqs('lake_logs')).toEqual(upTo(22));
    // The first copy stays.
    expect(
      await fixture.rows('select hour, count(*) as n from lake_logs group by hour order by hour'),
    ).toEqual([
      { hour: '14', n: 15 },
      { hour: '15', n: 7 },
    ]);
    fixture.land('c', many(15, 10, { receivedMs: midnight + 1_000 }));
    expect(await seqs('logs_all')).toEqual(upTo(25));
    await fixture.compact();
    expect(await seqs('lake_logs')).toEqual(upTo(25));
    expect(await seqs('logs_all')).toEqual(upTo(25));
    expect(await fixture.rows('select dt, count(*) as n from logs_all group by dt order by dt')).toEqual([
      { dt: '2026-09-21', n: 22 },
      { dt: '2026-09-22', n: 3 },
    ]);
  });

  it('shows a log once that was sent again after midnight before either day was compacted; the first copy stays', async () => {
    const midnight = Date.parse('2026-09-22T00:00:00Z');
    fixture.land('a', many(0, 10));
    fixture.land('b', many(5, 10, { receivedMs: midnight + 1_000 }));
    expect(await seqs('logs_all')).toEqual(upTo(15));
    expect(await fixture.rows('select dt, count(*) as n from logs_all group by dt order by dt')).toEqual([
      { dt: '2026-09-21', n: 10 },
      { dt: '2026-09-22', n: 5 },
    ]);
    await fixture.compact();
    expect(await seqs('lake_logs')).toEqual(upTo(15));
  });

  it('can be killed before any change, with every reader right at every moment', async () => {
    fixture.land('a', many(0, 20));
    fixture.land('b', many(15, 20, { receivedMs: RECEIVED + HOUR }));
    let kills = 0;
    for (; ; kills++) {
      const died = await fixture.compact(undefined, dying(fixture.store, kills)).then(
        () => false,
        () => true,
      );
      expect(await seqs('logs_all')).toEqual(upTo(35));
      expect((await fixture.rows('select sum(logs) as n from transactions'))[0]!.n).toBe(35);
      if (!died) break;
      expect(kills).toBeLessThan(20);
    }
    expect(kills).toBeGreaterThan(1);
    expect(await fixture.compact()).toEqual([]);
    expect(await fixture.rows(`select count(*) as n from lake_logs`)).toEqual([{ n: 35 }]);
  });

  it('can run twice at once', async () => {
    fixture.land('a', many(0, 200));
    fixture.land('b', many(200, 200, { receivedMs: RECEIVED + HOUR }));
    await Promise.all([fixture.compact(), fixture.compact(), fixture.compact(RECEIVED + 2 * HOUR)]);
    expect(await seqs('logs_all')).toEqual(upTo(400));
    await fixture.compact();
    expect(await seqs('lake_logs')).toEqual(upTo(400));
  });

  it('makes one row for each transaction', async () => {
    fixture.land('a', [
      ...many(0, 14),
      rowAt(14, { transaction: 'order_0', session: '0'.padStart(32, '0'), code: 1111 }),
    ]);
    const live = await fixture.rows('select * from transactions order by "transaction"');
    await fixture.compact();
    const compacted = await fixture.rows('select * from transactions order by "transaction"');
    expect(compacted).toEqual(live);
    expect(compacted).toHaveLength(7);
    expect(compacted[0]).toMatchObject({
      transaction: 'order_0',
      logs: 3,
      pastes: 2,
      outcome: 'approved',
      dt: '2026-09-21',
    });
  });

  it('reads and adds to parts of an earlier version, which lack a column', async () => {
    fixture.land('a', many(0, 20));
    fixture.land('b', many(20, 20, { receivedMs: RECEIVED + 24 * HOUR, age_s: 7 }));
    await fixture.compact(RECEIVED + 30 * HOUR);
    await withoutColumn(partKey(DAY), 'age_s');
    await withoutColumn(transactionsKey(DAY), 'method_secret');
    const ages = 'select age_s, count(*) as n from logs_all group by age_s order by n, age_s';
    expect(await fixture.rows(ages)).toEqual([
      { age_s: 7, n: 20 },
      { age_s: null, n: 20 },
    ]);
    expect(await fixture.rows('select count(*) as n, count(method_secret) as m from transactions')).toEqual([
      { n: 14, m: 0 },
    ]);
    fixture.land('late', many(40, 5, { age_s: 9 }));
    expect(await fixture.compact()).toMatchObject([{ rows: 25 }]);
    expect(await seqs('lake_logs')).toEqual(upTo(45));
  });

  it('hands over all rows of parts of two versions, also more than DuckDB reads ahead', async () => {
    const newer = 60_000;
    fixture.land('a', many(0, 20));
    fixture.land('b', many(20, newer, { receivedMs: RECEIVED + 24 * HOUR }));
    await fixture.compact(RECEIVED + 30 * HOUR);
    await withoutColumn(partKey(DAY), 'age_s');
    const { chunks } = await (await fixture.lake()).stream('select * from logs_all');
    let rows = 0;
    for await (const chunk of chunks) rows += chunk.length;
    expect(rows).toBe(newer + 20);
  });

  it('goes on reading when upkeep has removed the links that a state of before told of', async () => {
    fixture.land('a', many(0, 20));
    await fixture.compact();
    expect(await seqs('logs_all')).toEqual(upTo(20));
    // What upkeep does with links of more than an hour, while nothing changes in the lake.
    rmSync(join(fixture.dataDir, 'cache', 'snapshots'), { recursive: true });
    expect(await seqs('logs_all')).toEqual(upTo(20));
    rmSync(join(fixture.dataDir, 'cache', 'snapshots'), { recursive: true });
    const { chunks } = await (await fixture.lake()).stream('select log_seq from lake_logs');
    const rows = [];
    for await (const chunk of chunks) rows.push(...chunk);
    expect(rows).toHaveLength(20);
  });

  it('has the columns of the tables that DDL and docs are made from', async () => {
    fixture.land('a', many(0, 5));
    await fixture.compact();
    const columnsOf = async (table: string) =>
      (await fixture.rows(`describe ${table}`)).map((r) => [
        r.column_name,
        (r.column_type as string).toLowerCase(),
      ]);
    const named = (columns: readonly { name: string; type: string }[]) =>
      columns.map((c) => [c.name, c.type]);
    for (const table of ['lake_logs', 'landing_logs', 'logs', 'logs_all']) {
      expect(await columnsOf(table), table).toEqual(named([...LAKE_COLUMNS, ...PARTITION_COLUMNS]));
    }
    expect(await columnsOf('transactions')).toEqual(named([...TRANSACTION_COLUMNS, PARTITION_COLUMNS[0]]));
    expect(await columnsOf('merchants')).toEqual(named(MERCHANT_COLUMNS));
    const part = `read_parquet('${join(fixture.dataDir, partKey(DAY))}', hive_partitioning = false)`;
    const duck = await openDuck({ scratch: fixture.store.scratch, memoryLimit: '300MB' });
    const written = await duck.rows(`describe select * from ${part}`);
    duck.close();
    expect(written.map((r) => [r.column_name, String(r.column_type).toLowerCase()])).toEqual(
      named(LAKE_COLUMNS),
    );
  });

  it('does not look again at days of which nothing is in landing any more, but makes transactions that were lost', async () => {
    const read: string[] = [];
    const watched: LakeStore = {
      ...fixture.store,
      snapshot(object) {
        read.push(object.key);
        return fixture.store.snapshot(object);
      },
      async replace(key, body) {
        read.push(key);
        await fixture.store.replace(key, body);
      },
    };
    fixture.land('a', many(0, 20));
    fixture.land('b', many(20, 20, { receivedMs: RECEIVED + 24 * HOUR }));
    await fixture.compact();
    for (const { key } of await fixture.store.list('landing')) await fixture.store.remove(key);
    for (const { key } of await fixture.store.list('lake/compacted')) await fixture.store.remove(key);
    expect(await fixture.compact(undefined, watched)).toEqual([]);
    expect(read).toEqual([]);
    await fixture.store.remove(transactionsKey(DAY));
    expect(await fixture.compact(undefined, watched)).toMatchObject([{ day: DAY }]);
    expect((await fixture.rows('select sum(logs) as n from transactions'))[0]!.n).toBe(40);
  });

  it('compacts the other days when one has an object that cannot be read, and says so', async () => {
    fixture.land('a', many(0, 5));
    fixture.land('b', many(5, 5, { receivedMs: RECEIVED + 24 * HOUR }));
    const { key } = (await fixture.store.list('landing/logs'))[0]!;
    expect(key).toContain(DAY.dt);
    writeFileSync(join(fixture.dataDir, key), 'torn');
    await expect(fixture.compact()).rejects.toThrow();
    expect((await fixture.store.list('lake/logs')).map((o) => o.key)).toEqual([
      partKey({ ...DAY, dt: '2026-09-22' }),
    ]);
  });

  it('gets an inventory that is gone back out of the published list', async () => {
    fixture.land('a', many(0, 20));
    await fixture.compact();
    const inventories = await fixture.store.list('lake/inventory');
    for (const { key } of inventories) await fixture.store.remove(key);
    expect(await seqs('logs_all')).toEqual(upTo(20));
    expect(await fixture.compact()).toEqual([]);
    expect((await fixture.store.list('lake/inventory')).map((o) => o.key)).toEqual(
      inventories.map((o) => o.key),
    );
  });

  it('reads and compacts on when an inventory is gone and the list too, each log once', async () => {
    const lose = async (): Promise<void> => {
      for (const zone of ['lake/inventory', 'lake/compacted'])
        for (const { key } of await fixture.store.list(zone)) await fixture.store.remove(key);
    };
    fixture.land('a', many(0, 20));
    fixture.land('b', many(10, 20));
    await fixture.compact();
    await lose();
    expect(await seqs('logs_all')).toEqual(upTo(30));
    fixture.land('c', many(30, 5));
    expect(await seqs('logs_all')).toEqual(upTo(35));
    expect(await fixture.compact()).toMatchObject([{ rows: 35, newObjects: 3 }]);
    expect(await seqs('lake_logs')).toEqual(upTo(35));
    // The same objects as before, and still no inventory.
    await lose();
    expect(await fixture.compact()).toMatchObject([{ rows: 35, newObjects: 3 }]);
    expect(await fixture.compact()).toEqual([]);
    expect(await seqs('logs')).toEqual(upTo(35));
  });
});
