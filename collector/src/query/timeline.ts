import type { LakeRow } from '@gander/log-codes';
import type { LiveBatch } from '../live/create-live.ts';
import type { LogRow, TimelineAnswer } from './api.ts';
import { ApiError } from './api-errors.ts';
import type { ApiContext } from './context.ts';
import { readLandedLogs } from './read-landed-logs.ts';

/** Most logs of a timeline: a session at its cap several times over. */
const MAX_TIMELINE_LOGS = 20_000;

/** Rows of live batches; a batch that has no rows (a dead letter) shows none. */
export const rowsOfBatches = (context: ApiContext, batches: readonly LiveBatch[]): LakeRow[] =>
  batches.flatMap((batch) => {
    try {
      return context.rowsOf(batch, context.collector);
    } catch {
      return [];
    }
  });

/** What identifies a log: its number in its session. */
export const logKey = (row: Pick<LakeRow, 'session' | 'log_seq'>): string => `${row.session}:${row.log_seq}`;

/**
 * All logs of one transaction: the live store first, then the lake, so that nothing falls between the two while it is landed; each
 * log once.
 */
export const readTransaction = async (
  context: ApiContext,
  merchant: string,
  transaction: string,
): Promise<{ rows: LakeRow[]; cursor: string }> => {
  const cursor = `${context.live.boot}.${context.live.newest}`;
  const rows = rowsOfBatches(context, context.live.batchesOf(merchant, transaction));
  const limit = ` limit ${MAX_TIMELINE_LOGS + 1}`;
  const seen = new Set(rows.map(logKey));
  for (const row of await readLandedLogs(context, merchant, transaction, '*', limit)) {
    const key = logKey(row);
    if (seen.has(key)) continue;
    seen.add(key);
    rows.push(row);
  }
  rows.sort((a, b) => a.event_ts - b.event_ts || compare(a.session, b.session) || a.log_seq - b.log_seq);
  return { rows, cursor };
};

/** The answer of the timeline's route. @throws ApiError `not_found` when there is no log of it */
export const readTimeline = async (
  context: ApiContext,
  merchant: string,
  transaction: string,
): Promise<TimelineAnswer> => {
  const { rows, cursor } = await readTransaction(context, merchant, transaction);
  if (rows.length === 0) throw new ApiError('not_found');
  const truncated = rows.length > MAX_TIMELINE_LOGS;
  if (truncated) rows.length = MAX_TIMELINE_LOGS;
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
