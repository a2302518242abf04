import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { MERCHANTS, SECOND_DAY } from '../../deploy/src/small-lake/scripted-sessions.ts';

/** What the recorded statements are about: see collector/src/query/console-queries.test.ts. */
const RECORDED_MERCHANT = 'aaaaaaaaaaaaaaaa';
const RECORDED_DAY = Date.parse('2026-11-20');
const DAY_MS = 86_400_000;

/**
 * The statements the console asks (word for word as its tests recorded them), but of the merchant and the days of the small lake: all
 * days and times are moved by as many days as lie between the recorded day and the small lake's second, and “since” ends with the day after
 * that, as it does for the console, whose days end now: projection would look through all months since.
 * @param root folder of the workspace
 */
export const consoleStatements = (root: string): { name: string; sql: string }[] => {
  const file = join(root, 'collector/src/query/console-queries.json');
  const recorded = JSON.parse(readFileSync(file, 'utf8')) as { name: string; sql: string }[];
  const shiftMs = Math.floor((SECOND_DAY[0]!.receivedMs - RECORDED_DAY) / DAY_MS) * DAY_MS;
  const moved = (sql: string): string =>
    sql
      .replaceAll(RECORDED_MERCHANT, MERCHANTS.shop)
      .replace(/'(\d{4}-\d\d-\d\d)'/g, (_, day: string) => `'${isoDay(Date.parse(day) + shiftMs)}'`)
      .replace(/\bdt >= ('[^']+')/g, `dt between $1 and '${isoDay(RECORDED_DAY + shiftMs + DAY_MS)}'`)
      .replace(/\b1[67]\d{11}\b/g, (ms) => String(Number(ms) + shiftMs))
      .replaceAll("'order_1'", "'order_1001'");
  const nth = new Map<string, number>();
  return recorded.map(({ name, sql }) => {
    nth.set(name, (nth.get(name) ?? 0) + 1);
    return { name: `console: ${name} ${nth.get(name)}`, sql: moved(sql) };
  });
};

const isoDay = (ms: number): string => new Date(ms).toISOString().slice(0, 10);
