/** Receive days, as the lake's folders name them: UTC, `2026-11-22`. */

/** A day, ms. */
export const DAY_MS = 86_400_000;

/** Receive day of a time, UTC. @param ms since 1970 @example dayOf(0) // '1970-01-01' */
export const dayOf = (ms: number): string => new Date(Math.min(ms, 8.64e15)).toISOString().slice(0, 10);

/** The day so many days later, or earlier. @example shiftDay('2026-03-01', -1) // '2026-02-28' */
export const shiftDay = (dt: string, days: number): string => dayOf(Date.parse(dt) + days * DAY_MS);

/** How many days lie between two, whichever is the later. @returns NaN where one is no day */
export const daysApart = (a: string, b: string): number => Math.abs(Date.parse(a) - Date.parse(b)) / DAY_MS;

/** The days from one to another, both included. @example daysBetween('2026-02-28', '2026-03-01') // ['2026-02-28', '2026-03-01'] */
export const daysBetween = (from: string, to: string): string[] => {
  const days: string[] = [];
  for (let dt = from; dt <= to; dt = shiftDay(dt, 1)) days.push(dt);
  return days;
};

/** The day before, the day itself and the day after: where the logs of its sessions may lie. */
export const aroundDay = (dt: string): string[] => [-1, 0, 1].map((days) => shiftDay(dt, days));
