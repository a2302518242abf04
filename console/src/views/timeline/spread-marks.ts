/** Least distance of two marks of a row, in hundredths of the track: some two thirds of a mark, so that none hides another. */
const APART = 2;
/** The same on a phone, whose track is half as long. */
const APART_NARROW = 4.2;
const isNarrow = (): boolean => matchMedia('(max-width: 720px)').matches;

/**
 * Moves marks that lie on top of each other just far enough apart to be told apart; the others stay where they are. A group keeps its
 * order and its middle, but for the ends of the track, where it stays inside.
 * @param places 0 to 100, in ascending order
 * @example spreadMarks([10, 50, 50]) // [10, 49, 51]
 */
export const spreadMarks = (
  places: readonly number[],
  apart = isNarrow() ? APART_NARROW : APART,
): number[] => {
  const groups: { sum: number; n: number }[] = [];
  const middle = (g: { sum: number; n: number }): number => {
    const half = ((g.n - 1) / 2) * apart;
    return Math.max(half, Math.min(100 - half, g.sum / g.n));
  };
  for (const place of places) {
    let group = { sum: place, n: 1 };
    for (let last = groups.at(-1); last; last = groups.at(-1)) {
      const needed = ((last.n + group.n) / 2) * apart;
      if (middle(group) - middle(last) >= needed) break;
      groups.pop();
      group = { sum: last.sum + group.sum, n: last.n + group.n };
    }
    groups.push(group);
  }
  return groups.flatMap((g) =>
    Array.from({ length: g.n }, (_, i) => middle(g) + (i - (g.n - 1) / 2) * apart),
  );
};
