/**
 * Numbers as bits, the most significant first. A number is an Exponential-Golomb code of order 2
 * (https://en.wikipedia.org/wiki/Exponential-Golomb_coding): of `value + 4`, as many zeros as it has binary digits beyond three, then
 * those digits. So 0 to 3 take three bits, 4 to 11 five, 12 to 27 seven, a second's milliseconds 17: most of what a log says is small.
 */
const ORDER = 4;
const ORDER_BITS = 3;

/** The largest number that can be written: 2^53 − 5. */
export const MAX_NUMBER = 2 ** 53 - 1 - ORDER;

/*
 * Written, bits are a text of zeros and ones until the end, made by the browser's own functions: arithmetic bit by bit is more code, in the
 * script and in what the browser compiles of it.
 */

/** The lowest `width` bits (1 to 53) of a whole number ≥ 0. @example bitsOf(5, 4) // '0101' */
export const bitsOf = (value: number, width: number): string =>
  value.toString(2).padStart(width, '0').slice(-width);

/** A number's bits; more than {@link MAX_NUMBER} is written as that. @example numberBits(4) // '01000' */
export const numberBits = (value: number): string => {
  const digits = (Math.min(value, MAX_NUMBER) + ORDER).toString(2);
  return '0'.repeat(digits.length - ORDER_BITS) + digits;
};

/** Bits as bytes, the last one filled with zeros. */
export const bytesOf = (bits: string): Uint8Array<ArrayBuffer> =>
  Uint8Array.from(bits.match(/.{1,8}/g)!, (byte) => parseInt(byte.padEnd(8, '0'), 2));

/** A position in a frame's bits. */
export interface BitReader {
  /** The bytes, with at least eight zeros behind them. */
  readonly bytes: Uint8Array;
  /** How many bits there are. */
  readonly end: number;
  at: number;
  /** Whether a number was met that none of ours is; what was read of it is 0. */
  bad: boolean;
}

/** The 25 or more bits at the position, from bit 31 down. */
const peek = ({ bytes, at }: BitReader): number => {
  const i = at >> 3;
  return ((bytes[i]! << 24) | (bytes[i + 1]! << 16) | (bytes[i + 2]! << 8) | bytes[i + 3]!) << (at & 7);
};

/** Reads `width` bits, 0 to 53. Behind the end are zeros; who reads looks at `at` and `end`. */
export const readBits = (from: BitReader, width: number): number => {
  // Nearly all: one look, and no power of two.
  if (width < 25 && width > 0 && from.at <= from.end) {
    const bits = peek(from) >>> (32 - width);
    from.at += width;
    return bits;
  }
  let value = 0;
  for (let rest = width; rest > 0; ) {
    // Behind the end nothing is worth a look, and no index may leave the bytes.
    if (from.at > from.end) return 0;
    const step = Math.min(rest, 24);
    value = value * 2 ** step + (peek(from) >>> (32 - step));
    from.at += step;
    rest -= step;
  }
  return value;
};

/** Reads a number. */
export const readNumber = (from: BitReader): number => {
  if (from.at > from.end) return 0;
  const window = peek(from);
  const zeros = Math.clz32(window);
  const width = zeros + ORDER_BITS;
  // The code as a whole within the 25 bits at hand: numbers up to 16,379.
  if (zeros < 12) {
    from.at += zeros + width;
    return (window >>> (32 - zeros - width)) - ORDER;
  }
  return readLongNumber(from);
};

const readLongNumber = (from: BitReader): number => {
  let zeros = 0;
  while (from.at <= from.end && readBits(from, 1) === 0) zeros++;
  // The first digit is read; 53 are the most.
  const digits = zeros + ORDER_BITS - 1;
  if (digits > 52) {
    from.bad = true;
    return 0;
  }
  return 2 ** digits + readBits(from, digits) - ORDER;
};
