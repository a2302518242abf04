import type { LogAnswer } from './api.ts';
import { ApiError } from './api-errors.ts';
import type { ApiContext } from './context.ts';
import { rowsOfBatch } from './live-rows.ts';
import { readTransaction, toLogRow } from './timeline.ts';
import { wireOfLog, wireOfRows } from './wire-bytes.ts';

/** One log with its bits on the wire. @throws ApiError `not_found` */
export const readLog = async (
  context: ApiContext,
  merchant: string,
  transaction: string,
  session: string,
  seq: number,
): Promise<LogAnswer> => {
  for (const batch of context.live.batchesOf(merchant, transaction)) {
    const wire = batch.session === session ? wireOfLog(batch.frame, seq) : undefined;
    const row = wire && rowsOfBatch(context, batch).find((r) => r.log_seq === seq);
    if (row) return { log: toLogRow(row), wire, exact: true };
  }
  const { rows } = await readTransaction(context, merchant, transaction);
  const own = rows.filter((r) => r.session === session).sort((a, b) => a.log_seq - b.log_seq);
  const row = own.find((r) => r.log_seq === seq);
  if (!row) throw new ApiError('not_found');
  const batch = own.filter((r) => r.batch_seq === row.batch_seq);
  return { log: toLogRow(row), wire: wireOfRows(batch, seq), exact: false };
};
