/**
 * Text written byte by byte into a buffer. Landing writes some 300 bytes a row, most of them names of columns that are bytes already, and
 * short numbers. Each function writes at a place where there is room, and returns the place behind.
 */

/** Digits of a number, and its sign: the most that {@link writeNumber} takes. */
export const NUMBER_BYTES = 17;

/** From about here a call of `set` is quicker than a loop (Node 20). */
const MANY_BYTES = 32;

/** Writes bytes. */
export const writeBytes = (to: Uint8Array, at: number, bytes: Uint8Array): number => {
  const { length } = bytes;
  if (length >= MANY_BYTES) to.set(bytes, at);
  else for (let i = 0; i < length; i++) to[at + i] = bytes[i]!;
  return at + length;
};

/** Writes a whole number, |n| < 2^53, as decimal digits. */
export const writeNumber = (to: Uint8Array, at: number, value: number): number => {
  if (value < 0) {
    to[at] = 45;
    return writeNumber(to, at + 1, -value);
  }
  if (value < 1e8) return writeDigits(to, at, value, digitsOf(value));
  const high = Math.floor(value / 1e8);
  return writeDigits(to, writeNumber(to, at, high), value - high * 1e8, 8);
};

const digitsOf = (value: number): number => {
  if (value < 1e4) return value < 100 ? (value < 10 ? 1 : 2) : value < 1e3 ? 3 : 4;
  return value < 1e6 ? (value < 1e5 ? 5 : 6) : value < 1e7 ? 7 : 8;
};

const writeDigits = (to: Uint8Array, at: number, value: number, digits: number): number => {
  let rest = value | 0;
  for (let i = at + digits - 1; i >= at; i--) {
    const tenth = (rest / 10) | 0;
    to[i] = 48 + rest - tenth * 10;
    rest = tenth;
  }
  return at + digits;
};
