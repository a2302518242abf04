import type { LakeRow } from '@gander/log-codes';
import type { LiveBatch } from '../live/create-live.ts';
import type { ApiContext } from './context.ts';
import type { SqlCondition } from './log-filter.ts';
import { rowsOfBatches } from './timeline.ts';

/** The most batches that are looked at in memory; landing is never so far behind unless it stands still. */
const MAX_UNLANDED = 200_000;

/** What is acknowledged but not landed at one moment. */
export interface Unlanded {
  readonly rows: LakeRow[];
  /**
   * Leaves these batches out of what the lake is asked: it may have landed them by the time it answers. So each log counts once,
   * without waiting for landing to stand still.
   */
  readonly notInLake: SqlCondition | undefined;
}

/** Number of the newest batch that is landed: everything after it may not be in the lake yet. */
export const landedNumber = ({ live, landed }: ApiContext): number =>
  landed ? live.numberBefore(landed()) : live.newest;

/**
 * Reads what the lake does not have yet, of these merchants.
 * @param after number of the last batch that it has
 * @param upTo later batches are left out
 */
export const readUnlanded = (
  context: ApiContext,
  merchants: ReadonlySet<string>,
  after = landedNumber(context),
  upTo = Number.POSITIVE_INFINITY,
): Unlanded => {
  const batches = context.live.since(merchants, after, MAX_UNLANDED).batches.filter(({ n }) => n <= upTo);
  const rows = rowsOfBatches(context, batches);
  return { rows, notInLake: rows.length ? withoutBatches(batches, rows) : undefined };
};

/** Landing is minutes behind at most, so older days hold none of them and are not looked at. */
const withoutBatches = (batches: readonly LiveBatch[], rows: readonly LakeRow[]): SqlCondition => {
  const keys = [...new Set(rows.map((r) => `${r.session}.${r.batch_seq}`))];
  const firstDay = new Date(Math.min(...batches.map((b) => b.receivedMs))).toISOString().slice(0, 10);
  return {
    where: `(dt < '${firstDay}' or session || '.' || cast(batch_seq as varchar) not in (${keys.map(() => '?').join(', ')}))`,
    params: keys,
  };
};
