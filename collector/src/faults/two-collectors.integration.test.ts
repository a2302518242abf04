import { type ChildProcess, spawn } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { CreateBucketCommand, S3Client } from '@aws-sdk/client-s3';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { collectorConfig, startCollector, startNginx } from '../../../deploy/two-collectors/run.mjs';
import { ensureBuild } from '../../../scripts/setup/ensure-build.mjs';
import { ensureProgram } from '../../../scripts/setup/ensure-program.mjs';
import { freePort } from '../../../scripts/setup/free-port.mjs';
import {
  ensurePostgres,
  type PostgresServer,
  startPostgres,
} from '../../../scripts/setup/postgres-server.mjs';
import { ensureS3Server, type S3Server, startS3Server } from '../../../scripts/setup/s3-server.mjs';
import { answeredByRedis, bodyOf, frameOf, ORIGIN, post } from '../collector-fixture.ts';
import { openLake } from '../lake/open-lake.ts';
import { createS3Store } from '../lake/s3-store.ts';
import { type S3FaultProxy, startS3FaultProxy } from '../landing/s3-fault-proxy.ts';
import { openRegistry } from '../registry/open-registry.ts';
import { loadRootKey } from '../registry/root-key.ts';
import { createObligations, LOGS } from './obligations.ts';

const missing =
  (await ensureProgram('redis-server')) ??
  (await ensureProgram('/usr/sbin/nginx', 'nginx-light')) ??
  (await ensurePostgres()) ??
  (await ensureS3Server());
if (missing && process.env.CI) throw new Error(missing);
if (missing) console.error(`SKIPPED: 3 tests of two collectors as processes: ${missing}`);

const ROOT = join(import.meta.dirname, '../../..');

/** The example of deploy/two-collectors, as processes: nginx, two times `gander start` as built, Redis, PostgreSQL, an S3 server with faults before it. */
describe.skipIf(missing)('two collectors, Redis and an S3 server behind nginx', { timeout: 120_000 }, () => {
  const dir = mkdtempSync(join(tmpdir(), 'gander-two-'));
  const rootKey = randomBytes(32).toString('base64url');
  const bucket = `b${randomBytes(6).toString('hex')}`;
  const children: ChildProcess[] = [];
  let postgres: PostgresServer;
  let s3: S3Server;
  let proxy: S3FaultProxy;
  let client: S3Client;
  let redisPort: number;
  let redis: ChildProcess;
  let site: string;
  let ports: number[];
  const collectors: ChildProcess[] = [];
  let siteKey: string;

  const startRedis = async (): Promise<void> => {
    redis = spawn(
      'redis-server',
      ['--port', String(redisPort), '--bind', '127.0.0.1', '--save', '', '--dir', dir],
      {
        stdio: ['ignore', 'pipe', 'ignore'],
      },
    );
    for await (const chunk of redis.stdout!) if (String(chunk).includes('Ready to accept')) break;
  };
  const s3Config = () => ({ bucket, endpoint: proxy.endpoint, region: s3.region });
  const start = async (i: number): Promise<void> => {
    const id = `c${i + 1}`;
    const config = collectorConfig({
      id,
      port: ports[i]!,
      dataDir: join(dir, id),
      rootKey,
      redisUrl: `redis://127.0.0.1:${redisPort}`,
      databaseUrl: postgres.url,
      s3: s3Config(),
    });
    const many = { points: 1_000_000, seconds: 10 };
    const limits = { session: many, ip: many, openIp: many };
    const landing = { ...config.landing, intervalMs: 200 };
    const env = {
      ...process.env,
      AWS_ACCESS_KEY_ID: s3.accessKeyId,
      AWS_SECRET_ACCESS_KEY: s3.secretAccessKey,
    };
    collectors[i] = await startCollector(
      { config: { ...config, landing, limits, logLevel: 'fatal' }, consolePort: 0 },
      { stdio: 'ignore', env },
    );
  };
  /** The sum of a counter over both collectors, from their /metrics. */
  const counted = async (name: string): Promise<number> => {
    let sum = 0;
    for (const port of ports) {
      const text = await (await fetch(`http://127.0.0.1:${port}/metrics`)).text();
      for (const m of text.matchAll(new RegExp(`^${name}(?:\\{[^}]*\\})? ([0-9.e+]+)$`, 'gm')))
        sum += Number(m[1]);
    }
    return sum;
  };
  const until = async (holds: () => Promise<boolean> | boolean): Promise<void> => {
    for (let i = 0; i < 600 && !(await holds()); i++) await delay(50);
    expect(await holds()).toBe(true);
  };
  const open = async (more = {}): Promise<string> => {
    const response = await post(`${site}/v1/sessions`, JSON.stringify({ key: siteKey, ...more }));
    expect(response.status).toBe(201);
    return ((await response.json()) as { t: string }).t;
  };
  const direct = () => ports.map((port) => `http://127.0.0.1:${port}/v1/logs`);

  beforeAll(async () => {
    [postgres, s3] = await Promise.all([startPostgres(), startS3Server(), ensureBuild(ROOT)]);
    proxy = await startS3FaultProxy(s3.endpoint);
    client = new S3Client({
      endpoint: s3.endpoint,
      region: s3.region,
      forcePathStyle: true,
      credentials: { accessKeyId: s3.accessKeyId, secretAccessKey: s3.secretAccessKey },
    });
    await client.send(new CreateBucketCommand({ Bucket: bucket }));
    redisPort = await freePort();
    await startRedis();
    ports = [await freePort(), await freePort()];
    await start(0);
    await start(1);
    const registry = await openRegistry({
      databaseUrl: postgres.url,
      dataDir: dir,
      rootKey: loadRootKey(dir, rootKey),
      pollMs: 0,
    });
    const { id } = await registry.createMerchant({ name: 'Shop', origins: [ORIGIN] });
    siteKey = await registry.createSiteKey(id);
    await registry.stop();
    const port = await freePort();
    children.push(await startNginx({ dir: join(dir, 'nginx'), port, collectors: ports }));
    site = `http://127.0.0.1:${port}`;
    // Both read the new merchant within half a second.
    await until(async () => {
      const asked = await Promise.all(
        ports.map((p) => post(`http://127.0.0.1:${p}/v1/sessions`, JSON.stringify({ key: siteKey }))),
      );
      return asked.every((a) => a.status === 201);
    });
  }, 300_000);

  afterAll(async () => {
    for (const child of [...children, ...collectors, redis]) {
      if (!child || child.exitCode !== null || child.signalCode !== null) continue;
      child.kill('SIGTERM');
      await once(child, 'exit');
    }
    await proxy?.stop();
    await s3?.stop();
    await postgres?.close();
    rmSync(dir, { recursive: true, force: true });
  });

  it('shows pages the intake alone, with one body limit, and believes no chain that a client made up', async () => {
    for (const path of ['/metrics', '/healthz', '/readyz', '/'])
      expect((await fetch(site + path)).status).toBe(404);
    expect((await post(`${site}/v1/logs`, 'x'.repeat(16 * 1024 + 1))).status).toBe(413);
    expect((await post(`${site}/v1/logs`, 'x'.repeat(16 * 1024))).status).toBe(400);
    const token = await open();
    const forged = { 'x-forwarded-for': '203.0.113.9, 198.51.100.7' };
    expect((await post(`${site}/v1/logs`, bodyOf(token, frameOf(0)), forged)).status).toBe(202);
  });

  it('stores a batch once that is sent to both, at the same moment and again', async () => {
    const kept = await answeredByRedis(
      () => counted('gander_limiter_fallbacks_total'),
      async () => {
        const token = await open({ transaction: 'order_replay' });
        const before = await counted('gander_journal_batches_total');
        for (let seq = 0; seq < 20; seq++) {
          const body = bodyOf(token, frameOf(seq));
          const first = await Promise.all(direct().map((url) => post(url, body)));
          for (const { status } of first) expect([202, 503]).toContain(status);
          for (const url of [...direct(), `${site}/v1/logs`])
            expect((await post(url, body)).status).toBe(202);
        }
        return (await counted('gander_journal_batches_total')) - before;
      },
    );
    expect(kept).toBe(20);
  });

  it('#48 #43 keeps every acknowledged batch once while a collector is killed, Redis dies and S3 fails', async () => {
    const tokens = await Promise.all(
      Array.from({ length: 8 }, (_, i) => open({ transaction: `order_${i}` })),
    );
    const book = createObligations(tokens);
    let done = false;
    const traffic = book.run(
      () => site,
      () => done,
    );
    const more = async (count: number): Promise<void> => {
      const from = book.acknowledged.size;
      await until(() => book.acknowledged.size >= from + count);
    };
    await more(40);
    proxy.plan(500, 503, 'cut-after-request', 'none', 'cut-after-request', 503, 500, 'cut-after-request');
    await more(40);
    collectors[1]!.kill('SIGKILL');
    await once(collectors[1]!, 'exit');
    await more(40);
    await start(1);
    redis.kill('SIGKILL');
    await once(redis, 'exit');
    await more(40);
    proxy.plan(503, 'cut-after-request', 500, 'none', 503);
    await startRedis();
    await more(40);
    done = true;
    await traffic;
    for (const collector of collectors) {
      collector.kill('SIGTERM');
      const [code] = (await once(collector, 'exit')) as [number];
      expect(code).toBe(0);
    }
    const config = { ...s3Config(), endpoint: s3.endpoint, prefix: '', forcePathStyle: true, kmsKeyId: '' };
    const lake = await openLake({
      dataDir: dir,
      store: createS3Store(client, config, join(dir, 'cache')),
      remote: true,
    });
    const { rows } = await lake.query(
      'select session, batch_seq, count(*) as n, count(distinct log_seq) as logs from logs_all group by all',
    );
    lake.close();
    const landed = new Map(
      rows.map((r) => [`${r.session as string}/${r.batch_seq as number}`, [Number(r.n), Number(r.logs)]]),
    );
    expect([...book.acknowledged].filter((b) => !landed.has(b))).toEqual([]);
    const doubled = [...book.sent].filter(
      (b) => landed.has(b) && landed.get(b)!.join() !== `${LOGS},${LOGS}`,
    );
    expect(doubled).toEqual([]);
    // What the two tests before this one sent, and nothing else that this one did not.
    expect([...landed.keys()].filter((b) => !book.sent.has(b))).toHaveLength(21);
  });
});
