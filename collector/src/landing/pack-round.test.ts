import { encodeFrame, encodeLog } from '@gander/log-codes';
import { typed } from '@gander/log-codes/encode';
import { expect, it } from 'vitest';
import type { Batch } from '../journal/batch.ts';
import { createRoundPack } from './pack-round.ts';

const logs: number[] = [];
encodeLog(logs, typed({ field: 10, field_no: 1, keys: 3 }), 20, []);
const frame = encodeFrame(
  { batchSeq: 0, firstLogSeq: 0, baseTimeMs: 1_790_000_000_000, sentAfterMs: 80, transactionType: 1 },
  [],
  logs,
  1,
);
const batch = (session: string, receivedMs: number): Batch => ({
  merchant: '00112233445566ff',
  session: session.repeat(32),
  transaction: 'order_1',
  assurance: 2,
  late: false,
  receivedMs,
  frame,
});

it('names the objects of two hours apart, also where both hold the same frames: compaction knows them by their names', () => {
  const names = (): string[] => {
    const pack = createRoundPack('c1', 1);
    pack.add(batch('a', Date.parse('2026-09-21T14:59:59Z')));
    pack.add(batch('b', Date.parse('2026-09-21T15:00:01Z')));
    const { objects } = pack.finish({ collector: 'c1', boot: 'b1', seq: 1 });
    return objects.map(({ key }) => key.slice(key.lastIndexOf('/') + 1));
  };
  expect(new Set(names()).size).toBe(2);
  expect(names()).toEqual(names());
});
