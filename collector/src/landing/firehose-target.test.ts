import { gzipSync } from 'node:zlib';
import { describe, expect, it } from 'vitest';
import { callsOf, MAX_CALL_BYTES, MAX_RECORD_BYTES, recordsOf } from './firehose-records.ts';
import { createFirehoseTarget, FirehoseError, type SendRecords } from './firehose-target.ts';
import type { LandingTarget } from './landing-target.ts';

const KEY = 'landing/logs/dt=2026-11-22/hour=14/shard=03/c1-b0-00000001-0123456789ab.ndjson.gz';
const objectOf = (rows: readonly object[]): Uint8Array =>
  gzipSync(rows.map((row) => `${JSON.stringify(row)}\n`).join(''));
const rowsIn = (records: readonly Uint8Array[]): { n: number }[] =>
  records.flatMap((r) =>
    Buffer.from(r)
      .toString()
      .trimEnd()
      .split('\n')
      .map((line) => JSON.parse(line) as { n: number }),
  );
const many = (count: number, pad = 0): object[] =>
  Array.from({ length: count }, (_, n) => ({ n, pad: 'x'.repeat(pad) }));

describe('recordsOf', () => {
  it('writes dt, hour and shard into each row', () => {
    expect(rowsIn(recordsOf(KEY, objectOf([{ n: 1 }])))).toEqual([
      { n: 1, dt: '2026-11-22', hour: '14', shard: '03' },
    ]);
  });

  it('packs at most 500 rows into a record', () => {
    const records = recordsOf(KEY, objectOf(many(1_201)));
    expect(records.map((r) => rowsIn([r]).length)).toEqual([500, 500, 201]);
    expect(rowsIn(records).map((r) => r.n)).toEqual(Array.from({ length: 1_201 }, (_, n) => n));
  });

  it('keeps records within 1,000 KiB and calls within 500 records and their bytes', () => {
    const records = recordsOf(KEY, objectOf(many(60, 100_000)));
    expect(rowsIn(records)).toHaveLength(60);
    for (const record of records) expect(record.length).toBeLessThanOrEqual(MAX_RECORD_BYTES);
    const calls = callsOf(records);
    for (const call of calls)
      expect(call.reduce((sum, r) => sum + r.length, 0)).toBeLessThanOrEqual(MAX_CALL_BYTES);
    // Not toEqual: vitest takes minutes for megabytes of bytes.
    expect(Buffer.concat(calls.flat()).equals(Buffer.concat(records))).toBe(true);
    const small = Array.from({ length: 1_001 }, () => Buffer.from('x'));
    expect(callsOf(small).map((c) => c.length)).toEqual([500, 500, 1]);
    expect(callsOf([])).toEqual([]);
  });

  it('refuses a foreign key, and a row that fits no record', () => {
    expect(() =>
      recordsOf('dead-letter/collector/dt=2026-11-22/hour=14/x.ndjson.gz', objectOf([])),
    ).toThrow();
    expect(() => recordsOf(KEY, objectOf(many(1, MAX_RECORD_BYTES)))).toThrow('larger');
  });
});

describe('createFirehoseTarget', () => {
  const others: LandingTarget = { put: async () => 'exists' };
  const targetOf = (send: SendRecords) =>
    createFirehoseTarget({ send, others, sleep: async () => {}, random: () => 0 });

  it('sends again only what failed', async () => {
    const seen: number[][] = [];
    const target = targetOf(async (records) => {
      seen.push(records.map((r) => rowsIn([r])[0]!.n));
      return records.map((_, i) =>
        seen.length === 1 && i === 1 ? 'ServiceUnavailableException' : undefined,
      );
    });
    expect(await target.put(KEY, objectOf(many(1_500)))).toBe('stored');
    expect(seen).toEqual([[0, 500, 1_000], [500]]);
  });

  it('throws when nothing moves, and goes on from there when it is put again', async () => {
    let broken = true;
    const taken: number[] = [];
    const target = targetOf(async (records) =>
      records.map((r) => {
        const first = rowsIn([r])[0]!.n;
        if (broken && first > 0) return 'ServiceUnavailableException';
        taken.push(first);
        return undefined;
      }),
    );
    const body = objectOf(many(1_500));
    await expect(target.put(KEY, body)).rejects.toMatchObject(
      new FirehoseError('ServiceUnavailableException'),
    );
    broken = false;
    await target.put(KEY, body);
    expect(taken).toEqual([0, 500, 1_000]);
  });

  it('remembers what was taken before a call failed as a whole', async () => {
    let calls = 0;
    const taken: number[] = [];
    const target = targetOf(async (records) => {
      if (++calls === 2) throw new Error('socket hang up');
      taken.push(...rowsIn(records).map((r) => r.n));
      return records.map(() => undefined);
    });
    const body = objectOf(many(100, 80_000));
    await expect(target.put(KEY, body)).rejects.toThrow('hang up');
    await target.put(KEY, body);
    expect(taken).toEqual(Array.from({ length: 100 }, (_, n) => n));
  });

  it('sends the same object whole again once it was stored', async () => {
    let sent = 0;
    const target = targetOf(async (records) => {
      sent += records.length;
      return records.map(() => undefined);
    });
    await target.put(KEY, objectOf(many(2)));
    await target.put(KEY, objectOf(many(2)));
    expect(sent).toBe(2);
  });

  it('leaves dead letters to another target', async () => {
    const target = targetOf(async () => {
      throw new Error('never called');
    });
    expect(await target.put('dead-letter/collector/dt=2026-11-22/hour=14/x.ndjson.gz', objectOf([]))).toBe(
      'exists',
    );
  });
});
