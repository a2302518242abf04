import type { LakeRow } from '@gander/log-codes';
import { firstVarint } from '../journal/first-varint.ts';
import { dayOf } from '../lake/days.ts';
import type { LiveBatch } from '../live/create-live.ts';
import type { ApiContext } from './context.ts';
import { lastLogs, MAX_MEMORY_LOGS, readRows } from './live-rows.ts';
import type { SqlCondition } from './log-filter.ts';
import { type Moment, momentOf } from './moment.ts';

/** The most batches that are looked at in memory, the newest: landing is never so far behind unless it stands still. */
const MAX_UNLANDED = 20_000;
/** Up to so many batches a statement names one by one: 40 KB of the 256 that Athena takes. */
const MAX_NAMED = 1_000;

/** What is acknowledged but not landed at one {@link Moment}. */
export interface Unlanded {
  readonly rows: LakeRow[];
  /** There is more than is looked at: what is older shows once it has landed. */
  readonly truncated: boolean;
  /**
   * Leaves these batches out of what the lake is asked: it may have landed them by the time it answers. So each log counts once,
   * without waiting for landing to stand still.
   */
  readonly notInLake: SqlCondition | undefined;
}

/** Reads what the lake does not have yet at a moment, of these merchants. */
export const readUnlanded = async (
  context: ApiContext,
  merchants: ReadonlySet<string>,
  moment = momentOf(context),
): Promise<Unlanded> => {
  const { batches, ...unlanded } = findUnlanded(context, merchants, moment);
  return { ...unlanded, rows: await readRows(context, batches) };
};

/** The same without its rows, which take long to read. */
export const findUnlanded = (
  context: ApiContext,
  merchants: ReadonlySet<string>,
  { landed, newest }: Moment,
): Omit<Unlanded, 'rows'> & { readonly batches: readonly LiveBatch[] } => {
  const held = context.live.since(merchants, landed, Number.POSITIVE_INFINITY).batches;
  const wanted = held.filter(({ n }) => n <= newest);
  const batches = lastLogs(wanted.slice(-MAX_UNLANDED), MAX_MEMORY_LOGS);
  if (batches.length === 0) return { batches, truncated: false, notInLake: undefined };
  const notInLake =
    batches.length > MAX_NAMED ? withoutTime(context, merchants, batches) : withoutBatches(batches);
  return { batches, truncated: batches.length < wanted.length, notInLake };
};

/** What names a batch in the lake, and the same of one in memory. */
const NAME_SQL = "session || '.' || cast(batch_seq as varchar)";
const nameOf = ({ session, frame }: LiveBatch): string => `${session}.${firstVarint(frame)}`;

const firstMsOf = (batches: readonly LiveBatch[]): number =>
  batches.reduce((first, { receivedMs }) => Math.min(first, receivedMs), Number.POSITIVE_INFINITY);

const marks = (values: readonly unknown[]): string => values.map(() => '?').join(', ');

/** By name: also a copy is left out that another collector took and has landed. Older days hold none of them and are not looked at. */
const withoutBatches = (batches: readonly LiveBatch[]): SqlCondition => {
  const names = [...new Set(batches.map(nameOf))];
  return {
    where: `(dt < '${dayOf(firstMsOf(batches))}' or ${NAME_SQL} not in (${marks(names)}))`,
    params: names,
  };
};

/**
 * When landing stands still they are too many to be named, but they are all that this collector received from the first of them on:
 * but for the few that it received in the same moment, and landed.
 */
const withoutTime = (
  { live, collector }: ApiContext,
  merchants: ReadonlySet<string>,
  batches: readonly LiveBatch[],
): SqlCondition => {
  const firstMs = firstMsOf(batches);
  const { n: first } = batches[0]!;
  const before = live.since(merchants, first - 1 - MAX_UNLANDED, MAX_UNLANDED).batches;
  const names = before
    .filter(({ n, receivedMs }) => n < first && receivedMs >= firstMs)
    .slice(-MAX_NAMED)
    .map(nameOf);
  const landed = names.length ? ` or ${NAME_SQL} in (${marks(names)})` : '';
  return {
    where: `(dt < '${dayOf(firstMs)}' or event_ts + lag_ms < ${firstMs} or collector <> ?${landed})`,
    params: [collector, ...names],
  };
};
