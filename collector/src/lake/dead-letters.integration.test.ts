import { mkdirSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { toBase64Url } from '@gander/log-codes';
import { encodeFrame, encodeLog, focus } from '@gander/log-codes/encode';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { LandingTarget } from '../landing/landing-target.ts';
import { createLocalTarget } from '../landing/local-target.ts';
import { rowLine } from '../landing/rows.ts';
import { createMetrics } from '../metrics.ts';
import { eraseLetters } from './erase-letters.ts';
import { createLakeFixture, HOUR, type LakeFixture, RECEIVED, rowAt } from './lake-fixture.ts';
import { listDeadLetters } from './list-dead-letters.ts';
import { type RedriveOptions, redriveDeadLetters } from './redrive-dead-letters.ts';
import { createSuppressionList } from './suppressions.ts';

const MERCHANT = '00112233445566ff';
const OTHER = 'ffeeddccbbaa9988';
const DEAD = 'dead-letter/collector/dt=2026-09-21/hour=14/c1-abc00-00000001-0123456789ab.ndjson.gz';
const FIREHOSE =
  'dead-letter/firehose/dt=2026-09-21/hour=14/processing-failed-gander-1-2026-09-21-14-00-00-0';

const frameOf = (batchSeq: number): Uint8Array => {
  const bytes: number[] = [];
  for (let i = 0; i < 3; i++) encodeLog(bytes, focus({ field: 1, field_no: i, visit: 1, via: 1 }), 10, []);
  return encodeFrame(
    { batchSeq, firstLogSeq: batchSeq * 3, baseTimeMs: RECEIVED - 500, sentAfterMs: 400, transactionType: 1 },
    [],
    bytes,
    3,
  );
};

const letterOf = (batchSeq: number, over: Record<string, unknown> = {}): string => {
  const frame = frameOf(batchSeq);
  return JSON.stringify({
    received_ms: RECEIVED,
    stage: 'landing',
    reason: 'code',
    merchant: MERCHANT,
    session: 'ab'.repeat(16),
    transaction: 'order_1',
    bytes: frame.length,
    assurance: 2,
    late: false,
    frame: toBase64Url(frame),
    ...over,
  });
};

let fixture: LakeFixture;
let target: LandingTarget;
beforeEach(() => {
  fixture = createLakeFixture();
  target = createLocalTarget(fixture.dataDir);
});
afterEach(() => fixture.remove());

const put = (key: string, lines: readonly string[]): void => {
  const path = join(fixture.dataDir, key);
  mkdirSync(dirname(path), { recursive: true });
  const text = lines.map((l) => `${l}\n`).join('');
  writeFileSync(path, key.endsWith('.gz') ? gzipSync(text) : text);
};
const redrive = (over: Partial<RedriveOptions> = {}) =>
  redriveDeadLetters({
    store: fixture.store,
    target,
    dataDir: fixture.dataDir,
    shards: 1,
    actor: 'test',
    nowMs: RECEIVED + HOUR,
    ...over,
  });
const rowsIn = async (view: string): Promise<number> =>
  Number((await fixture.rows(`select count(*) as n from ${view}`))[0]!.n);

describe('listDeadLetters', () => {
  it('counts by stage and reason, with the newest one’s head in hex and no text of it', async () => {
    put(DEAD, [
      letterOf(0),
      letterOf(1, { received_ms: RECEIVED + 5 }),
      letterOf(2, { reason: 'card_number', frame: undefined }),
      letterOf(3, { merchant: OTHER }),
      '<img onerror=alert(1)>',
    ]);
    const groups = await listDeadLetters(fixture.store);
    expect(groups.map((g) => [g.stage, g.reason, g.letters, g.redrivable])).toEqual([
      ['landing', 'code', 3, 3],
      ['landing', 'card_number', 1, 0],
      ['unknown', 'unreadable', 1, 0],
    ]);
    expect(groups[0]).toMatchObject({ oldestMs: RECEIVED, newestMs: RECEIVED + 5 });
    expect(groups[0]!.sample.head).toBe(Buffer.from(frameOf(1).subarray(0, 32)).toString('hex'));
    expect(JSON.stringify(groups)).not.toContain('img');
    const own = await listDeadLetters(fixture.store, { merchants: new Set([OTHER]) });
    expect(own.map((g) => [g.reason, g.letters])).toEqual([['code', 1]]);
  });
});

describe('redriveDeadLetters', () => {
  it('lands what can become rows, once, and leaves the rest', async () => {
    const metrics = createMetrics();
    put(DEAD, [
      letterOf(0),
      letterOf(1),
      letterOf(2, { reason: 'card_number', frame: undefined }),
      letterOf(3, { frame: 'AAAA' }),
    ]);
    const receipt = await redrive({ metrics });
    expect(receipt).toMatchObject({ actor: 'test', reason: null, rows: 6 });
    expect(receipt.results).toEqual([
      { reason: 'code', landed: 2, failed: 1, suppressed: 0 },
      { reason: 'card_number', landed: 0, failed: 1, suppressed: 0 },
    ]);
    expect(await rowsIn('logs_all')).toBe(6);
    expect(await rowsIn('dead_letter')).toBe(2);
    expect(await fixture.rows('select distinct assurance, late, collector, dt, hour from logs_all')).toEqual([
      { assurance: 2, late: false, collector: 'c1', dt: '2026-09-21', hour: '14' },
    ]);
    expect(await metrics.value('gander_redriven_letters_total', { result: 'landed' })).toBe(2);
    expect(await metrics.value('gander_redriven_rows_total')).toBe(6);
    const stored = await fixture.store.read(`lake/receipts/${receipt.id}.json`);
    expect(JSON.parse(Buffer.from(stored!).toString())).toEqual(receipt);

    expect(await redrive({ nowMs: RECEIVED + 2 * HOUR })).toMatchObject({ rows: 0, objects: [] });
    expect(await rowsIn('logs_all')).toBe(6);
  });

  it('lands the same object again after it was killed before it took the letters out', async () => {
    put(DEAD, [letterOf(0), letterOf(1)]);
    const dying = { ...fixture.store, remove: () => Promise.reject(new Error('killed')) };
    await expect(redrive({ store: dying })).rejects.toThrow('killed');
    expect(await rowsIn('dead_letter')).toBe(2);
    await redrive();
    expect(await rowsIn('dead_letter')).toBe(0);
    expect(await fixture.store.list('landing')).toHaveLength(1);
    expect(await rowsIn('logs_all')).toBe(6);
  });

  it('is added to a day that was compacted before', async () => {
    fixture.land('a', [rowAt(100), rowAt(101)]);
    await fixture.compact();
    put(DEAD, [letterOf(0)]);
    await redrive();
    expect(await rowsIn('logs_all')).toBe(5);
    await fixture.compact();
    expect(await rowsIn('lake_logs')).toBe(5);
    expect(await rowsIn('logs_all')).toBe(5);
  });

  it('takes only what is asked for, and never what was erased', async () => {
    put(DEAD, [
      letterOf(0),
      letterOf(1, { reason: 'log_seq' }),
      letterOf(2, { merchant: OTHER }),
      letterOf(3, { transaction: 'order_2' }),
    ]);
    put('lake/suppressed/x.ndjson', [JSON.stringify({ merchant: MERCHANT, transaction: 'order_2' })]);
    const receipt = await redrive({ reason: 'code', merchants: new Set([MERCHANT]) });
    expect(receipt.results).toEqual([{ reason: 'code', landed: 1, failed: 0, suppressed: 1 }]);
    expect(await fixture.rows('select reason, merchant from dead_letter order by reason')).toEqual([
      { reason: 'code', merchant: OTHER },
      { reason: 'log_seq', merchant: MERCHANT },
    ]);
  });

  it('lands the rows of a Firehose record; a record with a row that is none stays whole', async () => {
    const row = (seq: number, over = {}) =>
      `${rowLine(rowAt(seq)).slice(0, -1)},${JSON.stringify({ dt: '2026-09-21', hour: '14', shard: '00', ...over }).slice(1)}`;
    const record = (errorCode: string, rows: readonly string[]) =>
      JSON.stringify({
        attemptsMade: 1,
        arrivalTimestamp: RECEIVED,
        errorCode,
        errorMessage: 'words',
        rawData: Buffer.from(rows.map((r) => `${r}\n`).join('')).toString('base64'),
      });
    put(FIREHOSE, [
      record('S3.AccessDenied', [row(0), row(1)]),
      record('Other', [row(2), row(3, { dt: '../../x' })]),
    ]);
    expect((await listDeadLetters(fixture.store)).map((g) => [g.stage, g.reason, g.letters])).toEqual([
      ['firehose', 'Other', 1],
      ['firehose', 'S3.AccessDenied', 1],
    ]);
    const receipt = await redrive();
    expect(receipt.rows).toBe(2);
    expect(await rowsIn('logs_all')).toBe(2);
    expect((await listDeadLetters(fixture.store)).map((g) => g.reason)).toEqual(['Other']);

    const [object] = await fixture.store.list('dead-letter');
    expect(
      await eraseLetters(fixture.store, object!, createSuppressionList([{ session: 'ab'.repeat(16) }])),
    ).toBe(1);
    expect(await fixture.store.list('dead-letter')).toEqual([]);
  });
});
