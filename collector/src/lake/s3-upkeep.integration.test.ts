import { randomBytes } from 'node:crypto';
import { existsSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { CreateBucketCommand, ListMultipartUploadsCommand, S3Client } from '@aws-sdk/client-s3';
import { type LakeRow, shardOf } from '@gander/log-codes';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { ensureS3Server, type S3Server, startS3Server } from '../../../scripts/setup/s3-server.mjs';
import { partitionOf } from '../landing/object-keys.ts';
import { encryptionOf, type S3Config } from '../landing/open-s3-client.ts';
import { rowLine } from '../landing/rows.ts';
import { createS3Target } from '../landing/s3-target.ts';
import { compactLake } from './compact-lake.ts';
import { HOUR, RECEIVED, rowAt } from './lake-fixture.ts';
import { LakeChangedError, type LakeStore } from './lake-store.ts';
import { LAKE_LEASE } from './layout.ts';
import { openDuck } from './open-duck.ts';
import { openLake } from './open-lake.ts';
import { runUpkeep, UpkeepBusyError } from './run-upkeep.ts';
import { createS3Store } from './s3-store.ts';
import { LEASE_MS, takeLease } from './upkeep-lease.ts';

const missing = await ensureS3Server();
if (missing) {
  const text = `SKIPPED: upkeep and queries of a bucket on a real S3 server: ${missing}`;
  if (process.env.CI) throw new Error(text);
  console.error(text);
}

const DAY = 24 * HOUR;
const lakeConfig = {
  upkeep: true,
  everyMs: 300_000,
  graceMs: 0,
  memory: '500MB',
  landingDays: 14,
  lakeDays: 396,
  deadLetterDays: 30,
};

describe.skipIf(missing)('a bucket', () => {
  let server: S3Server;
  let client: S3Client;
  let config: S3Config;
  let dataDir: string;
  let store: LakeStore;
  beforeAll(async () => {
    server = await startS3Server();
    client = newClient();
  }, 120_000);
  afterAll(() => server?.stop());
  beforeEach(async () => {
    dataDir = mkdtempSync(join(tmpdir(), 'gander-bucket-'));
    const bucket = `b${randomBytes(6).toString('hex')}`;
    const { region, endpoint } = server;
    config = { bucket, prefix: 'gander/', region, endpoint, forcePathStyle: true, kmsKeyId: '' };
    await client.send(new CreateBucketCommand({ Bucket: bucket }));
    store = storeIn('one');
  });
  afterEach(() => rmSync(dataDir, { recursive: true }));

  const newClient = (): S3Client =>
    new S3Client({
      endpoint: server.endpoint,
      region: server.region,
      forcePathStyle: true,
      requestChecksumCalculation: 'WHEN_REQUIRED',
      responseChecksumValidation: 'WHEN_REQUIRED',
      maxAttempts: 1,
      credentials: { accessKeyId: server.accessKeyId, secretAccessKey: server.secretAccessKey },
    });

  /** The bucket as another process sees it, with a cache of its own. */
  const storeIn = (name: string): LakeStore => createS3Store(client, config, join(dataDir, name, 'cache'));
  const claimable = (of: LakeStore) => ({ ...of, claim: of.claim! });

  const land = async (name: string, rows: readonly LakeRow[], shards = 1): Promise<void> => {
    const { event_ts, lag_ms, merchant } = rows[0]!;
    const key = `landing/logs/${partitionOf(event_ts + lag_ms, merchant, shards)}/${name}.ndjson.gz`;
    await createS3Target(client, config).put(key, gzipSync(`${rows.map(rowLine).join('\n')}\n`));
  };
  const rows = (count: number, over: Parameters<typeof rowAt>[1] = {}): LakeRow[] =>
    Array.from({ length: count }, (_, i) => rowAt(i, over));
  const upkeep = (name: string, nowMs: number) =>
    runUpkeep({ dataDir: join(dataDir, name), store: storeIn(name), config: lakeConfig, nowMs });

  it('gives the lease to one of many, and takes it from nobody but the dead', async () => {
    let nowMs = RECEIVED;
    const now = () => nowMs;
    const taken = await Promise.all(
      Array.from({ length: 6 }, (_, i) => takeLease({ store: claimable(storeIn(`p${i}`)), now })),
    );
    const [first, ...others] = taken.filter((lease) => lease !== undefined);
    expect(others).toEqual([]);
    nowMs += LEASE_MS - 1;
    expect(await takeLease({ store: claimable(store), now })).toBeUndefined();
    expect(first!.lost()).toBe(false);
    // It died, or stood still: its time is over, and some more for clocks that are apart.
    nowMs += 11_000;
    expect(first!.lost()).toBe(true);
    const second = await takeLease({ store: claimable(store), now });
    expect(second).toBeDefined();
    // The one that was thought dead gives back nothing that is another's.
    await first!.release();
    expect(await takeLease({ store: claimable(store), now })).toBeUndefined();
    await second!.release();
    await (await takeLease({ store: claimable(store), now }))!.release();
  });

  it('is looked after by one process at a time; others say so', async () => {
    await land('a', rows(40));
    const nowMs = RECEIVED + 2 * DAY;
    const results = await Promise.allSettled([
      upkeep('one', nowMs),
      upkeep('two', nowMs),
      upkeep('three', nowMs),
    ]);
    const done = results.filter((r) => r.status === 'fulfilled');
    expect(done.length).toBeGreaterThanOrEqual(1);
    for (const result of results)
      if (result.status === 'rejected') expect(result.reason).toBeInstanceOf(UpkeepBusyError);
    expect(done.flatMap((r) => r.value.compacted.map((c) => c.rows))).toEqual([40]);
    expect((await upkeep('two', nowMs)).compacted).toEqual([]);
  });

  it('keeps the merchants that another process has added meanwhile', async () => {
    await land('a', rows(10, { merchant: '0000000000000001' }), 16);
    const late = storeIn('late');
    const duck = await openDuck({ scratch: late.scratch, memoryLimit: '300MB' });
    const slow: LakeStore = {
      ...late,
      async replace(key, body, over) {
        if (key.startsWith('lake/merchants/')) {
          await land('b', rows(20, { merchant: '0000000000000002' }), 16);
          await upkeep('two', RECEIVED + 2 * DAY);
        }
        await late.replace(key, body, over);
      },
    };
    const run = compactLake({ duck, store: slow, nowMs: RECEIVED + 2 * DAY, graceMs: 0 });
    await expect(run).rejects.toThrow(LakeChangedError);
    duck.close();
    const lake = await openLake({ dataDir: join(dataDir, 'reader'), store: storeIn('reader'), remote: true });
    const { rows: known } = await lake.query('select merchant from merchants order by merchant');
    lake.close();
    expect(known).toEqual([{ merchant: '0000000000000001' }, { merchant: '0000000000000002' }]);
  });

  it('is not downloaded to find that all is compacted', async () => {
    await land('a', rows(10));
    await upkeep('one', RECEIVED + 2 * DAY);
    const fresh = storeIn('fresh');
    const downloads: string[] = [];
    const watched: LakeStore = {
      ...fresh,
      snapshot(object) {
        downloads.push(object.key);
        return fresh.snapshot(object);
      },
    };
    const duck = await openDuck({ scratch: fresh.scratch, memoryLimit: '300MB' });
    const run = { duck, store: watched, nowMs: RECEIVED + 2 * DAY, graceMs: 0 };
    expect(await compactLake(run)).toEqual([]);
    expect(downloads).toEqual(['lake/compacted/dt=2026-09-21/shard-00.ndjson']);
    await land('b', rows(20));
    expect(await compactLake(run)).toMatchObject([{ rows: 20, newObjects: 1 }]);
    duck.close();
  });

  it('gets a lost inventory back out of the published list, and removes landing past its time by it', async () => {
    await land('a', rows(40));
    const nowMs = RECEIVED + 2 * DAY;
    await upkeep('one', nowMs);
    const [part] = await store.list('lake/logs');
    const [inventory] = await store.list('lake/inventory');
    await store.remove(inventory!.key);
    expect((await upkeep('one', nowMs)).compacted).toEqual([]);
    expect(await store.list('lake/logs')).toEqual([part]);
    expect((await store.list('lake/inventory')).map((o) => o.key)).toEqual([inventory!.key]);

    await store.remove(inventory!.key);
    const { removed } = await upkeep('one', RECEIVED + 20 * DAY);
    expect(removed).toMatchObject({ landing: 1, kept: 0 });
  });

  it('compacts a day again whose inventory is lost and whose list is of another part', async () => {
    await land('a', rows(40));
    const nowMs = RECEIVED + 2 * DAY;
    await upkeep('one', nowMs);
    for (const { key } of await store.list('lake/inventory')) await store.remove(key);
    const [list] = await store.list('lake/compacted');
    const names = Buffer.from((await store.read(list!.key))!).toString();
    await store.replace(list!.key, Buffer.from(`${names}{"object":"never-landed.ndjson.gz"}\n`));
    expect((await upkeep('one', nowMs)).compacted).toMatchObject([{ rows: 40, newObjects: 1 }]);
    expect(Buffer.from((await store.read(list!.key))!).toString()).toBe(names);
    expect((await upkeep('one', nowMs)).compacted).toEqual([]);
    expect((await upkeep('one', RECEIVED + 20 * DAY)).removed).toMatchObject({ landing: 1, kept: 0 });
  });

  it('shows what landed on a day whose part is gone though its list is there', async () => {
    await land('a', rows(40));
    await upkeep('one', RECEIVED + 2 * DAY);
    for (const { key } of await store.list('lake/logs')) await store.remove(key);
    const lake = await openLake({ dataDir: join(dataDir, 'reader'), store: storeIn('reader'), remote: true });
    expect((await lake.query('select count(*) as n from logs_all')).rows).toEqual([{ n: 40 }]);
    lake.close();
  });

  it('keeps what another process wrote meanwhile', async () => {
    await land('a', rows(10));
    const nowMs = RECEIVED + 2 * DAY;
    await upkeep('one', nowMs);
    await land('b', rows(20));
    // One that has lost its lease without noticing: as it is about to put its part, another has put one.
    const late = storeIn('late');
    const duck = await openDuck({ scratch: late.scratch, memoryLimit: '300MB' });
    const slow: LakeStore = {
      ...late,
      async replace(key, body, over) {
        if (key.startsWith('lake/logs/')) await upkeep('two', nowMs);
        await late.replace(key, body, over);
      },
    };
    await land('c', rows(30));
    await expect(compactLake({ duck, store: slow, nowMs, graceMs: 0 })).rejects.toThrow(LakeChangedError);
    duck.close();
    const lake = await openLake({ dataDir: join(dataDir, 'one'), store, remote: true });
    expect((await lake.query('select count(*) as n from logs_all')).rows).toEqual([{ n: 30 }]);
    expect((await upkeep('one', nowMs)).compacted).toEqual([]);
    expect((await lake.query('select count(*) as n, sum(logs) as logs from transactions')).rows).toEqual([
      { n: 1, logs: 30 },
    ]);
    lake.close();
  });

  it('is whole after a compactor that died at any of its steps', { timeout: 120_000 }, async () => {
    const nowMs = RECEIVED + 2 * DAY;
    const lake = await openLake({ dataDir: join(dataDir, 'reader'), store: storeIn('reader'), remote: true });
    let landed = 0;
    let died = 0;
    for (let step = 0; step < 7; step++) {
      landed += 5;
      await land(`o${step}`, rows(landed));
      const mortal = storeIn('mortal');
      let left = step;
      const duck = await openDuck({ scratch: mortal.scratch, memoryLimit: '300MB' });
      const replace: LakeStore['replace'] = async (key, body, over) => {
        if (left-- <= 0) throw new Error('killed');
        await mortal.replace(key, body, over);
      };
      await compactLake({ duck, store: { ...mortal, replace }, nowMs, graceMs: 0 }).catch((error: Error) => {
        expect(error.message).toBe('killed');
        died++;
      });
      duck.close();
      expect((await lake.query('select count(*) as n from logs_all')).rows).toEqual([{ n: landed }]);
      // Every other one is followed by one that lives.
      if (step % 2) await upkeep('one', nowMs);
      expect((await lake.query('select sum(logs) as n from transactions')).rows).toEqual([{ n: landed }]);
    }
    expect(died).toBeGreaterThan(3);
    await upkeep('one', nowMs);
    expect((await lake.query('select count(*) as n from lake_logs')).rows).toEqual([{ n: landed }]);
    lake.close();
  });

  it('is read by those objects alone that a statement is about', async () => {
    const merchants = ['0000000000000001', '0000000000000002', '0000000000000003'];
    expect(new Set(merchants.map((m) => shardOf(m, 16))).size).toBe(3);
    for (let day = 0; day < 4; day++) {
      for (const merchant of merchants)
        await land(
          `d${day}-${merchant}`,
          rows(10, { merchant, receivedMs: RECEIVED + day * DAY, transaction: `order_${day}` }),
          16,
        );
    }
    await upkeep('one', RECEIVED + 10 * DAY);
    const last = rows(5, {
      merchant: merchants[0]!,
      receivedMs: RECEIVED + 3 * DAY + HOUR,
      transaction: 'order_9',
    });
    await land('open', last, 16);

    const reader = join(dataDir, 'reader');
    const lake = await openLake({ dataDir: reader, store: storeIn('reader'), remote: true });
    const downloads = (): string[] =>
      readdirSync(join(reader, 'cache/s3'), { recursive: true, withFileTypes: true })
        .filter((e) => e.isFile())
        .map((e) =>
          `${e.parentPath}/${e.name}`.replace(`${reader}/cache/s3/`, '').replace(/\/[^/]+(?=\/[^/]+$)/, ''),
        )
        .sort();

    // Columns alone: nothing but the list of merchants.
    expect((await lake.query('describe logs_all')).rows.length).toBeGreaterThan(50);
    // A transaction whose day nobody says: its merchant's index, and its day.
    const found = await lake.query('select * from logs_all where merchant = $1 and "transaction" = $2', [
      merchants[1]!,
      'order_1',
    ]);
    expect(found.rows).toHaveLength(10);
    const shard = shardOf(merchants[1]!, 16);
    expect(downloads().filter((key) => key.startsWith('lake/logs/'))).toEqual([
      `lake/logs/dt=2026-09-22/shard=${shard}/part-0000.parquet`,
    ]);
    const index = downloads().filter((key) => key.startsWith('lake/transactions/'));
    expect(index).toHaveLength(4);
    expect(index.every((key) => key.endsWith(`part-00${shard}.parquet`))).toBe(true);
    // What has landed since may hold it too.
    expect(downloads().filter((key) => key.startsWith('landing/'))).toHaveLength(1);

    // A day: what has landed of it since as well, and what its copies could be among.
    const day = await lake.query(
      `select "transaction", count(*) as n from logs_all where dt = '2026-09-24' and merchant = '${merchants[0]}' group by all order by 1`,
    );
    expect(day.rows).toEqual([
      { transaction: 'order_3', n: 10 },
      { transaction: 'order_9', n: 5 },
    ]);
    expect(downloads().filter((key) => key.startsWith('landing/'))).toHaveLength(1);
    // … which are the parts of this merchant on the days around.
    expect(downloads().filter((key) => key.startsWith('lake/logs/')).length).toBe(1 + 3);
    const all = await lake.query('select count(*) as n from logs_all');
    expect(all.rows).toEqual([{ n: 125 }]);
    expect((await lake.query('select count(*) as n from landing_logs')).rows).toEqual([{ n: 125 }]);
    lake.close();
  });

  it('shows a log that was sent again after midnight once, also to a reader of one day', async () => {
    await land('a', rows(10));
    await upkeep('one', RECEIVED + DAY);
    await land('again', rows(12, { receivedMs: RECEIVED + DAY }));
    const lake = await openLake({ dataDir: join(dataDir, 'reader'), store: storeIn('reader'), remote: true });
    const count = async (dt: string) =>
      (await lake.query(`select count(*) as n from logs_all where dt = '${dt}'`)).rows[0]!.n;
    expect(await count('2026-09-22')).toBe(2);
    expect(await count('2026-09-21')).toBe(10);
    lake.close();
  });

  it('takes a file that is too large for one PUT in parts, over the version that was read alone', async () => {
    const MiB = 1024 * 1024;
    const small = createS3Store(client, config, join(dataDir, 'parts'), { put: 6 * MiB, part: 5 * MiB });
    const key = 'lake/logs/dt=2026-09-21/shard=00/part-0000.parquet';
    const fileOf = (byte: number): { file: string; body: Buffer } => {
      const file = join(dataDir, `part-${byte}`);
      const body = Buffer.alloc(12 * MiB, byte);
      writeFileSync(file, body);
      return { file, body };
    };
    const version = async (): Promise<string> => (await small.list('lake/logs'))[0]!.version;
    const first = fileOf(1);
    await small.replace(key, { file: first.file }, { version: undefined });
    expect(first.body.equals((await small.read(key))!)).toBe(true);
    expect(existsSync(first.file)).toBe(false);
    const read = await version();
    const second = fileOf(2);
    await small.replace(key, { file: second.file }, { version: read });
    // Who read the first one, or thinks that there is none, is told.
    for (const over of [{ version: read }, { version: undefined }])
      await expect(small.replace(key, { file: fileOf(3).file }, over)).rejects.toThrow(LakeChangedError);
    expect(second.body.equals((await small.read(key))!)).toBe(true);
    const left = new ListMultipartUploadsCommand({ Bucket: config.bucket });
    expect((await client.send(left)).Uploads ?? []).toEqual([]);
  });

  it('asks for encryption with the configured key in every write', async () => {
    const kms = { ...config, kmsKeyId: 'arn:aws:kms:eu-central-1:111122223333:key/k' };
    expect(encryptionOf(kms)).toEqual({
      ServerSideEncryption: 'aws:kms',
      SSEKMSKeyId: kms.kmsKeyId,
      BucketKeyEnabled: true,
    });
    const headers: Record<string, string>[] = [];
    const recording = newClient();
    recording.middlewareStack.add(
      (next) => async (args) => {
        headers.push({ ...(args.request as { headers: Record<string, string> }).headers });
        return next(args);
      },
      { step: 'finalizeRequest', name: 'record' },
    );
    const encrypted = createS3Store(recording, kms, join(dataDir, 'kms'));
    // Ceph has no KMS behind it here: it refuses what it cannot encrypt, rather than to store it in the clear.
    await expect(encrypted.replace('lake/a', Buffer.from('a'))).rejects.toThrow();
    await expect(createS3Target(recording, kms).put('landing/a', Buffer.from('a'))).rejects.toThrow();
    await expect(encrypted.claim!(LAKE_LEASE, Buffer.from('a'), undefined)).rejects.toThrow();
    expect(headers.length).toBeGreaterThanOrEqual(3);
    for (const sent of headers) {
      expect(sent).toMatchObject({
        'x-amz-server-side-encryption': 'aws:kms',
        'x-amz-server-side-encryption-aws-kms-key-id': kms.kmsKeyId,
      });
    }
    expect(await store.list('lake')).toEqual([]);
    recording.destroy();
  });
});
