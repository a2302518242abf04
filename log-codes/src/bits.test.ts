import fc from 'fast-check';
import { expect, it } from 'vitest';
import { type BitReader, bitsOf, bytesOf, MAX_NUMBER, numberBits, readBits, readNumber } from './bits.ts';

const readerOf = (bytes: ArrayLike<number>): BitReader => ({
  bytes: Uint8Array.from([...Array.from(bytes), 0, 0, 0, 0, 0, 0, 0, 0]),
  end: bytes.length * 8,
  at: 0,
  bad: false,
});

it.each([
  [0, '100'],
  [3, '111'],
  [4, '01000'],
  [11, '01111'],
  [12, '0010000'],
  [1_000, `${'0'.repeat(7)}1111101100`],
])('writes %i as %s', (value, text) => {
  expect(numberBits(value)).toBe(text);
});

it('reads what it wrote, at any place', () => {
  fc.assert(
    fc.property(
      fc.integer({ min: 1, max: 13 }),
      fc.array(
        fc.oneof(
          fc.nat(30),
          fc.nat(20_000),
          fc.nat(),
          fc.maxSafeNat().map((v) => Math.min(v, MAX_NUMBER)),
        ),
      ),
      (shift, values) => {
        const bits = bitsOf(0, shift) + values.map(numberBits).join('') + bitsOf(4_242_424_242, 42);
        const reader = readerOf(bytesOf(bits));
        expect(readBits(reader, shift)).toBe(0);
        expect(values.map(() => readNumber(reader))).toEqual(values);
        expect(readBits(reader, 42)).toBe(4_242_424_242);
        expect(reader.bad).toBe(false);
      },
    ),
  );
});

it('writes no more than the largest number', () => {
  expect(readNumber(readerOf(bytesOf(numberBits(Number.MAX_SAFE_INTEGER))))).toBe(MAX_NUMBER);
});

it('keeps the lowest bits, and fills the last byte with zeros', () => {
  expect(bitsOf(0b1011, 3)).toBe('011');
  expect(bytesOf(bitsOf(0b1_0000_0001, 9))).toEqual(Uint8Array.of(0b1000_0000, 0b1000_0000));
});

it('calls bad what no number begins with, and stops at the end', () => {
  const reader = readerOf(Array(20).fill(0));
  readNumber(reader);
  expect(reader.bad || reader.at > reader.end).toBe(true);
  const short = readerOf([0b00000001]);
  readNumber(short);
  expect(short.at).toBeGreaterThan(short.end);
  expect(readNumber(short)).toBe(0);
});
