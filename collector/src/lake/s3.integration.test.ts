import { randomBytes } from 'node:crypto';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { gzipSync } from 'node:zlib';
import { CreateBucketCommand, ListObjectsV2Command, S3Client } from '@aws-sdk/client-s3';
import { encodeFrame, encodeLog, type LakeRow } from '@gander/log-codes';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { ensureS3Server, type S3Server, startS3Server } from '../../../scripts/setup/s3-server.mjs';
import type { Batch } from '../journal/batch.ts';
import { createLander, type LandingReport } from '../landing/lander.ts';
import { partitionOf } from '../landing/object-keys.ts';
import type { S3Config } from '../landing/open-s3-client.ts';
import { rowLine } from '../landing/rows.ts';
import { type S3FaultProxy, startS3FaultProxy } from '../landing/s3-fault-proxy.ts';
import { createS3Target } from '../landing/s3-target.ts';
import { compactLake } from './compact-lake.ts';
import { eraseLogs } from './erase-logs.ts';
import { HOUR, RECEIVED, rowAt } from './lake-fixture.ts';
import { openDuck } from './open-duck.ts';
import { openLake } from './open-lake.ts';
import { createS3Store } from './s3-store.ts';

const missing = await ensureS3Server();
if (missing) {
  const text = `SKIPPED: landing and lake on a real S3 server: ${missing}`;
  if (process.env.CI) throw new Error(text);
  console.error(text);
}

describe.skipIf(missing)('on a real S3 server', () => {
  let server: S3Server;
  let proxy: S3FaultProxy;
  let dataDir: string;
  let config: S3Config;
  let client: S3Client;
  const clientAt = (
    endpoint: string,
    secretAccessKey = server.secretAccessKey,
    requestTimeout = 20_000,
  ): S3Client =>
    new S3Client({
      endpoint,
      region: server.region,
      forcePathStyle: true,
      maxAttempts: 1,
      requestHandler: { requestTimeout, throwOnRequestTimeout: true },
      requestChecksumCalculation: 'WHEN_REQUIRED',
      responseChecksumValidation: 'WHEN_REQUIRED',
      credentials: { accessKeyId: server.accessKeyId, secretAccessKey },
    });

  beforeAll(async () => {
    server = await startS3Server();
    proxy = await startS3FaultProxy(server.endpoint);
  }, 120_000);
  afterAll(async () => {
    await proxy?.stop();
    await server?.stop();
  });
  beforeEach(async () => {
    dataDir = mkdtempSync(join(tmpdir(), 'gander-s3-lake-'));
    client = clientAt(server.endpoint);
    const bucket = `b${randomBytes(6).toString('hex')}`;
    config = {
      bucket,
      prefix: 'gander/',
      region: server.region,
      endpoint: server.endpoint,
      forcePathStyle: true,
      kmsKeyId: '',
    };
    await client.send(new CreateBucketCommand({ Bucket: bucket }));
  });
  afterEach(() => rmSync(dataDir, { recursive: true }));

  const keys = async (): Promise<string[]> => {
    const { Contents = [] } = await client.send(new ListObjectsV2Command({ Bucket: config.bucket }));
    return Contents.map((o) => o.Key!);
  };

  it('creates an object once, and refuses a wrong secret', async () => {
    const target = createS3Target(client, config);
    expect(await target.put('landing/a.gz', new Uint8Array([1, 2]))).toBe('stored');
    expect(await target.put('landing/a.gz', new Uint8Array([9]))).toBe('exists');
    const store = createS3Store(client, config, dataDir);
    expect([...(await store.read('landing/a.gz'))!]).toEqual([1, 2]);
    expect(await store.read('landing/none')).toBeUndefined();
    const stranger = createS3Target(clientAt(server.endpoint, 'wrong'), config);
    await expect(stranger.put('landing/b.gz', new Uint8Array([1]))).rejects.toThrow();
    expect(await keys()).toEqual(['gander/landing/a.gz']);
  });

  it('#48 lands every row once through 500, 503, silence and lost answers', async () => {
    const batches = Array.from({ length: 12 }, (_, n): Batch => {
      const logs: number[] = [];
      encodeLog(logs, [300], 0, []);
      const header = {
        batchSeq: n,
        firstLogSeq: n,
        baseTimeMs: RECEIVED,
        sentAfterMs: 0,
        transactionType: 1,
      };
      return {
        merchant: '00112233445566ff',
        session: 'ab'.repeat(16),
        transaction: 'order_1',
        assurance: 2,
        late: false,
        receivedMs: RECEIVED + n * HOUR,
        frame: encodeFrame(header, [], logs, 1),
      };
    });
    const lost = 'cut-after-request';
    proxy.plan(500, 'none', 503, lost, 'none', 'hang', lost, 'none', 500, 500);
    const reports: LandingReport[] = [];
    const lander = createLander({
      *read(from, to) {
        for (let i = from.offset; i < to.offset; i++)
          yield { batch: batches[i]!, next: { segment: 1, offset: i + 1 } };
      },
      target: createS3Target(clientAt(proxy.endpoint, undefined, 2_000), config),
      plans: { load: () => undefined, save: () => {} },
      collector: 'c1',
      boot: 'b1',
      shards: 1,
      objectBytes: 1e9,
      cursor: { segment: 1, offset: 0 },
      report: (report) => void reports.push(report),
      sleep: (ms) => delay(Math.min(ms, 5)),
      random: () => 0.01,
    });
    await lander.land({ segment: 1, offset: batches.length });
    expect(reports.filter((r) => r.kind === 'failed')).toHaveLength(7);
    expect(reports.filter((r) => r.kind === 'stored' && r.existed)).toHaveLength(2);
    expect(await keys()).toHaveLength(12);
    const lake = await openLake({
      dataDir,
      store: createS3Store(client, config, join(dataDir, 'cache')),
      remote: true,
    });
    const { rows } = await lake.query('select count(*) as n, count(distinct log_seq) as seqs from logs');
    expect(rows).toEqual([{ n: 12, seqs: 12 }]);
    lake.close();
  });

  it('compacts, answers by the days asked for, and erases', async () => {
    const store = createS3Store(client, config, join(dataDir, 'cache'));
    const target = createS3Target(client, config);
    const land = async (name: string, rows: readonly LakeRow[]) => {
      const { event_ts, lag_ms, merchant } = rows[0]!;
      const key = `landing/logs/${partitionOf(event_ts + lag_ms, merchant, 1)}/${name}.ndjson.gz`;
      await target.put(key, gzipSync(`${rows.map(rowLine).join('\n')}\n`));
    };
    const many = (from: number, count: number, receivedMs: number) =>
      Array.from({ length: count }, (_, i) =>
        rowAt(from + i, { receivedMs, transaction: `order_${(from + i) % 3}` }),
      );
    await land('a', many(0, 30, RECEIVED));
    await land('b', many(20, 30, RECEIVED + HOUR));
    await land('c', many(50, 30, RECEIVED + 48 * HOUR));
    const duck = await openDuck({ scratch: store.scratch, memoryLimit: '300MB' });
    const compact = () => compactLake({ duck, store, nowMs: RECEIVED + 24 * HOUR, graceMs: 0 });
    expect(await compact()).toMatchObject([{ rows: 50, dropped: 10, newObjects: 2 }]);
    expect(await compact()).toEqual([]);

    const lake = await openLake({ dataDir, store, remote: true });
    const one = async (sql: string) => Object.values((await lake.query(sql)).rows[0]!)[0];
    proxy.seen.length = 0;
    const watched = createS3Store(clientAt(proxy.endpoint), config, join(dataDir, 'cache', 'second'));
    const cold = await openLake({ dataDir, store: watched, remote: true });
    expect((await cold.query("select count(*) as n from logs_all where dt = '2026-09-21'")).rows).toEqual([
      { n: 50 },
    ]);
    const asked = proxy.seen.length;
    expect((await cold.query('select count(*) as n from logs_all')).rows).toEqual([{ n: 80 }]);
    expect(proxy.seen.length).toBeGreaterThan(asked);
    cold.close();

    expect(await one('select sum(logs) from transactions')).toBe(80);
    const receipt = await eraseLogs({
      duck,
      store,
      suppressions: [{ merchant: '00112233445566ff', transaction: 'order_1' }],
      nowMs: RECEIVED + 50 * HOUR,
    });
    expect(receipt.partsRewritten).toHaveLength(1);
    expect(await one(`select count(*) from logs_all where "transaction" = 'order_1'`)).toBe(0);
    expect(await one(`select count(*) from landing_logs where "transaction" = 'order_1'`)).toBe(0);
    expect(await one('select count(*) from logs_all')).toBe(80 - receipt.lakeRows - 10);
    lake.close();
    duck.close();
  });
});
