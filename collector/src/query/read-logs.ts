import type { LakeRow } from '@gander/log-codes';
import { DAY_MS, dayOf, daysBetween } from '../lake/days.ts';
import type { FilterName, LogsAnswer } from './api.ts';
import { ApiError } from './api-errors.ts';
import { type ApiContext, withoutNulls } from './context.ts';
import { type DayFiles, readFilesSql } from './day-files.ts';
import {
  allOf,
  DIMENSIONS,
  filterSql,
  type LogFilter,
  merchantsOf,
  needsFacts,
  passes,
  type SqlCondition,
} from './log-filter.ts';
import type { KnowSessions } from './session-facts.ts';
import { logKey } from './timeline.ts';
import { readUnlanded } from './unlanded.ts';

/** A log is received at most so many days after it happened: an outbox keeps a day, its token another, and clocks are corrected. */
const MAX_LAG_DAYS = 3;
/** Days that are looked through first where nothing says how many logs they have; twice as many in each further step. */
const FIRST_DAYS = 1;

/** A place in the list, newest first: time, then session, then number. */
interface Place {
  readonly event_ts: number;
  readonly session: string;
  readonly log_seq: number;
}

/** Newest first. */
const compare = (a: Place, b: Place): number =>
  b.event_ts - a.event_ts || (a.session < b.session ? 1 : a.session > b.session ? -1 : b.log_seq - a.log_seq);

export type ReadLogs = (
  context: ApiContext,
  filter: LogFilter,
  before: string | undefined,
  limit: number,
) => Promise<LogsAnswer>;

/**
 * Reads one page of logs: what is not landed yet and what is, each log once, newest first. It looks through as few days as hold
 * a page, the newest first; the counts of closed days say how many those are.
 */
export const createReadLogs =
  (counts: DayFiles | undefined, knowSessions: KnowSessions): ReadLogs =>
  async (context, filter, before, limit) => {
    const place = parsePlace(before);
    const cursor = `${context.live.boot}.${context.live.newest}`;
    const { rows: unlanded, truncated } = await readUnlanded(context, merchantsOf(filter));
    const factsOf = needsFacts(filter) ? await knowSessions(unlanded) : () => undefined;
    const rows = unlanded.filter((r) => passes(filter, r, factsOf(r)) && (!place || compare(place, r) < 0));
    const seen = new Set(rows.map(logKey));
    const lastMs = place ? Math.min(filter.toMs, place.event_ts + MAX_LAG_DAYS * DAY_MS) : filter.toMs;
    for await (const days of windows(context, counts, filter, lastMs, limit, place)) {
      for (const row of await readDays(context, filter, days, place, limit)) {
        if (seen.has(logKey(row))) continue;
        seen.add(logKey(row));
        rows.push(row);
      }
      // What was received on an earlier day also happened before that day ended.
      const goal = rows.filter((r) => r.event_ts >= Date.parse(days[0]!)).length;
      if (goal > limit) break;
    }
    rows.sort(compare);
    const page = rows.slice(0, limit);
    const last = page.at(-1);
    const next = rows.length > limit && last ? `${last.event_ts}.${last.session}.${last.log_seq}` : null;
    return { logs: page, next, cursor, truncated };
  };

/**
 * The receive days of the range in groups, the newest first, each in order; one group is one statement. Days of which the counts say
 * that they hold nothing are left out.
 */
async function* windows(
  context: ApiContext,
  counts: DayFiles | undefined,
  filter: LogFilter,
  lastMs: number,
  limit: number,
  place: Place | undefined,
): AsyncGenerator<readonly string[]> {
  const isOne = filter.values.has('transaction') || filter.values.has('session');
  const plan = isOne ? undefined : await counts?.plan(filter.fromMs, lastMs);
  if (!plan) {
    // One transaction, or one session: its few row groups are found by their statistics, in all days at once.
    let size = isOne ? Number.POSITIVE_INFINITY : FIRST_DAYS;
    let days = daysBetween(dayOf(filter.fromMs), dayOf(lastMs));
    for (; days.length; size *= 2) {
      yield days.slice(-size);
      days = days.slice(0, Math.max(0, days.length - size));
    }
    return;
  }
  const matching = await countByDay(context, plan.files, filter);
  const placeDay = place && dayOf(place.event_ts);
  let group: string[] = [];
  let expected = 0;
  for (const dt of [...plan.filed, ...plan.rest].sort().reverse()) {
    const n = matching.get(dt) ?? (plan.rest.includes(dt) ? limit + 1 : 0);
    if (n > 0) group.unshift(dt);
    // Of later days only what came late is still to be shown.
    if (!placeDay || dt <= placeDay) expected += n;
    if (expected <= limit) continue;
    yield group;
    group = [];
    expected = 0;
  }
  if (group.length) yield group;
}

/** How many logs of each counted day pass the filter, whatever their time. */
const countByDay = async (
  { lake }: ApiContext,
  files: readonly string[],
  filter: LogFilter,
): Promise<Map<string, number>> => {
  if (files.length === 0) return new Map();
  const condition = countedSql(filter);
  const { rows } = await lake.query(
    `select dt, sum(n) as n from ${readFilesSql(files)} where ${condition.where} group by dt`,
    condition.params,
  );
  return new Map(rows.map((row) => [String(row.dt), Number(row.n)]));
};

/** Columns of counts whose names or meaning differ from those of logs. */
const COUNT_COLUMNS: Partial<Record<FilterName, string>> = {
  sdk: 'sdk',
  anomaly: 'anomaly',
  typing: 'typing_ms',
};

/** The filter over the rows of counts, where what holds for a session is a column. */
const countedSql = (filter: LogFilter): SqlCondition =>
  allOf(
    DIMENSIONS.merchant.where([...merchantsOf(filter)], ''),
    ...[...filter.values].map(([name, values]): SqlCondition => {
      const column = COUNT_COLUMNS[name];
      if (!column) return DIMENSIONS[name].where(values, '');
      return { where: `${column} in (${values.map(() => '?').join(', ')})`, params: values };
    }),
  );

const readDays = async (
  { lake }: ApiContext,
  filter: LogFilter,
  days: readonly string[],
  place: Place | undefined,
  limit: number,
): Promise<LakeRow[]> => {
  const after: SqlCondition | undefined = place && {
    where:
      'event_ts <= ? and (event_ts < ? or (event_ts = ? and (session < ? or (session = ? and log_seq < ?))))',
    params: [place.event_ts, place.event_ts, place.event_ts, place.session, place.session, place.log_seq],
  };
  const { where, params } = allOf(filterSql(filter, days), after);
  const { rows } = await lake.query(
    `select * from logs_all where ${where} order by event_ts desc, session desc, log_seq desc limit ${limit + 1}`,
    params,
  );
  return rows.map((raw) => {
    const { dt: _dt, hour: _hour, shard: _shard, ...row } = withoutNulls(raw);
    return row as LakeRow;
  });
};

const parsePlace = (text: string | undefined): Place | undefined => {
  if (!text) return;
  const match = /^(\d{1,15})\.([0-9a-f]{32})\.(\d{1,10})$/.exec(text);
  if (!match) throw new ApiError('bad_request');
  return { event_ts: Number(match[1]), session: match[2]!, log_seq: Number(match[3]) };
};
