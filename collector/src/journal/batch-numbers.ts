/**
 * Which batch numbers of a session were kept. Nearly always 0 up to some number, so a plain number says "all below"; else pairs
 * of [first, behind the last], ascending.
 */
export type BatchNumbers = number | readonly number[];

/** Pairs kept of one session: one that leaves more holes has its oldest forgotten. */
const MAX_PAIRS = 64;

export const hasNumber = (numbers: BatchNumbers, n: number): boolean => {
  if (typeof numbers === 'number') return n < numbers;
  for (let i = 0; i < numbers.length; i += 2) if (n >= numbers[i]! && n < numbers[i + 1]!) return true;
  return false;
};

/** With `n` added. A forgotten pair may let a resend through (compaction drops it then), never a new batch be dropped. */
export const withNumber = (numbers: BatchNumbers | undefined, n: number): BatchNumbers =>
  withRange(numbers, n, n + 1);

/** With all of `first` to below `end` added. */
export const withRange = (numbers: BatchNumbers | undefined, first: number, end: number): BatchNumbers => {
  if (typeof numbers === 'number' && first <= numbers) return Math.max(numbers, end);
  if (numbers === undefined && first === 0) return end;
  // The next number behind a hole, which is what a session with holes has nearly always.
  if (typeof numbers === 'object' && first === numbers.at(-1)) return numbers.with(-1, end);
  const before = typeof numbers === 'number' ? [0, numbers] : (numbers ?? []);
  const after: number[] = [];
  let [from, to] = [first, end];
  let placed = false;
  for (let i = 0; i < before.length; i += 2) {
    const [a, b] = [before[i]!, before[i + 1]!];
    if (b < from) after.push(a, b);
    else if (a > to) {
      if (!placed) after.push(from, to);
      placed = true;
      after.push(a, b);
    } else [from, to] = [Math.min(a, from), Math.max(b, to)];
  }
  if (!placed) after.push(from, to);
  if (after.length === 2 && after[0] === 0) return after[1]!;
  return after.length > MAX_PAIRS * 2 ? after.slice(2) : after;
};

/** As [first, end] pairs. */
export const toPairs = (numbers: BatchNumbers): readonly number[] =>
  typeof numbers === 'number' ? [0, numbers] : numbers;
