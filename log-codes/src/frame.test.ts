import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { MAX_NUMBER } from './bits.ts';
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

  it.each([
    [0, [0]],
    [127, [127]],
    [128, [128, 1]],
    [300, [172, 2]],
    [16_384, [128, 128, 1]],
    [2 ** 31 - 501, [139, 252, 255, 255, 7]],
  ])('begins with the number of the batch, %d, as a varint', (batchSeq, bytes) => {
    const frame = frameOf([[0, [300]]], { ...header, batchSeq });
    expect([...frame.slice(0, bytes.length)]).toEqual(bytes);
    expect(inspectFrame(frame).batchSeq).toBe(batchSeq);
  });

  it('lays a log out in few bits', () => {
    const text = (entries: readonly (readonly [number, Log])[]): string => {
      const frame = frameOf(entries, {
        ...header,
        sentAfterMs: entries.reduce((sum, [since]) => sum + since, 0),
      });
      return [...frame].map((byte) => byte.toString(2).padStart(8, '0')).join('');
    };
    const clock = header.baseTimeMs.toString(2).padStart(42, '0');
    // Batch 3, first log 40 (44 = 101100₂), clock, type 1, no label, one log.
    const head = (logs: string) => `00000011${'000101100'}${clock}${'0001'}${'100'}${logs}`;
    const padded = (bits: string) => bits.padEnd(Math.ceil(bits.length / 8) * 8, '0');
    const end = '100';
    // Focus after 3 ms, new arguments, four of them: 1, 3, 1, 1.
    const focus = '00 0 111 100 101 111 101 101';
    expect(text([[3, [200, 1, 3, 1, 1]]])).toBe(padded((head('101') + focus + end).replaceAll(' ', '')));
    // Blur 12 ms later: the same two arguments, three more: 1, 1, and a stay of just these 12 ms.
    const blur = '01 1 0010000 011 101 101 101';
    expect(
      text([
        [3, [200, 1, 3, 1, 1]],
        [12, [201, 1, 3, 1, 1, -13]],
      ]),
    ).toBe(padded((head('110') + focus + blur + end).replaceAll(' ', '')));
    // Hidden: its code in ten bits, no argument.
    expect(text([[0, [300, 0, 0]]])).toBe(
      padded(`${head('101')}11 0100101100 0 100 000${end}`.replaceAll(' ', '')),
    );
  });

  it('tells how long a stay lasted against the time since it began, whatever lies between', () => {
    const entries: [number, Log][] = [
      [0, logs.focus({ field: 1, field_no: 1, visit: 1, via: 1 })],
      [
        900,
        logs.typed({
          field: 1,
          field_no: 1,
          duration_ms: 300,
          dwell_p10_ms: 5,
          dwell_p50_ms: 9,
          dwell_p90_ms: 9,
        }),
      ],
      [0, logs.blur({ field: 1, field_no: 1, visit: 1, method: 1, duration_ms: 899 })],
      [10, logs.hidden()],
      [4_000, logs.visible({ duration_ms: 4_001 })],
    ];
    expect(decodeFrame(frameOf(entries)).logs.map(({ attributes }) => attributes)).toEqual([
      { field: 1, field_no: 1, visit: 1, via: 1 },
      expect.objectContaining({ duration_ms: 300, dwell_p10_ms: 5, dwell_p50_ms: 9, dwell_p90_ms: 9 }),
      { field: 1, field_no: 1, visit: 1, method: 1, duration_ms: 899 },
      {},
      { duration_ms: 4_001 },
    ]);
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
      expect(
        faultOf(() => inspectFrame(whole.slice(0, length))),
        `${length}`,
      ).not.toBe('none');
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
    const uint = fc.maxSafeNat().map((value) => Math.min(value, MAX_NUMBER));
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
        expect(fromBase64Url(Buffer.from(`G2.${text}`), 3)).toEqual(Uint8Array.from(bytes));
      }),
    );
  });

  it('refuses padding, other alphabets, impossible lengths and spare bits', () => {
    for (const bad of [
      'A',
      'AA==',
      'AA+A',
      'AA/A',
      'AAA A',
      'AB',
      'AAB',
      'AABA=',
      'AAAAA',
      'éAAA',
      'AA€A',
      '\0AAA',
    ]) {
      expect(
        faultOf(() => fromBase64Url(bad)),
        bad,
      ).toBe('base64');
      const bytes = Buffer.from(`..${bad}`, 'latin1');
      expect(
        faultOf(() => fromBase64Url(bytes, 2)),
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
    // No more than 42 bits of a clock travel.
    expect(inspect({ baseTimeMs: 4242424242424242 }, [100])).toBe('none');
    expect(inspect({ sentAfterMs: 4242424242424230 }, [100])).toBe('range');
    expect(inspect({}, [100, 4242424242424243])).toBe('card_number');
    expect(inspect({}, [100, 4242424242424230])).toBe('range');
    expect(inspect({}, [100, -4242424242424243])).toBe('range');
    expect(inspect({}, [100, 99_999_999_999])).toBe('none');
  });
});
