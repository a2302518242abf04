import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { type BatchNumbers, hasNumber, withNumber } from './batch-numbers.ts';
import { createSeen } from './seen.ts';
import { decodeSeen, encodeSeen } from './seen-file.ts';

describe('batch numbers', () => {
  it('know what was added, in any order, as a set does', () => {
    fc.assert(
      fc.property(fc.array(fc.nat(80), { maxLength: 60 }), (added) => {
        let numbers: BatchNumbers | undefined;
        for (const n of added) numbers = withNumber(numbers, n);
        for (let n = 0; n < 90; n++)
          expect(numbers !== undefined && hasNumber(numbers, n)).toBe(added.includes(n));
      }),
    );
  });

  it('take no room for numbers without holes, and bounded room for holes', () => {
    let dense: BatchNumbers | undefined;
    let holed: BatchNumbers | undefined;
    for (let n = 0; n < 10_000; n++) {
      dense = withNumber(dense, n);
      holed = withNumber(holed, n * 2);
    }
    expect(dense).toBe(10_000);
    expect((holed as number[]).length).toBeLessThanOrEqual(128);
    expect(hasNumber(holed!, 19_998)).toBe(true);
    // Forgetting may let a resend through, but never takes a new batch for an old one.
    for (let n = 1; n < 20_000; n += 2) expect(hasNumber(holed!, n)).toBe(false);
  });
});

describe('seen', () => {
  it('forgets the oldest sessions first, and counts them', () => {
    const seen = createSeen(100);
    for (let i = 0; i < 1_000; i++) seen.add(String(i), 0);
    expect(seen.sessions).toBeLessThanOrEqual(100);
    expect(seen.forgotten).toBeGreaterThanOrEqual(900);
    for (let i = 960; i < 1_000; i++) expect(seen.has(String(i), 0)).toBe(true);
  });

  it('comes back from its file, and not from a damaged one', async () => {
    const sessions = new Map<string, BatchNumbers>([
      ['ab'.repeat(16), 7],
      ['cd'.repeat(16), [3, 5, 9, 12]],
    ]);
    const bytes = await encodeSeen(sessions, 1_000);
    const back = createSeen(100);
    expect(decodeSeen(bytes, back.addNumbers)).toBe(true);
    expect([back.has('ab'.repeat(16), 6), back.has('ab'.repeat(16), 7)]).toEqual([true, false]);
    expect([3, 4, 5, 9, 11, 12].map((n) => back.has('cd'.repeat(16), n))).toEqual([
      true,
      true,
      false,
      true,
      true,
      false,
    ]);
    for (let i = 24; i < bytes.length; i++) {
      const damaged = Buffer.from(bytes);
      damaged[i]! ^= 1;
      expect(decodeSeen(damaged, () => undefined)).toBe(false);
    }
  });
});
