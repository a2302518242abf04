import type { DayFileKind } from './day-files.ts';
import { ODDITY_SQL, TYPING_MAX_MS, TYPING_STEP_MS } from './log-filter.ts';

/** The columns that logs are counted by; class and payment are digits of the code. */
export const COUNTED = [
  'merchant',
  'code',
  'field',
  'method',
  'step',
  'assurance',
  'late',
  'sdk',
  'anomaly',
  'typing_ms',
] as const;

/** Step of typing speed. Not `least`: of an absent value DuckDB makes the highest step with it, Trino none. */
const TYPING_SQL = `case when l.flight_p50_ms >= ${TYPING_MAX_MS} then ${TYPING_MAX_MS} else l.flight_p50_ms - l.flight_p50_ms % ${TYPING_STEP_MS} end`;

/** SELECT that counts the logs of a condition by {@link COUNTED}. @param around days in which a session may lie */
export const countSql = (where: string, around: string): string => `
  select l.merchant, l.code, l.field, l.method, l.step, l.assurance, l.late, s.sdk, coalesce(s.anomaly, false) as anomaly,
    ${TYPING_SQL} as typing_ms,
    min(l.dt) as dt, count(*) as n
  from (select * from logs_all where ${where}) l
  left join (
    select session, max(sdk_version) as sdk, bool_or(${ODDITY_SQL}) as anomaly from logs_all
    where ${around} and (code % 1000 = 100 or ${ODDITY_SQL}) group by session
  ) s on s.session = l.session
  group by 1, 2, 3, 4, 5, 6, 7, 8, 9, 10`;

/**
 * Counts of closed days: how many logs there are of each combination of values. A day of 300,000 logs has some thousand of them, so a
 * filter over a month looks at these instead of at the logs.
 */
export const DAY_COUNTS: DayFileKind = { name: 'counts', version: 3, sql: countSql };
