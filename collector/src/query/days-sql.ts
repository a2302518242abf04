import { aroundDay, DAY_MS, dayOf } from '../lake/days.ts';

/** A stretch of time, ms since 1970, from inclusive, to exclusive. */
export interface Stretch {
  readonly fromMs: number;
  readonly toMs: number;
}

/** Days as a list, written out: a statement must say by itself which files it is about. Of no day, nothing. */
export const daysInSql = (days: Iterable<string>): string => {
  const list = [...new Set(days)].map((dt) => `'${dt}'`);
  return list.length ? `dt in (${list.join(', ')})` : 'false';
};

/** The days of a stretch of time. @param days those of them that are meant, when not all are */
export const daysSql = ({ fromMs, toMs }: Stretch, days?: readonly string[]): string =>
  days ? daysInSql(days) : `dt between '${dayOf(fromMs)}' and '${dayOf(toMs)}'`;

/** The same with a day before and after: a session may have begun before midnight, and go on after it. */
export const aroundSql = ({ fromMs, toMs }: Stretch, days?: readonly string[]): string =>
  daysSql({ fromMs: fromMs - DAY_MS, toMs: toMs + DAY_MS }, days?.flatMap(aroundDay));
