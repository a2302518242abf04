import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { ensureProgram } from '../../../scripts/setup/ensure-program.mjs';
import { freePort } from '../../../scripts/setup/free-port.mjs';
import {
  answeredByRedis,
  bodyOf,
  type CollectorFixture,
  frameOf,
  grantOf,
  post,
  startFixture,
} from '../collector-fixture.ts';
import { readConfig } from '../config.ts';
import { createLogger } from '../logger.ts';
import { type Collector, startCollector } from '../start.ts';

const missing = await ensureProgram('redis-server');
if (missing && process.env.CI) throw new Error(missing);
if (missing) console.warn(`SKIPPED: 4 tests with Redis: ${missing}`);

let dir: string;
let redis: ChildProcess;
let port: number;
const startRedis = async (): Promise<void> => {
  redis = spawn('redis-server', ['--port', String(port), '--bind', '127.0.0.1', '--save', '', '--dir', dir], {
    stdio: ['ignore', 'pipe', 'ignore'],
  });
  for await (const chunk of redis.stdout!) if (String(chunk).includes('Ready to accept')) break;
};
const stopRedis = async (): Promise<void> => {
  if (redis.exitCode !== null) return;
  redis.kill('SIGKILL');
  await once(redis, 'exit');
};
let first: CollectorFixture;
let second: Collector;
const bucket = (points: number) => ({ points, seconds: 60 });
const limits = { session: bucket(40), openIp: bucket(1_000) };

/** Two collectors with one root key and registry, a journal each, and one Redis. */
const startBoth = async (): Promise<void> => {
  const redisUrl = `redis://127.0.0.1:${port}`;
  first = await startFixture({ redisUrl, limits, collectorId: 'c1' });
  const config = readConfig({ port: 0, redisUrl, limits, collectorId: 'c2', dataDir: first.dataDir });
  const own = mkdtempSync(join(tmpdir(), 'gander-second-'));
  second = await startCollector({
    config,
    journalDir: join(own, 'journal'),
    log: createLogger('error', { write: () => undefined }),
  });
  await until(async () => (await upOf(first.collector)) + (await upOf(second)) === 2);
};
const upOf = (collector: Collector) => collector.metrics.value('gander_redis_up');
const until = async (holds: () => Promise<boolean>): Promise<void> => {
  for (let i = 0; i < 500 && !(await holds()); i++) await new Promise((resolve) => setTimeout(resolve, 20));
  expect(await holds()).toBe(true);
};
const fallbacks = async () =>
  (await first.collector.metrics.value('gander_limiter_fallbacks_total')) +
  (await second.metrics.value('gander_limiter_fallbacks_total'));
const stored = async () =>
  (await first.collector.metrics.value('gander_journal_batches_total')) +
  (await second.metrics.value('gander_journal_batches_total'));

describe.skipIf(missing)('two collectors with one Redis', () => {
  beforeAll(async () => {
    dir = mkdtempSync(join(tmpdir(), 'gander-redis-'));
    port = await freePort();
    await startRedis();
    await startBoth();
  });
  afterAll(async () => {
    await second.stop();
    await first.remove();
    await stopRedis();
    rmSync(dir, { recursive: true });
  });
  const urls = () => [first.collector.url, second.url].map((url) => `${url}/v1/logs`);

  it('store a batch once, also when both get it at the same moment', async () => {
    const kept = await answeredByRedis(fallbacks, async () => {
      const token = await first.open();
      const before = await stored();
      for (let seq = 0; seq < 10; seq++) {
        const body = bodyOf(token, frameOf(seq));
        const answers = await Promise.all(urls().map((url) => post(url, body)));
        // The slower of two may be told to come back: by then it is kept.
        for (const answer of answers) expect([202, 503]).toContain(answer.status);
        for (const url of urls()) expect((await post(url, body)).status).toBe(202);
      }
      return (await stored()) - before;
    });
    expect(kept).toBe(10);
  });

  it('count limits and uses of a grant together', async () => {
    const { through, opened } = await answeredByRedis(fallbacks, async () => {
      const token = await first.open();
      let through = 0;
      for (let seq = 0; seq < 50; seq++) {
        if ((await post(urls()[seq % 2]!, bodyOf(token, frameOf(seq)))).status === 202) through++;
      }
      const ask = JSON.stringify({ grant: grantOf(first.secretKey) });
      let opened = 0;
      for (let i = 0; i < 12; i++) {
        const { status } = await post(`${i % 2 ? second.url : first.collector.url}/v1/sessions`, ask);
        if (status === 201) opened++;
      }
      return { through, opened };
    });
    expect({ through, opened }).toEqual({ through: 40, opened: 10 });
  });

  it('go on with limits of their own when Redis dies, and together again when it is back', async () => {
    await stopRedis();
    await until(async () => (await upOf(first.collector)) + (await upOf(second)) === 0);
    const token = await first.open();
    const through = [0, 0];
    for (let seq = 0; seq < 100; seq++) {
      if ((await post(urls()[seq % 2]!, bodyOf(token, frameOf(seq)))).status === 202) through[seq % 2]!++;
    }
    expect(through).toEqual([40, 40]);
    expect(await first.collector.metrics.value('gander_limiter_fallbacks_total')).toBeGreaterThan(0);
    await startRedis();
    await until(async () => (await upOf(first.collector)) + (await upOf(second)) === 2);
    const kept = await answeredByRedis(fallbacks, async () => {
      const body = bodyOf(await first.open(), frameOf(0));
      const before = await stored();
      for (const url of urls()) expect((await post(url, body)).status).toBe(202);
      return (await stored()) - before;
    });
    expect(kept).toBe(1);
  });

  it('wait for no Redis that hangs', async () => {
    redis.kill('SIGSTOP');
    const token = await first.open();
    expect((await post(urls()[0]!, bodyOf(token, frameOf(0)))).status).toBe(202);
    redis.kill('SIGCONT');
  });
});
