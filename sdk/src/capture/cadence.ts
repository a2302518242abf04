/** Longest record of one visit's keys: some 128 of them, each pressed, entered and released. */
export const MAX_RECORD = 384;
/** Longer gaps are pauses, not rhythm. */
const PAUSE_MS = 1_000;
/** Fewer gaps than this say nothing about a rhythm. */
const MIN_GAPS = 6;
/** Steps of clocks in µs, from browsers that blur time (100 ms, 16.7 ms) over Safari's and Firefox's 1 ms to Chromium's. */
const CLOCK_STEPS = [100_000, 50_000, 20_000, 16_667, 10_000, 5_000, 2_000, 1_000, 500, 200, 100, 20, 5];

/** Times of one visit's keys, in ms: when each that entered something was pressed, and how long each was held. */
export interface KeyTimes {
  readonly presses: Float64Array;
  readonly dwells: Float64Array;
  /** Keys pressed before the one before was released. */
  readonly overlaps: number;
}

/**
 * Reads a visit's record (`Visit.record`). A release is taken for that of the oldest key that is still unmatched: which key it was is not
 * known.
 */
export const timesOf = (record: readonly number[]): KeyTimes => {
  const presses: number[] = [];
  const dwells: number[] = [];
  let overlaps = 0;
  let held = 0;
  let pressedAt = 0;
  for (const at of record)
    if (at > 0) {
      pressedAt = at;
      held++;
    } else if (at < 0) {
      if (held) held--;
      if (dwells.length < presses.length) dwells.push(-at - presses[dwells.length]!);
    } else {
      if (held > 1) overlaps++;
      presses.push(pressedAt);
    }
  return { presses: Float64Array.from(presses), dwells: Float64Array.from(dwells), overlaps };
};

/** An order-free summary of a visit's rhythm, by the names of the attributes. Empty when there were too few keys. */
export interface Cadence {
  pauses?: number;
  dwell_p10_ms?: number;
  dwell_p50_ms?: number;
  dwell_p90_ms?: number;
  flight_p10_ms?: number;
  flight_p50_ms?: number;
  flight_p90_ms?: number;
  dwell_cv_pct?: number;
  flight_cv_pct?: number;
  flight_autocorr_pct?: number;
  overlap_pct?: number;
  distinct_pct?: number;
  clock_step_us?: number;
}

const mean = (values: Float64Array): number => values.reduce((sum, v) => sum + v, 0) / values.length;

/** Nearest-rank quantile of sorted values, rounded. */
const quantile = (sorted: Float64Array, q: number): number =>
  Math.round(sorted[Math.round(q * (sorted.length - 1))]!);

/** Coefficient of variation, in percent: standard deviation over mean. */
const variation = (values: Float64Array): number => {
  const m = mean(values);
  return m > 0 ? Math.min(999, Math.round((100 * Math.sqrt(mean(values.map((v) => (v - m) ** 2)))) / m)) : 0;
};

/** Gaps from press to press. */
export const gapsOf = (presses: Float64Array): Float64Array =>
  presses.subarray(1).map((at, i) => at - presses[i]!);

/**
 * Summarises a visit's rhythm on the device.
 * @returns nothing but `pauses` for fewer than seven keys
 */
export const summarise = ({ presses, dwells, overlaps }: KeyTimes): Cadence => {
  const all = gapsOf(presses);
  const flights = all.filter((gap) => gap <= PAUSE_MS);
  const gaps = flights.length;
  const pauses = all.length - gaps;
  if (gaps < MIN_GAPS) return { pauses };
  const sorted = flights.slice().sort();
  dwells.sort();
  const m = mean(flights);
  const centred = flights.map((v) => v - m);
  const square = mean(centred.map((v) => v * v));
  // Lag-1 autocorrelation (https://en.wikipedia.org/wiki/Autocorrelation#Estimation).
  const product = mean(centred.map((v, i) => v * (centred[i + 1] ?? 0)));
  return {
    pauses,
    flight_p10_ms: quantile(sorted, 0.1),
    flight_p50_ms: quantile(sorted, 0.5),
    flight_p90_ms: quantile(sorted, 0.9),
    // Of the sorted ones, so that not even a rounding tells their order.
    flight_cv_pct: variation(sorted),
    flight_autocorr_pct: square > 0 ? Math.round((100 * product) / square) : 0,
    overlap_pct: Math.round((100 * overlaps) / presses.length),
    distinct_pct: Math.round((100 * new Set(flights.map((v) => Math.round(v * 10))).size) / gaps),
    // Half a microsecond of tolerance would miss 16.667: 2 % of a step, at least 2 µs for floating point.
    clock_step_us:
      CLOCK_STEPS.find((step) => {
        const near = Math.max(2, step / 50);
        return flights.every((v) => (v * 1_000 + near) % step <= 2 * near);
      }) ?? 1,
    ...(dwells.length < MIN_GAPS
      ? {}
      : {
          dwell_p10_ms: quantile(dwells, 0.1),
          dwell_p50_ms: quantile(dwells, 0.5),
          dwell_p90_ms: quantile(dwells, 0.9),
          dwell_cv_pct: variation(dwells),
        }),
  };
};

/** Values of `uniformity`: all that may be said of the rhythm in a card number, expiry or bank account. */
export const uniformityOf = ({ flight_cv_pct, flight_p50_ms }: Cadence): number => {
  if (flight_cv_pct === undefined) return 0;
  if (flight_cv_pct < 4 || flight_p50_ms! < 15) return 3;
  return flight_cv_pct < 12 ? 2 : 1;
};

/** Values of `cadence_oddity`, or 0: why no hand types so. */
export const oddityOf = (cadence: Cadence, soft: boolean): number => {
  if (cadence.flight_cv_pct === undefined) return 0;
  if (cadence.flight_p50_ms! < 15) return 2;
  if (cadence.flight_cv_pct < 4) return 1;
  // On-screen keyboards press and release in one moment.
  return !soft && cadence.dwell_p90_ms! < 2 ? 3 : 0;
};
