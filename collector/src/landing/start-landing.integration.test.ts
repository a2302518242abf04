import { cpSync, existsSync, mkdirSync, mkdtempSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { createServer, type RequestListener } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { encodeFrame, encodeLog } from '@gander/log-codes';
import { paste } from '@gander/log-codes/encode';
import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import type { Batch } from '../journal/batch.ts';
import { openJournal } from '../journal/open-journal.ts';
import { comparePositions } from '../journal/position.ts';
import { openLake } from '../lake/open-lake.ts';
import { createMetrics } from '../metrics.ts';
import { landingConfigSchema } from './landing-config.ts';
import { startLanding } from './start-landing.ts';

let dataDir: string;
beforeEach(() => {
  dataDir = mkdtempSync(join(tmpdir(), 'gander-landing-'));
});
afterEach(() => {
  vi.unstubAllEnvs();
  rmSync(dataDir, { recursive: true });
});

const batchOf = (n: number): Batch => {
  const logs: number[] = [];
  encodeLog(logs, paste({ field: 1, field_no: 2 }), 0, []);
  const baseTimeMs = Date.now();
  return {
    merchant: '00112233445566ff',
    session: 'ab'.repeat(16),
    transaction: 'order_1',
    assurance: 1,
    late: false,
    receivedMs: baseTimeMs,
    frame: encodeFrame(
      { batchSeq: n, firstLogSeq: n, baseTimeMs, sentAfterMs: 0, transactionType: 1 },
      [],
      logs,
      1,
    ),
  };
};

const config = (landing: object = {}) => ({
  dataDir,
  collectorId: 'c1',
  landing: landingConfigSchema.parse({ intervalMs: 3_600_000, ...landing }),
});

/** An AWS service on loopback, as far as a test needs it. */
const serve = async (listener: RequestListener) => {
  vi.stubEnv('AWS_ACCESS_KEY_ID', 'key');
  vi.stubEnv('AWS_SECRET_ACCESS_KEY', 'secret');
  const server = createServer(listener);
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return {
    endpoint: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    stop: () => {
      server.close();
      server.closeAllConnections();
    },
  };
};

/** Lands two batches, and what landing says of it. */
const landTwo = async (landing: object) => {
  const journal = await journalAt();
  let nowMs = 0;
  const started = startLanding({ journal, config: config(landing), stopMs: 100, monotonic: () => nowMs });
  await Promise.all([0, 1].map((i) => journal.append(batchOf(i))));
  await started.flush();
  const isReadable = () => comparePositions(started.readable(), journal.durable) === 0;
  const readableAtOnce = isReadable();
  nowMs += 10 * 60_000;
  expect(isReadable()).toBe(true);
  const status = { ...started.status(), readableAtOnce };
  await started.stop();
  await journal.stop();
  return status;
};
const journalAt = () =>
  openJournal({
    dir: join(dataDir, 'journal'),
    readers: ['landing'],
    segmentBytes: 1_000_000,
    maxBytes: 10_000_000,
    maxWaiting: 100,
    rememberMs: 3_600_000,
    rememberSessions: 100,
    metrics: createMetrics(),
  });

it('moves what the journal holds into the lake, once, over several starts', async () => {
  for (let start = 0; start < 3; start++) {
    const journal = await journalAt();
    const landing = startLanding({ journal, config: config() });
    await Promise.all([0, 1, 2, 3].map((i) => journal.append(batchOf(start * 4 + i))));
    await landing.flush();
    expect(landing.status()).toMatchObject({ failing: null, restarts: 0, rows: 4 });
    await landing.stop();
    await journal.stop();
  }
  const lake = await openLake({ dataDir });
  const { rows } = await lake.query('select count(*) as n, count(distinct log_seq) as seqs from logs');
  expect(rows).toEqual([{ n: 12, seqs: 12 }]);
  lake.close();
});

it('lands into a bucket that it may write and not read', async () => {
  const methods: string[] = [];
  const s3 = await serve((request, response) => {
    methods.push(request.method!);
    request.resume().on('end', () => {
      response.writeHead(request.method === 'PUT' ? 200 : 403, { 'content-type': 'application/xml' });
      response.end(request.method === 'PUT' ? '' : '<Error><Code>AccessDenied</Code></Error>');
    });
  });
  const status = await landTwo({
    target: 's3',
    s3: { bucket: 'lake', endpoint: s3.endpoint, forcePathStyle: true },
  });
  s3.stop();
  expect(status).toMatchObject({ rows: 2, objects: 1, restarts: 0, failing: null, readableAtOnce: true });
  expect(methods).toEqual(['GET', 'PUT']);
});

it('lands through Firehose where the bucket behind it is not named', async () => {
  let records = 0;
  const firehose = await serve((request, response) => {
    const chunks: Buffer[] = [];
    request.on('data', (chunk: Buffer) => chunks.push(chunk));
    request.on('end', () => {
      const { Records } = JSON.parse(Buffer.concat(chunks).toString()) as { Records: unknown[] };
      records += Records.length;
      response.writeHead(200, { 'content-type': 'application/x-amz-json-1.1' });
      response.end(
        JSON.stringify({
          FailedPutCount: 0,
          RequestResponses: Records.map((_, i) => ({ RecordId: `${i}` })),
        }),
      );
    });
  });
  const status = await landTwo({
    target: 'firehose',
    firehose: { stream: 'gander', endpoint: firehose.endpoint },
  });
  firehose.stop();
  expect(status).toMatchObject({ rows: 2, restarts: 0, failing: null, readableAtOnce: false });
  expect(records).toBe(1);
});

it('stops also while its thread is dead', async () => {
  const journal = await journalAt();
  mkdirSync(join(dataDir, 'journal', 'landing-plan.json'));
  const landing = startLanding({ journal, config: config(), stopMs: 10 });
  await vi.waitFor(() => expect(landing.status().failing).toBe('landing thread ended'), {
    timeout: 30_000,
    interval: 5,
  });
  await landing.stop();
  await journal.stop();
});

it('goes on without a damaged plan, and says so once', async () => {
  const journal = await journalAt();
  const plan = join(dataDir, 'journal', 'landing-plan.json');
  writeFileSync(plan, 'torn');
  await Promise.all([0, 1].map((i) => journal.append(batchOf(i))));
  const log = { info: vi.fn(), warn: vi.fn(), error: vi.fn() };
  const metrics = createMetrics();
  const landing = startLanding({ journal, config: config(), log, metrics });
  await landing.flush();
  expect(landing.status()).toMatchObject({ failing: null, restarts: 0, rows: 2 });
  expect(await metrics.value('gander_landing_damaged_plans_total')).toBe(1);
  expect(log.error).toHaveBeenCalledOnce();
  expect(existsSync(`${plan}.damaged`)).toBe(true);
  await landing.stop();
  await journal.stop();
});

it.each([
  ['with the last plan, each row once', true, 2],
  ['without it, once more what is left: logs_all shows each once', false, 4],
])('lands from damaged places %s', async (_, isPlanThere, stored) => {
  const folder = join(dataDir, 'journal');
  const land = async (batches: readonly number[], beforeStop: () => void = () => undefined) => {
    const journal = await journalAt();
    const landing = startLanding({ journal, config: config() });
    await Promise.all(batches.map((i) => journal.append(batchOf(i))));
    await landing.flush();
    beforeStop();
    await landing.stop();
    await journal.stop();
  };
  // As a crash leaves it: what is landed is not deleted yet.
  const crashed = join(dataDir, 'crashed');
  await land([0, 1], () => cpSync(folder, crashed, { recursive: true }));
  rmSync(folder, { recursive: true });
  renameSync(crashed, folder);
  writeFileSync(join(folder, 'cursors.json'), 'torn');
  if (!isPlanThere) rmSync(join(folder, 'landing-plan.json'));
  await land([]);
  const lake = await openLake({ dataDir });
  const count = async (view: string) =>
    Number((await lake.query(`select count(*) as n from ${view}`)).rows[0]!.n);
  expect([await count('logs'), await count('logs_all')]).toEqual([stored, 2]);
  lake.close();
});
