import { existsSync, mkdirSync, mkdtempSync, rmSync, utimesSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { LAKE_COLUMNS, type LakeRow, PARTITION_COLUMNS } from '@gander/log-codes';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { partitionOf } from '../landing/object-keys.ts';
import { rowLine } from '../landing/rows.ts';
import { createLocalStore } from './local-store.ts';
import { type Lake, openLake } from './open-lake.ts';
import { QueryError } from './query-error.ts';

const RECEIVED = 1_790_000_000_000;
let dataDir: string;
let lake: Lake;
beforeEach(async () => {
  dataDir = mkdtempSync(join(tmpdir(), 'gander-lake-'));
  lake = await openLake({ dataDir });
});
afterEach(() => {
  lake.close();
  rmSync(dataDir, { recursive: true });
});

const row = (seq: number, over: Partial<LakeRow> = {}): LakeRow => ({
  merchant: '00112233445566ff',
  session: 'ab'.repeat(16),
  transaction: 'order_1',
  log_seq: seq,
  batch_seq: 0,
  code: 1220,
  event_ts: RECEIVED - 10,
  lag_ms: 10,
  skew_ms: 0,
  assurance: 2,
  late: false,
  collector: 'c1',
  ...over,
});

const land = (name: string, rows: readonly LakeRow[]): void => {
  const first = rows[0]!;
  const folder = partitionOf(first.event_ts + first.lag_ms, first.merchant, 1);
  const path = join(dataDir, 'landing/logs', folder, `${name}.ndjson.gz`);
  mkdirSync(dirname(path), { recursive: true });
  writeFileSync(path, gzipSync(`${rows.map(rowLine).join('\n')}\n`));
};

const count = async (table: string): Promise<unknown> =>
  (await lake.query(`select count(*) as n from ${table}`)).rows[0]!.n;

describe('openLake', () => {
  it('is empty when there is nothing, with all columns', async () => {
    for (const table of ['logs', 'logs_all', 'dead_letter']) expect(await count(table)).toBe(0);
    const { rows } = await lake.query('describe logs');
    expect(rows.map((r) => [r.column_name, (r.column_type as string).toLowerCase()])).toEqual(
      [...LAKE_COLUMNS, ...PARTITION_COLUMNS].map((c) => [c.name, c.type]),
    );
  });

  it('shows rows as they land, typed, and in logs_all each log once', async () => {
    land('a', [row(0), row(1, { code: 1210, dwell_p50_ms: 80, page: 'checkout', late: true })]);
    expect(await count('logs')).toBe(2);
    land('b', [row(1, { code: 1210, dwell_p50_ms: 80, page: 'checkout', late: true }), row(2)]);
    expect(await count('logs')).toBe(4);
    expect(await count('logs_all')).toBe(3);
    const { columns, rows } = await lake.query(
      'select dt, hour, shard, late, page, dwell_p50_ms, event_ts from logs_all where transaction = $1 and code = 1210',
      ['order_1'],
    );
    expect(columns.map((c) => c.type)).toEqual([
      'varchar',
      'varchar',
      'varchar',
      'boolean',
      'varchar',
      'bigint',
      'bigint',
    ]);
    expect(rows).toEqual([
      {
        dt: '2026-09-21',
        hour: '14',
        shard: '00',
        late: true,
        page: 'checkout',
        dwell_p50_ms: 80,
        event_ts: RECEIVED - 10,
      },
    ]);
  });

  it('shows what the collector and Firehose gave up', async () => {
    const put = (key: string, content: string | Uint8Array): void => {
      mkdirSync(dirname(join(dataDir, key)), { recursive: true });
      writeFileSync(join(dataDir, key), content);
    };
    const letter = { received_ms: RECEIVED, stage: 'landing', reason: 'truncated', merchant: 'm', bytes: 9 };
    put('dead-letter/collector/dt=2026-09-21/hour=14/a.ndjson.gz', gzipSync(`${JSON.stringify(letter)}\n`));
    const error = {
      attemptsMade: 1,
      arrivalTimestamp: RECEIVED + 5,
      errorCode: 'DynamicPartitioning.MetadataExtractionFailed',
      errorMessage: 'partitionKeys values must not be null or empty',
      attemptEndingTimestamp: RECEIVED + 9,
      rawData: Buffer.from('{"broken":1}').toString('base64'),
    };
    // Firehose gives its error objects no suffix.
    put(
      'dead-letter/firehose/dt=2026-09-21/hour=15/metadata-extraction-failed-gander-1',
      `${JSON.stringify(error)}\n`,
    );
    const { rows } = await lake.query(
      'select received_ms, stage, reason, merchant, bytes, dt, hour from dead_letter order by received_ms',
    );
    const dt = '2026-09-21';
    expect(rows).toEqual([
      { ...letter, dt, hour: '14' },
      {
        received_ms: RECEIVED + 5,
        stage: 'firehose',
        reason: error.errorCode,
        merchant: null,
        bytes: 12,
        dt,
        hour: '15',
      },
    ]);
    const { rows: tables } = await lake.query('show tables');
    expect(tables.map((t) => t.name)).not.toContain('doubled');
  });

  it('names what the numbers mean', async () => {
    land('a', [row(0, { field: 1, method: 2 })]);
    const { rows } = await lake.query(`
      select c.name as event, c.class, f.name as field, v.name as method
      from logs_all join log_codes c using (code) join field_classes f using (field)
      join attribute_values v on v.attribute = 'method' and v.value = method`);
    expect(rows).toEqual([{ event: 'paste', class: 'input', field: 'card-number', method: 'pasted' }]);
  });

  it('says so when a stream ends before its rows do', async () => {
    const { chunks } = await lake.stream(
      `select case when range = 150000 then error('disk') else range end as n from range(200000)`,
    );
    let rows = 0;
    const read = async (): Promise<void> => {
      for await (const chunk of chunks) rows += chunk.length;
    };
    await expect(read()).rejects.toThrow(QueryError);
    expect(rows).toBeGreaterThan(0);
    expect(rows).toBeLessThan(150_000);
  });

  it('removes downloads of a bucket that nobody uses, also where only questions are asked', async () => {
    const [unused, used] = ['unused', 'used'].map((name) => join(dataDir, 'cache', 's3', name));
    mkdirSync(dirname(unused!), { recursive: true });
    for (const path of [unused!, used!]) writeFileSync(path, 'x');
    const old = Date.now() / 1_000 - 8 * 24 * 3_600;
    utimesSync(unused!, old, old);
    const reader = await openLake({ dataDir, store: createLocalStore(dataDir), remote: true });
    await reader.query('select count(*) from logs_all');
    await vi.waitFor(() => expect(existsSync(unused!)).toBe(false), 10_000);
    expect(existsSync(used!)).toBe(true);
    reader.close();
  });

  it('streams and can be left early', async () => {
    const { columns, chunks } = await lake.stream('select range as n from range(300000)');
    expect(columns).toEqual([{ name: 'n', type: 'bigint' }]);
    let seen = 0;
    for await (const rows of chunks) {
      seen += rows.length;
      if (seen > 5_000) break;
    }
    expect(seen).toBeLessThan(300_000);
    const all = await lake.stream('select range as n from range(300000)');
    let total = 0;
    for await (const rows of all.chunks) total += rows.length;
    expect(total).toBe(300_000);
  });

  it.each([
    ["copy (select 1) to 'x.csv'", 'refused'],
    ["explain analyze copy (select 1) to 'x.csv'", 'refused'],
    ['explain /* */ ANALYZE select 1', 'refused'],
    ['drop view logs', 'refused'],
    ['delete from logs', 'refused'],
    ['update logs set code = 1', 'refused'],
    ['select 1; drop view logs', 'refused'],
    ["attach 'x.db'", 'refused'],
    ['insert into log_codes select * from log_codes', 'refused'],
    ["select * from read_text('/etc/passwd')", 'refused'],
    ["select * from read_csv('../../etc/passwd')", 'refused'],
    ["set memory_limit = '64GB'", 'refused'],
    ['selec 1', 'syntax'],
  ])('refuses %s', async (sql, fault) => {
    await expect(lake.query(sql)).rejects.toMatchObject({ name: 'QueryError', fault });
    expect(await count('logs')).toBe(0);
  });

  it('says the near name of an unknown column or table', async () => {
    await expect(lake.query('select dwel_p50_ms from logs')).rejects.toMatchObject({
      fault: 'unknown_name',
      message: 'There is no "dwel_p50_ms". Did you mean dwell_p50_ms, dwell_p10_ms, dwell_p90_ms?',
    });
    await expect(lake.query('select * from log')).rejects.toMatchObject({ fault: 'unknown_name' });
    await expect(lake.query('select zzzqqq from logs')).rejects.toMatchObject({
      message: expect.stringContaining('docs/columns.md'),
    });
  });
});
