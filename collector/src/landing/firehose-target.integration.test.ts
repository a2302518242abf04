import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gunzipSync } from 'node:zlib';
import {
  encodeFrame,
  encodeLog,
  FIREHOSE_ERROR_PREFIX,
  FIREHOSE_EXTENSION,
  FIREHOSE_PARTITION_QUERY,
  FIREHOSE_PREFIX,
} from '@gander/log-codes';
import { paste, ready } from '@gander/log-codes/encode';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { ensureProgram } from '../../../scripts/setup/ensure-program.mjs';
import type { Batch } from '../journal/batch.ts';
import { type FirehoseEmulatorOptions, startFirehoseEmulator } from './firehose-emulator.ts';
import { createFirehoseSender } from './firehose-sender.ts';
import { createFirehoseTarget } from './firehose-target.ts';
import type { LandingTarget } from './landing-target.ts';
import { createLocalTarget } from './local-target.ts';
import { createRoundPack, type LandingObject } from './pack-round.ts';

const noJq = await ensureProgram('jq');
const RECEIVED = Date.parse('2026-11-22T14:59:00Z');
const ROUND = { collector: 'c1', boot: 'b0', seq: 1 };

/** Batches of several merchants and two hours, more than a record holds; one of them cannot become rows. */
const batches = (): Batch[] =>
  Array.from({ length: 120 }, (_, n) => {
    const bytes: number[] = [];
    const labels: string[] = [];
    encodeLog(bytes, ready({ sdk_version: 100, entry: 1, page: 'checkout', start_ms: n }), 0, labels);
    for (let i = 0; i < 24; i++) encodeLog(bytes, paste({ field: 1, field_no: i + 1 }), 10, labels);
    const receivedMs = RECEIVED + n * 1_000;
    const frame = encodeFrame(
      {
        batchSeq: n,
        firstLogSeq: n * 25,
        baseTimeMs: receivedMs - 2_000,
        sentAfterMs: 1_000,
        transactionType: 1,
      },
      labels,
      bytes,
      25,
    );
    return {
      merchant: (n % 5).toString(16).padStart(16, '0'),
      session: (n % 7).toString(16).padStart(32, '0'),
      transaction: `order_${n % 7}`,
      assurance: 2,
      late: false,
      receivedMs,
      frame: n === 60 ? frame.subarray(0, 9) : frame,
    };
  });

const objects = (): readonly LandingObject[] => {
  const pack = createRoundPack('c1', 2);
  for (const batch of batches()) pack.add(batch);
  return pack.finish(ROUND).objects;
};

/** Folder → its rows as columns only, sorted: what a reader of the lake sees. */
const landedIn = (root: string): Record<string, string[]> => {
  const found: Record<string, string[]> = {};
  for (const entry of readdirSync(root, { recursive: true, withFileTypes: true })) {
    if (!entry.isFile() || !entry.name.endsWith('.ndjson.gz')) continue;
    const folder = entry.parentPath.slice(root.length + 1);
    const lines = gunzipSync(readFileSync(join(entry.parentPath, entry.name)))
      .toString()
      .trimEnd()
      .split('\n');
    const rows = lines.map((line) => {
      const { dt: _dt, hour: _hour, shard: _shard, ...row } = JSON.parse(line) as Record<string, unknown>;
      return JSON.stringify(row);
    });
    found[folder] = [...(found[folder] ?? []), ...rows];
  }
  for (const rows of Object.values(found)) rows.sort();
  return found;
};

/** Puts again after a failure, as the lander does. */
const putPatiently = async (target: LandingTarget, key: string, body: Uint8Array): Promise<void> => {
  for (let tries = 0; tries < 20; tries++) {
    const done = await target.put(key, body).catch(() => undefined);
    if (done) return;
  }
  throw new Error(`never stored: ${key}`);
};

let root: string;
beforeEach(() => {
  root = mkdtempSync(join(tmpdir(), 'gander-firehose-'));
  vi.stubEnv('AWS_ACCESS_KEY_ID', 'test').stubEnv('AWS_SECRET_ACCESS_KEY', 'test');
});
afterEach(() => {
  vi.unstubAllEnvs();
  rmSync(root, { recursive: true });
});

const start = async (options: Partial<FirehoseEmulatorOptions> = {}) => {
  const emulator = await startFirehoseEmulator({
    stream: 'gander',
    folder: join(root, 'bucket'),
    query: FIREHOSE_PARTITION_QUERY,
    prefix: FIREHOSE_PREFIX,
    errorPrefix: FIREHOSE_ERROR_PREFIX,
    extension: FIREHOSE_EXTENSION,
    bufferBytes: 128 * 1_024,
    bufferMs: 60_000,
    nowMs: RECEIVED,
    ...options,
  });
  const send = createFirehoseSender({ stream: 'gander', region: 'us-east-1', endpoint: emulator.url });
  const others = createLocalTarget(join(root, 'collector'));
  const target = createFirehoseTarget({ send, others, sleep: async () => {}, random: () => 0 });
  return { emulator, send, target };
};

describe('landing through Firehose', () => {
  it('brings the same rows into the same folders as a landing of files', async (context) => {
    if (noJq) context.skip(noJq);
    // Every third record of a call is not taken at first.
    const { emulator, target } = await start({
      fail: (i, call) => (i % 3 === call % 3 ? 'ServiceUnavailableException' : undefined),
    });
    const local = createLocalTarget(join(root, 'local'));
    for (const { key, body } of objects()) {
      await local.put(key, body);
      await putPatiently(target, key, body);
    }
    emulator.advance(60_000);
    await emulator.stop();
    const [there, here] = [landedIn(join(root, 'bucket')), landedIn(join(root, 'local'))];
    const deadLetters = 'dead-letter/collector/dt=2026-11-22/hour=15';
    expect(Object.keys(here)).toHaveLength(1 + Object.keys(there).length);
    expect(here[deadLetters]).toHaveLength(1);
    expect(landedIn(join(root, 'collector'))).toEqual({ [deadLetters]: here[deadLetters] });
    delete here[deadLetters];
    expect(there).toEqual(here);
    expect(Object.values(there).flat()).toHaveLength(119 * 25);
    expect(emulator.records.failed).toBeGreaterThan(0);
    expect(emulator.calls.refused).toBe(0);
  });

  it('sends twice, and loses nothing, when an answer is lost', async (context) => {
    if (noJq) context.skip(noJq);
    const { emulator, target } = await start({ loseAnswer: (call) => call === 0 });
    const first = objects().find((o) => o.key.startsWith('landing/'));
    await target.put(first!.key, first!.body);
    emulator.advance(60_000);
    await emulator.stop();
    const rows = Object.values(landedIn(join(root, 'bucket'))).flat();
    expect(new Set(rows).size).toBe(first!.lines);
    expect(rows).toHaveLength(2 * first!.lines);
  });

  it('delivers by size and by time', async (context) => {
    if (noJq) context.skip(noJq);
    const { emulator, target } = await start({ bufferBytes: 1 << 30 });
    for (const { key, body } of objects()) await target.put(key, body);
    emulator.advance(59_999);
    expect(readdirSync(root)).not.toContain('bucket');
    emulator.advance(1);
    expect(Object.values(landedIn(join(root, 'bucket'))).flat()).toHaveLength(119 * 25);
    await emulator.stop();
  });
});

describe('the emulated stream', () => {
  const deadLetters = (): Record<string, string>[] =>
    readdirSync(join(root, 'bucket'), { recursive: true, withFileTypes: true })
      .filter((e) => e.isFile() && e.parentPath.includes('dead-letter/firehose/dt=2026-11-22/hour=14'))
      .map((e) => JSON.parse(readFileSync(join(e.parentPath, e.name), 'utf8')) as Record<string, string>);

  it('puts what has no partition, too many rows or no JSON below the error prefix', async (context) => {
    if (noJq) context.skip(noJq);
    const { emulator, send } = await start();
    const row = '{"dt":"2026-11-22","hour":"14","shard":"00"}\n';
    expect(
      await send([Buffer.from('{"n":1}\n'), Buffer.from(row.repeat(501)), Buffer.from('{broken')]),
    ).toEqual([undefined, undefined, undefined]);
    await emulator.stop();
    expect(
      deadLetters()
        .map((d) => d.errorCode)
        .sort((a, b) => (a! < b! ? -1 : 1)),
    ).toEqual([
      'DynamicPartitioning.MetadataExtractionFailed',
      'DynamicPartitioning.MetadataExtractionFailed',
      'RecordDeaggregation.LimitExceeded',
    ]);
  });

  it.each([
    ['501 records', Array.from({ length: 501 }, () => Buffer.from('{}'))],
    ['a record of more than 1,000 KiB', [Buffer.alloc(1_024_001)]],
    ['more than 4 MiB', Array.from({ length: 5 }, () => Buffer.alloc(1_000_000))],
  ])('refuses %s', async (_, records) => {
    const { emulator, send } = await start();
    await expect(send(records)).rejects.toMatchObject({ name: 'InvalidArgumentException' });
    expect(emulator.calls).toEqual({ accepted: 0, refused: 1 });
    await emulator.stop();
  });
});
