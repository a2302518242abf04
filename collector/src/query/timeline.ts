import type { LakeRow } from '@gander/log-codes';
import type { LogRow, TimelineAnswer } from './api.ts';
import { ApiError } from './api-errors.ts';
import type { ApiContext } from './context.ts';
import { firstLogs, readRows } from './live-rows.ts';
import { readLandedLogs } from './read-landed-logs.ts';

/** Most logs of a timeline: a session at its cap several times over. */
const MAX_TIMELINE_LOGS = 20_000;

/** What identifies a log: its number in its session. */
export const logKey = (row: Pick<LakeRow, 'session' | 'log_seq'>): string => `${row.session}:${row.log_seq}`;

/**
 * The first logs of one transaction: the live store first, then the lake, so that nothing falls between the two while it is landed; each
 * log once. There are more where there are more than {@link MAX_TIMELINE_LOGS}.
 */
export const readTransaction = async (
  context: ApiContext,
  merchant: string,
  transaction: string,
): Promise<{ rows: LakeRow[]; cursor: string; truncated: boolean }> => {
  const cursor = `${context.live.boot}.${context.live.newest}`;
  const held = context.live.batchesOf(merchant, transaction);
  const batches = firstLogs(held, MAX_TIMELINE_LOGS);
  const rows = await readRows(context, batches);
  const limit = ` limit ${MAX_TIMELINE_LOGS + 1}`;
  const seen = new Set(rows.map(logKey));
  for (const row of await readLandedLogs(context, merchant, transaction, '*', limit)) {
    const key = logKey(row);
    if (seen.has(key)) continue;
    seen.add(key);
    rows.push(row);
  }
  rows.sort((a, b) => a.event_ts - b.event_ts || compare(a.session, b.session) || a.log_seq - b.log_seq);
  const truncated = batches.length < held.length || rows.length > MAX_TIMELINE_LOGS;
  return { rows, cursor, truncated };
};

/** The answer of the timeline's route. @throws ApiError `not_found` when there is no log of it */
export const readTimeline = async (
  context: ApiContext,
  merchant: string,
  transaction: string,
): Promise<TimelineAnswer> => {
  const { rows, cursor, truncated } = await readTransaction(context, merchant, transaction);
  if (rows.length === 0) throw new ApiError('not_found');
  rows.length = Math.min(rows.length, MAX_TIMELINE_LOGS);
  return { merchant, transaction, logs: rows.map(toLogRow), cursor, nowMs: context.clock(), truncated };
};

/** A row of a known transaction, without what its reader knows already. */
export const toLogRow = (row: LakeRow): LogRow => {
  const {
    merchant: _merchant,
    transaction: _transaction,
    dt: _dt,
    hour: _hour,
    shard: _shard,
    ...rest
  } = row;
  return rest as unknown as LogRow;
};

const compare = (a: string, b: string): number => (a < b ? -1 : a > b ? 1 : 0);
