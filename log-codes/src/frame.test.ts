import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { decodeFrame, fromBase64Url, inspectFrame } from './decode.ts';
import { encodeFrame, encodeLog, type Log, toBase64Url } from './encode.ts';
import * as logs from './generated/logs.ts';

const header = {
  batchSeq: 3,
  firstLogSeq: 40,
  baseTimeMs: 1_700_000_000_000,
  sentAfterMs: 2_000,
  transactionType: 1,
};

const frameOf = (entries: readonly (readonly [number, Log])[], head = header): Uint8Array => {
  const bytes: number[] = [];
  const labels: string[] = [];
  for (const [since, log] of entries) encodeLog(bytes, log, since, labels);
  return encodeFrame(head, labels, bytes, entries.length);
};

const faultOf = (run: () => unknown): unknown => {
  try {
    run();
  } catch (error) {
    return (error as { fault?: unknown }).fault;
  }
  return 'none';
};

describe('frame', () => {
  it('brings logs back by name, with times, sequence numbers and labels', () => {
    const frame = decodeFrame(
      frameOf([
        [5, logs.ready({ sdk_version: 100, entry: 1, page: 'checkout', start_ms: 12 })],
        [
          10,
          logs.environment({
            languages: 2,
            tz_offset_min: -330,
            screen_bucket: 4,
            pointer_kinds: 5,
            storage: 1,
          }),
        ],
        [7, logs.paste({ field: 1, field_no: 3, since_focus_ms: 0 })],
        [0, logs.typed({ field: 12, field_no: 1, flight_autocorr_pct: -25, keys: 0 })],
      ]),
    );
    expect(frame).toMatchObject({ ...header, labels: ['checkout'], logCount: 4 });
    expect(frame.logs.map((l) => [l.seq, l.timeMs - header.baseTimeMs, l.code])).toEqual([
      [40, 5, 100],
      [41, 15, 101],
      [42, 22, 220],
      [43, 22, 210],
    ]);
    expect(frame.logs.map((l) => l.attributes)).toEqual([
      { sdk_version: 100, entry: 1, page: 'checkout', start_ms: 12 },
      { languages: 2, tz_offset_min: -330, screen_bucket: 4, pointer_kinds: 5, storage: 1 },
      { field: 1, field_no: 3, since_focus_ms: 0 },
      { field: 12, field_no: 1, flight_autocorr_pct: -25, keys: 0 },
    ]);
  });

  it('lays a log out in few bytes: code from 100, time and number of arguments as one', () => {
    const bytesOf = (since: number, log: Log): number[] => {
      const bytes: number[] = [];
      encodeLog(bytes, log, since, []);
      return bytes;
    };
    expect(bytesOf(15, [200, 1, 3, 1, 1])).toEqual([100, 15 * 8 + 4, 1, 3, 1, 1]);
    expect(bytesOf(0, [300, 0, 0])).toEqual([200, 1, 0]);
    expect(bytesOf(1, [210, 1, 2, 3, 4, 5, 6, 7, 8])).toEqual([110, 8 + 7, 1, 1, 2, 3, 4, 5, 6, 7, 8]);
    expect(bytesOf(1, [210, 1, 2, 3, 4, 5, 6, 7])).toEqual([110, 8 + 7, 0, 1, 2, 3, 4, 5, 6, 7]);
  });

  it('keeps a code of a newer version with its number and arguments', () => {
    const [log] = decodeFrame(frameOf([[1, [777, 5, 0, 9]]])).logs;
    expect(log).toMatchObject({ code: 777, attributes: {}, unknownArgs: [5, 0, 9] });
  });

  it('keeps arguments that a newer SDK added to a known code', () => {
    const [log] = decodeFrame(frameOf([[1, [300, 8]]])).logs;
    expect(log).toMatchObject({ code: 300, attributes: {}, unknownArgs: [8] });
  });

  it('refuses every truncation and any trailing byte', () => {
    const whole = frameOf([[5, logs.step({ step: 'payment', step_no: 2 })]]);
    for (let length = 0; length < whole.length; length++) {
      expect(faultOf(() => inspectFrame(whole.slice(0, length)))).not.toBe('none');
      expect(faultOf(() => decodeFrame(whole.slice(0, length)))).not.toBe('none');
    }
    expect(faultOf(() => inspectFrame(Uint8Array.from([...whole, 0])))).toBe('trailing_bytes');
  });

  it('names each fault', () => {
    const one: [number, Log][] = [[0, logs.hidden()]];
    expect(faultOf(() => inspectFrame(frameOf([])))).toBe('no_logs');
    expect(faultOf(() => inspectFrame(frameOf(Array(501).fill(one[0]))))).toBe('too_many_logs');
    expect(faultOf(() => inspectFrame(frameOf(one, { ...header, transactionType: 10 })))).toBe(
      'transaction_type',
    );
    expect(faultOf(() => inspectFrame(frameOf([[0, [103, 'No Spaces']]])))).toBe('label');
    expect(faultOf(() => inspectFrame(frameOf([[0, [103, 'order1234567']]])))).toBe('label');
    expect(faultOf(() => inspectFrame(frameOf([[0, [103, '4242-4242-4242-4242']]])))).toBe('card_number');
    const labels = Array.from({ length: 65 }, (_, i) => `l${i}`);
    expect(faultOf(() => inspectFrame(encodeFrame(header, labels, [], 1)))).toBe('too_many_labels');
    expect(faultOf(() => inspectFrame(frameOf([[0, [103, ...Array(65).fill(1)]]])))).toBe('too_many_args');
    // 2^53 as a batch number, then a padded zero.
    expect(faultOf(() => inspectFrame(Uint8Array.from([128, 128, 128, 128, 128, 128, 128, 16, 0])))).toBe(
      'varint',
    );
    expect(faultOf(() => inspectFrame(Uint8Array.from([128, 0])))).toBe('varint');
  });

  it('round-trips any log of any numbers', () => {
    const uint = fc.maxSafeNat();
    fc.assert(
      fc.property(
        fc.array(
          fc.tuple(
            fc.nat(60_000),
            fc.tuple(fc.integer({ min: 600, max: 999 }), uint, uint, fc.integer({ min: 1 })),
          ),
          { minLength: 1, maxLength: 30 },
        ),
        (entries) => {
          const decoded = decodeFrame(frameOf(entries as [number, Log][]));
          expect(decoded.logs.map((l) => [l.code, ...l.unknownArgs])).toEqual(entries.map(([, log]) => log));
        },
      ),
    );
  });

  it('never does worse on random bytes than a FrameError', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 80 }), (bytes) => {
        for (const read of [inspectFrame, decodeFrame]) {
          try {
            read(bytes);
          } catch (error) {
            expect((error as Error).name).toBe('FrameError');
          }
        }
      }),
      { numRuns: 2_000 },
    );
  });
});

describe('base64url', () => {
  it('round-trips, like Node does it', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 300 }), (bytes) => {
        const text = toBase64Url(bytes);
        expect(text).toBe(Buffer.from(bytes).toString('base64url'));
        expect(fromBase64Url(text)).toEqual(Uint8Array.from(bytes));
      }),
    );
  });

  it('refuses padding, other alphabets, impossible lengths and spare bits', () => {
    for (const bad of ['A', 'AA==', 'AA+A', 'AA/A', 'AAA A', 'AB', 'AAB', 'éAAA']) {
      expect(
        faultOf(() => fromBase64Url(bad)),
        bad,
      ).toBe('base64');
    }
  });

  it('#40 refuses numbers that no column holds, and card numbers among the arguments', () => {
    const inspect = (head: object, log: Log) =>
      faultOf(() => inspectFrame(frameOf([[5, log]], { ...header, ...head })));
    expect(inspect({}, [999])).toBe('none');
    expect(inspect({}, [1000])).toBe('range');
    expect(inspect({ batchSeq: 2 ** 31 }, [100])).toBe('range');
    expect(inspect({ firstLogSeq: 2 ** 31 }, [100])).toBe('range');
    expect(inspect({}, [100, 4242424242424242])).toBe('card_number');
    expect(inspect({ sentAfterMs: 4242424242424242 }, [100])).toBe('card_number');
    expect(inspect({ baseTimeMs: 4242424242424242 }, [100])).toBe('card_number');
    expect(inspect({}, [100, 4242424242424243])).toBe('card_number');
    expect(inspect({}, [100, 4242424242424230])).toBe('none');
  });
});
