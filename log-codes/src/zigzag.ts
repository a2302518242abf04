/** Folds a signed number into an unsigned one: 0, −1, 1, −2 … become 0, 1, 2, 3 …. */
export const zigzag = (value: number): number => (value < 0 ? -value * 2 - 1 : value * 2);

/** The inverse of {@link zigzag}. */
export const unzigzag = (value: number): number => (value % 2 ? -(value + 1) / 2 : value / 2);

/** An attribute that may be absent, as an argument: 0 for absent, else value + 1 (docs/decisions/0003). */
export const optional = (value: number | undefined): number => (value === undefined ? 0 : value + 1);

/** The same for a signed attribute. */
export const optionalSigned = (value: number | undefined): number =>
  value === undefined ? 0 : zigzag(value) + 1;

/** The same for a percentile that is told as what it is above the one below it. */
export const optionalAbove = (value: number | undefined, below: number | undefined): number =>
  value === undefined ? 0 : Math.max(0, value - (below ?? 0)) + 1;

/** The same for how long a stay lasted. Negative, so that the frame tells it against the time since the stay began. */
export const optionalElapsed = (value: number | undefined): number => (value === undefined ? 0 : -1 - value);
