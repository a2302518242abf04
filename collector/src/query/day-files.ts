import { createHash } from 'node:crypto';
import { readdirSync, renameSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { aroundDay, DAY_MS } from '../lake/days.ts';
import type { LakeReader } from './context.ts';
import { daysInSql } from './days-sql.ts';

/** What is kept of each closed day, in a small file of its own. */
export interface DayFileKind {
  /** First part of the files' names. */
  readonly name: string;
  /** Changes when the statement does: the files of an earlier one are made again. */
  readonly version: number;
  /** SELECT of the rows of some days. @param where condition on `logs_all` @param around condition on the days a session may lie in */
  readonly sql: (where: string, around: string) => string;
}

/** Where a stretch of days is read from. */
export interface DayPlan {
  /** Files of days that lie wholly inside. */
  readonly files: readonly string[];
  /** Their days. */
  readonly filed: readonly string[];
  /** The other days, to be read from the logs. */
  readonly rest: readonly string[];
}

/** Files of closed days; see {@link createDayFiles}. */
export interface DayFiles {
  /** @param wholeOnly days that the stretch cuts are read from the logs; else they are taken whole */
  plan(fromMs: number, toMs: number, wholeOnly?: boolean): Promise<DayPlan>;
  /** Makes what is missing, the newest day first; of a remote lake nothing, before it is asked for. Resolves when all is there. */
  warm(): Promise<void>;
}

/**
 * Keeps one kind of file for each closed day in the lake's cache, made from its logs in the background and made again when the day's
 * parts change, as by an erasure. A month of logs is then a month of small files, whatever is asked of it.
 * @returns undefined where the lake does not tell its days: everything is read from the logs then
 */
export const createDayFiles = (lake: LakeReader, kind: DayFileKind): DayFiles | undefined => {
  const { cacheDir } = lake;
  const listDays = lake.days?.bind(lake);
  if (!listDays || !cacheDir) return;
  const pattern = new RegExp(`^${kind.name}-v\\d+-\\d{4}-\\d{2}-\\d{2}-[0-9a-f]{12}\\.parquet(\\.tmp)?$`);
  let writing: Promise<void> | undefined;
  /** Days that were asked for and have no file yet. */
  const asked = new Set<string>();

  /** Names of the files that there should be, by day. */
  const namesOf = (days: Awaited<ReturnType<typeof listDays>>): Map<string, string> => {
    const versions = new Map(days.map((d) => [d.dt, d.version]));
    return new Map(
      days
        .filter((d) => d.settled)
        .map(({ dt }) => {
          const about = aroundDay(dt)
            .map((d) => versions.get(d) ?? '')
            .join();
          const digest = createHash('sha256').update(about).digest('hex').slice(0, 12);
          return [dt, `${kind.name}-v${kind.version}-${dt}-${digest}.parquet`];
        }),
    );
  };

  const write = async (): Promise<void> => {
    const names = namesOf(await listDays());
    const wanted = new Set(names.values());
    const there = new Set(readdirSync(cacheDir).filter((name) => pattern.test(name)));
    for (const name of there) if (!wanted.has(name)) rmSync(join(cacheDir, name), { force: true });
    for (const [dt, name] of [...names].reverse()) {
      const isAsked = asked.delete(dt);
      if (there.has(name) || (lake.remote && !isAsked)) continue;
      const sql = kind.sql(`dt = '${dt}'`, daysInSql(aroundDay(dt)));
      const path = await lake.exportParquet(sql, `${name}.tmp`);
      renameSync(path, join(cacheDir, name));
    }
  };
  const warm = (): Promise<void> => {
    writing ??= write().finally(() => {
      writing = undefined;
    });
    return writing;
  };

  return {
    warm,
    async plan(fromMs, toMs, wholeOnly = true) {
      const days = await listDays();
      const names = namesOf(days);
      const there = new Set(readdirSync(cacheDir));
      const files: string[] = [];
      const filed: string[] = [];
      const rest: string[] = [];
      let missing = false;
      for (const { dt } of days) {
        const beginMs = Date.parse(dt);
        const endMs = beginMs + DAY_MS;
        if (endMs <= fromMs || beginMs >= toMs) continue;
        const name = names.get(dt);
        if (name && !there.has(name)) {
          missing = true;
          asked.add(dt);
        }
        if (name && there.has(name) && (!wholeOnly || (beginMs >= fromMs && endMs <= toMs))) {
          files.push(join(cacheDir, name));
          filed.push(dt);
        } else rest.push(dt);
      }
      // Not waited for, and its failure is no failure of the question: it is tried again with the next.
      if (missing) void warm().catch(() => undefined);
      return { files, filed, rest };
    },
  };
};

/** The files' rows as a table. */
export const readFilesSql = (files: readonly string[]): string =>
  `read_parquet([${files.map((path) => `'${path.replaceAll("'", "''")}'`).join(', ')}])`;
