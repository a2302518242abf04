import {
  encodeFrame,
  encodeLog,
  type FrameHeader,
  LAKE_COLUMNS,
  LOG_CODE,
  type Log,
} from '@gander/log-codes';
import { paste, ready, step, typed } from '@gander/log-codes/encode';
import { lakeRowSchema } from '@gander/log-codes/schema';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Batch } from '../journal/batch.ts';
import { createPacker } from './packer.ts';
import { RowsError, rowLine, rowsOf, writeRowLines } from './rows.ts';

const RECEIVED = 1_790_000_000_000;
const HOUR = 3_600_000;

const batchOf = (header: Partial<FrameHeader>, logs: readonly (readonly [Log, number])[]): Batch => {
  const bytes: number[] = [];
  const labels: string[] = [];
  for (const [log, since] of logs) encodeLog(bytes, log, since, labels);
  const frame = encodeFrame(
    {
      batchSeq: 3,
      firstLogSeq: 7,
      baseTimeMs: RECEIVED - 5_000,
      sentAfterMs: 4_000,
      transactionType: 1,
      ...header,
    },
    labels,
    bytes,
    logs.length,
  );
  return {
    merchant: '00112233445566ff',
    session: 'ab'.repeat(16),
    transaction: 'order_1',
    assurance: 2,
    late: false,
    receivedMs: RECEIVED,
    frame,
  };
};

const LOGS = [
  [ready({ sdk_version: 100, entry: 1, page: 'checkout', start_ms: 12 }), 0],
  [paste({ field: 1, field_no: 3, since_focus_ms: 0 }), 1_500],
] as const;

describe('rowsOf', () => {
  it('makes one row a log, with the names of the columns', () => {
    const rows = rowsOf(batchOf({}, LOGS), 'c1');
    expect(rows).toHaveLength(2);
    expect(rows[1]).toEqual({
      merchant: '00112233445566ff',
      session: 'ab'.repeat(16),
      transaction: 'order_1',
      log_seq: 8,
      batch_seq: 3,
      code: 1220,
      event_ts: RECEIVED - 3_500,
      lag_ms: 3_500,
      skew_ms: 0,
      assurance: 2,
      late: false,
      collector: 'c1',
      field: 1,
      field_no: 3,
      since_focus_ms: 0,
    });
    expect(rows[0]).toMatchObject({ page: 'checkout', sdk_version: 100 });
  });

  it('keeps an unknown code with its raw arguments', () => {
    const rows = rowsOf(batchOf({ transactionType: 5 }, [[[299, 7, 0, 9], 0]]), 'c1');
    expect(rows[0]).toMatchObject({ code: 5299, unknown_args: '7,0,9' });
  });

  const clock = (header: Partial<FrameHeader>) => {
    const [first, second] = rowsOf(batchOf(header, LOGS), 'c1');
    return [first!.event_ts - RECEIVED, first!.skew_ms, second!.event_ts - RECEIVED];
  };

  it('takes a seal up to 24 h old as lag', () => {
    expect(clock({})).toEqual([-5_000, 0, -3_500]);
    expect(clock({ baseTimeMs: RECEIVED - 24 * HOUR, sentAfterMs: 0 })).toEqual([
      -24 * HOUR,
      0,
      -24 * HOUR + 1_500,
    ]);
  });

  it('shifts a device whose clock is ahead back, so that it was sealed at receipt', () => {
    expect(clock({ baseTimeMs: RECEIVED + HOUR })).toEqual([-4_000, -HOUR - 4_000, -2_500]);
  });

  it('shifts a device whose clock is more than a day behind to receipt', () => {
    expect(clock({ baseTimeMs: RECEIVED - 25 * HOUR, sentAfterMs: 2_000 })).toEqual([
      -2_000,
      25 * HOUR - 2_000,
      -500,
    ]);
  });

  it('never lies in the future nor more than two days back, and says what it added', () => {
    fc.assert(
      fc.property(
        fc.record({ baseTimeMs: fc.maxSafeNat(), sentAfterMs: fc.maxSafeNat() }),
        // Eight times a gap must still be a number that the wire takes.
        fc.array(fc.integer({ min: 0, max: 2 ** 49 }), { minLength: 1, maxLength: 5 }),
        (header, gaps) => {
          const batch = batchOf(
            header,
            gaps.map((gap) => [[300], gap] as const),
          );
          for (const row of rowsOf(batch, 'c1')) {
            expect(row.event_ts + row.lag_ms).toBe(RECEIVED);
            expect(row.lag_ms).toBeGreaterThanOrEqual(0);
            expect(row.lag_ms).toBeLessThanOrEqual(48 * HOUR);
          }
        },
      ),
    );
  });

  it.each([
    ['truncated', { ...batchOf({}, LOGS), frame: batchOf({}, LOGS).frame.subarray(0, 20) }],
    ['log_seq', batchOf({ firstLogSeq: 2 ** 31 - 2 }, LOGS)],
    ['batch_seq', batchOf({ batchSeq: 2 ** 31 }, LOGS)],
    ['code', batchOf({}, [[[1000], 0]])],
    ['card_number', batchOf({}, [[[299, 4242424242424242], 0]])],
    ['card_number', batchOf({}, [[[220, 1, 3, 0, 4242424242424243], 0]])],
  ] as const)('refuses %s, naming no value', (fault, batch) => {
    let caught: unknown;
    try {
      rowsOf(batch, 'c1');
    } catch (error) {
      caught = error;
    }
    expect(caught).toBeInstanceOf(RowsError);
    expect(caught).toMatchObject({ fault, message: `batch has no rows: ${fault}` });
  });

  it('makes rows that the schema of the lake takes', () => {
    const logs = [
      ...LOGS,
      [step({ step: 'payment', step_no: 2 }), 10],
      [typed({ field: 10, field_no: 1 }), 3],
    ] as const;
    for (const row of rowsOf(batchOf({}, logs), 'c1')) expect(lakeRowSchema.parse(row)).toBeTruthy();
  });
});

describe('rowLine', () => {
  it('reads back as the row, columns in table order', () => {
    for (const row of rowsOf(batchOf({}, LOGS), 'c1')) {
      const line = rowLine(row);
      expect(JSON.parse(line)).toEqual(row);
      const names = Object.keys(JSON.parse(line) as object);
      expect(names).toEqual(LAKE_COLUMNS.map((c) => c.name).filter((name) => names.includes(name)));
    }
  });
});

describe('writeRowLines', () => {
  it('writes the very lines of rowsOf and rowLine, for each code, known or not, with any arguments', () => {
    const codes = [...LOG_CODE.keys(), 199, 299, 998];
    fc.assert(
      fc.property(
        fc.array(fc.array(fc.integer({ min: 0, max: 70_000 }), { maxLength: 22 }), {
          minLength: codes.length,
          maxLength: codes.length,
        }),
        fc.boolean(),
        (args, late) => {
          const logs = codes.map((code, i) => [[code, ...args[i]!] as unknown as Log, i] as const);
          const batch = { ...batchOf({}, [...LOGS, ...logs]), late };
          const out = createPacker();
          const rows = rowsOf(batch, 'c1');
          expect(writeRowLines(batch, 'c1', out)).toBe(rows.length);
          expect(out.reserve(0).toString('utf8', 0, out.at)).toBe(
            rows.map((row) => `${rowLine(row)}\n`).join(''),
          );
        },
      ),
      { numRuns: 50 },
    );
  });
});
