import type { LakeRow } from '@gander/log-codes';
import type { LogsAnswer } from './api.ts';
import { ApiError } from './api-errors.ts';
import { type ApiContext, withoutNulls } from './context.ts';
import { filterSql, type LogFilter, passes } from './log-filter.ts';
import { logKey, rowsOfBatches } from './timeline.ts';

/** The most batches that are looked at in memory; landing is never so far behind unless it stands still. */
const MAX_UNLANDED = 200_000;

/** Rows that are acknowledged but not in the lake yet. */
export const unlandedRows = (context: ApiContext, filter: LogFilter): LakeRow[] => {
  const { live, landed } = context;
  const from = landed ? live.numberBefore(landed()) : live.newest;
  return rowsOfBatches(context, live.since(filter.merchants, from, MAX_UNLANDED).batches);
};

/** A place in the list, newest first: time, then session, then number. */
interface Place {
  readonly event_ts: number;
  readonly session: string;
  readonly log_seq: number;
}

/** Newest first. */
const compare = (a: Place, b: Place): number =>
  b.event_ts - a.event_ts || (a.session < b.session ? 1 : a.session > b.session ? -1 : b.log_seq - a.log_seq);

/** One page of logs: what is not landed yet and what is, each log once, newest first. */
export const readLogs = async (
  context: ApiContext,
  filter: LogFilter,
  before: string | undefined,
  limit: number,
): Promise<LogsAnswer> => {
  const place = parsePlace(before);
  const cursor = `${context.live.boot}.${context.live.newest}`;
  const rows = unlandedRows(context, filter).filter(
    (r) => passes(filter, r) && (!place || compare(place, r) < 0),
  );
  const { where, params } = filterSql(filter);
  const after = place
    ? ' and (event_ts < ? or (event_ts = ? and (session < ? or (session = ? and log_seq < ?))))'
    : '';
  const { rows: landed } = await context.lake.query(
    `select * from logs_all where ${where}${after} order by event_ts desc, session desc, log_seq desc limit ${limit + 1}`,
    place ? [...params, place.event_ts, place.event_ts, place.session, place.session, place.log_seq] : params,
  );
  const seen = new Set(rows.map(logKey));
  for (const raw of landed) {
    const { dt: _dt, hour: _hour, shard: _shard, ...row } = withoutNulls(raw);
    if (!seen.has(logKey(row as LakeRow))) rows.push(row as LakeRow);
  }
  rows.sort(compare);
  const page = rows.slice(0, limit);
  const last = page.at(-1);
  const next = rows.length > limit && last ? `${last.event_ts}.${last.session}.${last.log_seq}` : null;
  return { logs: page, next, cursor };
};

const parsePlace = (text: string | undefined): Place | undefined => {
  if (!text) return;
  const match = /^(\d{1,15})\.([0-9a-f]{32})\.(\d{1,10})$/.exec(text);
  if (!match) throw new ApiError('bad_request');
  return { event_ts: Number(match[1]), session: match[2]!, log_seq: Number(match[3]) };
};
