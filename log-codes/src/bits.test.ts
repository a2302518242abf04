import fc from 'fast-check';
import { expect, it } from 'vitest';
import { type BitReader, createBitWriter, MAX_NUMBER, readBits, readNumber } from './bits.ts';

const written = (write: (to: ReturnType<typeof createBitWriter>) => void): number[] => {
  const writer = createBitWriter();
  write(writer);
  return writer.end();
};
const readerOf = (bytes: readonly number[]): BitReader => ({
  bytes: Uint8Array.from([...bytes, 0, 0, 0, 0, 0, 0, 0, 0]),
  end: bytes.length * 8,
  at: 0,
  bad: false,
});
const textOf = (value: number): string =>
  written((to) => to.number(value))
    .map((byte) => byte.toString(2).padStart(8, '0'))
    .join('');

it.each([
  [0, '100'],
  [3, '111'],
  [4, '01000'],
  [11, '01111'],
  [12, '0010000'],
  [1_000, `${'0'.repeat(7)}1111101100`],
])('writes %i as %s', (value, text) => {
  expect(textOf(value).startsWith(text)).toBe(true);
  expect(textOf(value).slice(text.length)).toMatch(/^0{0,7}$/);
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
        const reader = readerOf(
          written((to) => {
            to.bits(0, shift);
            for (const value of values) to.number(value);
            to.bits(4_242_424_242, 42);
          }),
        );
        expect(readBits(reader, shift)).toBe(0);
        expect(values.map(() => readNumber(reader))).toEqual(values);
        expect(readBits(reader, 42)).toBe(4_242_424_242);
        expect(reader.bad).toBe(false);
      },
    ),
  );
});

it('writes no more than the largest number', () => {
  expect(readNumber(readerOf(written((to) => to.number(Number.MAX_SAFE_INTEGER))))).toBe(MAX_NUMBER);
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
