import type { LakeStore } from './lake-store.ts';
import { foldersOf, LAKE_LOGS, LANDING_LOGS } from './layout.ts';
import type { Lake } from './open-lake.ts';

/** A receive day of the lake. */
export interface DayStats {
  readonly dt: string;
  /** Rows that `logs_all` shows. */
  readonly rows: number;
  /** Rows stored twice and not compacted yet. */
  readonly duplicates: number;
  /** Rows that came from an outbox after their token had expired. */
  readonly late: number;
  /** 99th percentile of the time from event to receipt, ms. */
  readonly lag_p99_ms: number;
  readonly parts: number;
  readonly part_bytes: number;
  readonly landing_objects: number;
  readonly landing_bytes: number;
  /** Objects below 1 MiB that readers still have to open one by one. */
  readonly small_files: number;
}

const SMALL_BYTES = 1024 * 1024;

/**
 * How the lake of the last days looks, newest day first.
 * @param days how many days
 */
export const lakeStats = async (
  lake: Pick<Lake, 'query'>,
  store: LakeStore,
  days: number,
): Promise<DayStats[]> => {
  const parts = await store.list(LAKE_LOGS);
  const landing = await store.list(LANDING_LOGS);
  const dts = [...new Set([...parts, ...landing].flatMap((o) => foldersOf(o.key).dt ?? []))]
    .sort()
    .reverse()
    .slice(0, days);
  const stats: DayStats[] = [];
  for (const dt of dts) {
    const [counts] = (
      await lake.query(
        `select (select count(*) from logs where dt = $1) as stored, count(*) as n, count(*) filter (where late) as late,
          coalesce(round(quantile_cont(lag_ms, 0.99)), 0)::bigint as lag from logs_all where dt = $1`,
        [dt],
      )
    ).rows as unknown as { stored: number; n: number; late: number; lag: number }[];
    const ofDay = (o: { key: string }): boolean => foldersOf(o.key).dt === dt;
    const dayParts = parts.filter(ofDay);
    const dayLanding = landing.filter(ofDay);
    const sum = (objects: readonly { bytes: number }[]): number => objects.reduce((n, o) => n + o.bytes, 0);
    const newestPart = Math.max(0, ...dayParts.map((o) => o.modifiedMs));
    stats.push({
      dt,
      rows: counts!.n,
      duplicates: counts!.stored - counts!.n,
      late: counts!.late,
      lag_p99_ms: counts!.lag,
      parts: dayParts.length,
      part_bytes: sum(dayParts),
      landing_objects: dayLanding.length,
      landing_bytes: sum(dayLanding),
      small_files: dayLanding.filter((o) => o.bytes < SMALL_BYTES && o.modifiedMs > newestPart).length,
    });
  }
  return stats;
};
