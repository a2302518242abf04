import { expect, it } from 'vitest';
import { decodeFrame } from './decode.ts';
import { encodeFrame, encodeLog, type Log } from './encode.ts';

it('writes 0 for what is neither a text nor a whole number, and leaves the rest of the batch as it is', () => {
  const numbers: number[] = [];
  const labels: string[] = [];
  for (const field of [undefined, null, Number.NaN, Number.POSITIVE_INFINITY, 1.5, {}, 2])
    encodeLog(numbers, [350, 1, field] as Log, 0, labels);
  const header = { batchSeq: 0, firstLogSeq: 0, baseTimeMs: 0, sentAfterMs: 0, transactionType: 0 };
  const { logs } = decodeFrame(encodeFrame(header, labels, numbers, 7));
  expect(logs.map((log) => log.attributes.field)).toEqual([0, 0, 0, 0, 0, 0, 2]);
});
