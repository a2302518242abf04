/** A gap that is drawn shorter than it was. */
export interface Break {
  readonly fromMs: number;
  readonly toMs: number;
}

/** Maps times to places on the track. */
export interface TimeScale {
  /** Place of a time, 0 to 100. */
  at(ms: number): number;
  readonly breaks: readonly Break[];
  /** Times that get a tick, about eight of them. */
  readonly ticks: readonly number[];
}

/** A gap longer than this is worth compressing, ms. */
const LONG_GAP_MS = 15_000;
/** What is left of a compressed gap, as a share of all that is not compressed. */
const GAP_SHARE = 0.05;
const STEPS_MS = [
  500, 1000, 2000, 5000, 10_000, 15_000, 30_000, 60_000, 120_000, 300_000, 600_000, 1_800_000, 3_600_000,
];

/**
 * Time to scale from `startMs` to `endMs`; with `compress`, stretches in which nothing happened are drawn short and told as breaks.
 * @param times when something happened, in any order
 */
export const createTimeScale = (
  startMs: number,
  endMs: number,
  times: readonly number[],
  compress: boolean,
): TimeScale => {
  const breaks = compress ? findBreaks(startMs, endMs, times) : [];
  const full = endMs - startMs || 1;
  const active = full - breaks.reduce((sum, b) => sum + b.toMs - b.fromMs, 0) || 1;
  const gapMs = active * GAP_SHARE;
  const total = active + breaks.length * gapMs;
  const at = (ms: number): number => {
    const time = Math.min(Math.max(ms, startMs), endMs);
    let place = time - startMs;
    for (const b of breaks) {
      if (time <= b.fromMs) break;
      const inside = Math.min(time, b.toMs) - b.fromMs;
      place -= inside - (inside / (b.toMs - b.fromMs)) * gapMs;
    }
    return (place / total) * 100;
  };
  return { at, breaks, ticks: findTicks(startMs, endMs, total, at, breaks) };
};

const findBreaks = (startMs: number, endMs: number, times: readonly number[]): Break[] => {
  const sorted = [...times, startMs, endMs].filter((t) => t >= startMs && t <= endMs).sort((a, b) => a - b);
  const breaks: Break[] = [];
  for (let i = 1; i < sorted.length; i++) {
    const fromMs = sorted[i - 1]!;
    const toMs = sorted[i]!;
    if (toMs - fromMs > LONG_GAP_MS) breaks.push({ fromMs: fromMs + 1000, toMs: toMs - 1000 });
  }
  return breaks;
};

const findTicks = (
  startMs: number,
  endMs: number,
  total: number,
  at: (ms: number) => number,
  breaks: readonly Break[],
): number[] => {
  const step = STEPS_MS.find((s) => total / s <= 8) ?? 3_600_000 * Math.ceil(total / 8 / 3_600_000);
  const ticks: number[] = [];
  for (let i = 0; startMs + i * step <= endMs && i < 2000; i++) {
    const time = startMs + i * step;
    const last = ticks.at(-1);
    const inBreak = breaks.some((b) => time > b.fromMs && time < b.toMs);
    if (!inBreak && (last === undefined || at(time) - at(last) > 6)) ticks.push(time);
  }
  return ticks;
};
