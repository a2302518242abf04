import type { LakeRow } from '@gander/log-codes';
import { headOf } from '../journal/head-of.ts';
import type { LiveBatch } from '../live/create-live.ts';
import type { ApiContext } from './context.ts';

/** Most logs that one answer reads from memory: half a second of work, some 20 MB. What is beyond is told as `truncated`. */
export const MAX_MEMORY_LOGS = 50_000;
/** So long the intake, which shares the thread, waits at most for a reader of memory, ms. */
const TURN_MS = 5;

/** Called between the pieces of one work, so that others have their turn on the event loop. */
export type Turns = () => Promise<void>;

/** Lets others have their turn whenever this work has gone on for {@link TURN_MS}. */
export const createTurns = (): Turns => {
  let since = performance.now();
  return async () => {
    if (performance.now() - since < TURN_MS) return;
    await new Promise((resolve) => setImmediate(resolve));
    since = performance.now();
  };
};

/** Rows of a live batch; one that has none (a dead letter) shows none. */
export const rowsOfBatch = (
  context: Pick<ApiContext, 'rowsOf' | 'collector'>,
  batch: LiveBatch,
): LakeRow[] => {
  try {
    return context.rowsOf(batch, context.collector);
  } catch {
    return [];
  }
};

/** The first of these batches that have at most so many logs together, and at least one of them. */
export const firstLogs = <B extends LiveBatch>(batches: readonly B[], maxLogs: number): B[] => {
  let logs = 0;
  let end = 0;
  for (; end < batches.length; end++) {
    logs += headOf(batches[end]!.frame).logCount;
    if (logs > maxLogs && end > 0) break;
  }
  return batches.slice(0, end);
};

/** The same of the last ones. */
export const lastLogs = <B extends LiveBatch>(batches: readonly B[], maxLogs: number): B[] =>
  firstLogs(batches.toReversed(), maxLogs).reverse();

/** Rows of these batches, in their order, batch by batch with turns between. */
export const readRows = async (
  context: Pick<ApiContext, 'rowsOf' | 'collector'>,
  batches: readonly LiveBatch[],
): Promise<LakeRow[]> => {
  const rows: LakeRow[] = [];
  const turn = createTurns();
  for (const batch of batches) {
    for (const row of rowsOfBatch(context, batch)) rows.push(row);
    await turn();
  }
  return rows;
};
