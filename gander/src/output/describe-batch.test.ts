import { encodeFrame, encodeLog, type Log, toBase64Url } from '@gander/log-codes';
import { environment, paste, ready } from '@gander/log-codes/encode';
import { describe, expect, it } from 'vitest';
import { describeBatch } from './describe-batch.ts';

const bodyOf = (logs: readonly Log[], sincePreviousMs = 20): string => {
  const baseTimeMs = 1_790_000_000_000;
  const bytes: number[] = [];
  const labels: string[] = [];
  for (const log of logs) encodeLog(bytes, log, sincePreviousMs, labels);
  const frame = encodeFrame(
    { batchSeq: 2, firstLogSeq: 40, baseTimeMs, sentAfterMs: 900, transactionType: 1 },
    labels,
    bytes,
    logs.length,
  );
  const token = Buffer.alloc(43 + 7 + 16);
  token[0] = 1;
  token[1] = 9;
  token[2] = 2;
  token.write('00112233445566ff', 3, 'hex');
  token.write('ab'.repeat(16), 11, 'hex');
  token.writeUInt32BE(1_790_000_000, 35);
  token.writeUInt32BE(1_790_000_900, 39);
  token.write('order_1', 43, 'latin1');
  return `G1.${toBase64Url(token)}.${toBase64Url(frame)}`;
};

describe('describeBatch', () => {
  it('says what the token and each log say', () => {
    const text = describeBatch(
      bodyOf([
        ready({ sdk_version: 100, entry: 1, page: 'checkout', start_ms: 12 }),
        environment({ languages: 2, tz_offset_min: -60, screen_bucket: 5, pointer_kinds: 5, storage: 1 }),
        paste({ field: 1, field_no: 3, since_focus_ms: 0 }),
        [299, 7, 8],
      ]),
    );
    for (const piece of [
      'merchant      00112233445566ff',
      'reference     order_1',
      'assurance     2, key id 9',
      'expires 2026-09-21T14:28:20.000',
      'batch         2, logs 40 to 43',
      '  42  2026-09-21T14:13:20.060  1220  paste                 field=1(card-number) field_no=3 since_focus_ms=0ms',
      'page=checkout',
      'tz_offset_min=-60min screen_bucket=5(desktop) pointer_kinds=5(fine+hover)',
      '1299  unknown               unknown=[7,8]',
    ]) {
      expect(text).toContain(piece);
    }
  });

  it('shows a time that no calendar holds', () => {
    expect(describeBatch(bodyOf([[300]], 8_640_000_000_000_000))).toContain('8641790000000000 ms');
  });

  it.each(['', 'G1.abc', 'G2.a.b', 'G1.AA.AA', 'G1.AAAA.!!'])('refuses %j', (body) => {
    expect(() => describeBatch(body)).toThrow();
  });
});
