import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { bodyOf, type CollectorFixture, frameOf, post, startFixture } from './collector-fixture.ts';
import { readConfig } from './config.ts';
import { createLogger } from './logger.ts';
import { describeEachDatabase } from './registry/database-fixture.ts';
import { type Collector, startCollector } from './start.ts';

const until = async (holds: () => Promise<boolean>): Promise<void> => {
  for (let i = 0; i < 200 && !(await holds()); i++) await new Promise((resolve) => setTimeout(resolve, 50));
  expect(await holds()).toBe(true);
};

describeEachDatabase('two collectors with one registry', (database) => {
  let first: CollectorFixture;
  let second: Collector;
  let journal: string;

  beforeEach(async () => {
    await database.empty();
    const databaseUrl = database.url();
    first = await startFixture({ databaseUrl });
    journal = mkdtempSync(join(tmpdir(), 'gander-second-'));
    second = await startCollector({
      // The same folder for the root key, and for SQLite; a journal of its own.
      config: readConfig({ port: 0, databaseUrl, dataDir: first.dataDir, collectorId: 'c2' }),
      journalDir: join(journal, 'journal'),
      log: createLogger('error', { write: () => undefined }),
    });
  });
  afterEach(async () => {
    await second.stop();
    await first.remove();
    rmSync(journal, { recursive: true });
  });

  const openAtSecond = async (): Promise<Response> =>
    post(`${second.url}/v1/sessions`, JSON.stringify({ key: first.siteKey, transaction: 'order_1' }));
  const tokenAtSecond = async (): Promise<string> =>
    ((await (await openAtSecond()).json()) as { t: string }).t;

  it('both take over a key, a quota and a revocation that one of them made', async () => {
    const { registry } = first.collector;
    await until(async () => (await openAtSecond()).status === 201);
    const token = await tokenAtSecond();
    const send = async (seq: number) =>
      (await post(`${second.url}/v1/logs`, bodyOf(token, frameOf(seq)))).status;
    expect(await send(0)).toBe(202);
    await registry.setQuota(first.merchant, 'batches', 1);
    let seq = 1;
    // Ten in ten seconds: the next of a burst are refused.
    await until(async () => {
      const burst = await Promise.all(Array.from({ length: 12 }, () => send(seq++)));
      return burst.includes(429);
    });
    await registry.setQuota(first.merchant, 'batches', null);
    await until(async () => (await send(seq++)) === 202);
    await registry.revokeKey(first.siteKey);
    await until(async () => (await openAtSecond()).status === 401);
  });

  const { outage } = database;
  if (outage)
    it('go on taking batches and opening sessions while the database is away', async () => {
      await until(async () => (await openAtSecond()).status === 201);
      const token = await tokenAtSecond();
      await outage.begin();
      await until(async () => (await second.metrics.value('gander_registry_up')) === 0);
      expect((await openAtSecond()).status).toBe(201);
      expect((await post(`${second.url}/v1/logs`, bodyOf(token, frameOf(0)))).status).toBe(202);
      await outage.end();
      await until(async () => (await second.metrics.value('gander_registry_up')) === 1);
      const { id } = await first.collector.registry.createMerchant({ name: 'After', origins: [] });
      await until(async () => second.registry.merchant(id) !== undefined);
    });
});
