import { DAY_MS, dayOf } from '../lake/days.ts';
import type { LiveTransaction } from '../live/create-live.ts';
import type { TransactionSummary, TransactionsAnswer } from './api.ts';
import { ApiError } from './api-errors.ts';
import type { ApiContext } from './context.ts';
import { readLandedLogs } from './read-landed-logs.ts';
import {
  addRow,
  finishSummary,
  type RunningSummary,
  startSummary,
  summaryOf,
  summarySql,
} from './summarise.ts';
import { logKey, rowsOfBatches } from './timeline.ts';

const HOUR_MS = 3600 * 1000;
/** How far back one page of the list looks in the logs, step by step, ms. */
const WINDOWS_MS = [HOUR_MS, 6 * HOUR_MS, 48 * HOUR_MS, 14 * 24 * HOUR_MS];
/** How far back it looks in the index, ms: as long as the lake keeps logs. */
const KEPT_MS = 400 * DAY_MS;
/** A transaction may have begun so long before its last log, ms: its session's longest, and a day of somebody coming back. */
const SESSION_MS = 28 * HOUR_MS;

interface Cached {
  upToN: number;
  readonly summary: RunningSummary;
  /** Whether the live store holds its beginning; else the lake's part is in it as well, read once. */
  readonly seen: Set<string> | undefined;
}

/** Lists transactions, newest first: those in the live store, then those of the lake. */
export const createTransactionList = (context: ApiContext) => {
  // Summaries of live transactions are added to, not made anew, whenever somebody looks.
  let cache = new Map<string, Cached>();

  const liveSummaries = async (merchants: ReadonlySet<string>): Promise<TransactionSummary[]> => {
    const next = new Map<string, Cached>();
    const found: TransactionSummary[] = [];
    for (const entry of context.live.transactions(merchants)) {
      const key = `${entry.merchant}/${entry.transaction}`;
      const cached = cache.get(key) ?? (await start(context, entry));
      for (const row of rowsOfBatches(
        context,
        context.live.batchesOf(entry.merchant, entry.transaction, cached.upToN),
      )) {
        if (!cached.seen?.has(logKey(row))) addRow(cached.summary, row);
      }
      cached.upToN = entry.lastN;
      next.set(key, cached);
      found.push(finishSummary(cached.summary));
    }
    // Of other merchants than these, keep what is there: another user's next look needs it.
    for (const [key, cached] of cache) if (!merchants.has(cached.summary.merchant)) next.set(key, cached);
    cache = next;
    return found;
  };

  return async (
    merchants: ReadonlySet<string>,
    before: string | undefined,
    limit: number,
  ): Promise<TransactionsAnswer> => {
    const cursor = parseBefore(before);
    const live = await liveSummaries(merchants);
    const held = new Set(live.map((t) => `${t.merchant}/${t.transaction}`));
    const landed = await readLanded(
      context,
      merchants,
      cursor ?? { lastMs: context.clock() + 1, transaction: '' },
      // One more than are shown says that there are more.
      limit + held.size + 1,
    );
    const all = [...live, ...landed.filter((t) => !held.has(`${t.merchant}/${t.transaction}`))]
      .sort(newestFirst)
      .filter((t) => !cursor || newestFirst(cursor, t) < 0);
    const page = all.slice(0, limit);
    const last = page.at(-1);
    return {
      transactions: page,
      next: all.length > limit && last ? `${last.lastMs}.${last.transaction}` : null,
    };
  };
};

const newestFirst = (
  a: { lastMs: number; transaction: string },
  b: { lastMs: number; transaction: string },
): number =>
  b.lastMs - a.lastMs || (a.transaction < b.transaction ? -1 : a.transaction > b.transaction ? 1 : 0);

/** A place in the list: after this transaction, whose last log was at that time. */
interface Place {
  readonly lastMs: number;
  readonly transaction: string;
}

const parseBefore = (text: string | undefined): Place | undefined => {
  if (!text) return;
  const match = /^(\d{1,15})\.([A-Za-z0-9_~-]{1,64})$/.exec(text);
  if (!match) throw new ApiError('bad_request');
  return { lastMs: Number(match[1]), transaction: match[2]! };
};

/** A transaction whose first logs are not live any more starts with what the lake has of it. */
const start = async (context: ApiContext, { merchant, transaction }: LiveTransaction): Promise<Cached> => {
  const summary = startSummary(merchant, transaction, true);
  const rows = rowsOfBatches(context, context.live.batchesOf(merchant, transaction));
  const firsts = new Map<string, number>();
  for (const row of rows)
    firsts.set(row.session, Math.min(firsts.get(row.session) ?? row.log_seq, row.log_seq));
  if ([...firsts.values()].every((seq) => seq === 0)) return { upToN: 0, summary, seen: undefined };
  const seen = new Set<string>();
  for (const row of await readLandedLogs(context, merchant, transaction)) {
    if (seen.has(logKey(row))) continue;
    seen.add(logKey(row));
    addRow(summary, row);
  }
  return { upToN: 0, summary, seen };
};

/** A transaction that is to be shown, and the days on which its logs may lie. */
interface Found {
  readonly merchant: string;
  readonly transaction: string;
  readonly days: string;
}

/**
 * Landed transactions whose last log lies before a moment: first those of its last hour, then of longer and longer stretches, until
 * there are enough. Which they are is found by the logs of that stretch alone; only those few are then summed up. Where a fortnight
 * has too few, the rest comes from the index of transactions, however long ago they were.
 */
const readLanded = async (
  context: ApiContext,
  merchants: ReadonlySet<string>,
  after: Place,
  limit: number,
): Promise<TransactionSummary[]> => {
  if (merchants.size === 0) return [];
  for (const windowMs of WINDOWS_MS) {
    const fromMs = after.lastMs - windowMs;
    const recent = await findRecent(context, merchants, fromMs, after, limit);
    if (recent.length >= limit) return sumUp(context, recent);
    if (windowMs !== WINDOWS_MS.at(-1)) continue;
    const known = new Set(recent.map(keyOf));
    const older = await findOlder(context, merchants, fromMs, limit);
    return sumUp(context, [...recent, ...older.filter((t) => !known.has(keyOf(t)))].slice(0, limit));
  }
  return [];
};

const keyOf = ({ merchant, transaction }: { merchant: string; transaction: string }): string =>
  `${merchant}/${transaction}`;

const marks = (values: readonly unknown[]): string => values.map(() => '?').join(', ');

const findRecent = async (
  { lake }: ApiContext,
  merchants: ReadonlySet<string>,
  fromMs: number,
  { lastMs, transaction }: Place,
  limit: number,
): Promise<Found[]> => {
  const own = [...merchants];
  const { rows } = await lake.query(
    `select merchant, "transaction", max(event_ts) as last_ms from logs_all
       where merchant in (${marks(own)}) and dt >= '${dayOf(fromMs)}' and event_ts >= ?
       group by merchant, "transaction" having max(event_ts) < ? or (max(event_ts) = ? and "transaction" > ?) order by last_ms desc, "transaction" limit ${limit}`,
    [...own, fromMs, lastMs, lastMs, transaction],
  );
  const days = `dt >= '${dayOf(fromMs - SESSION_MS)}'`;
  return rows.map((row) => ({
    merchant: String(row.merchant),
    transaction: String(row.transaction),
    days,
  }));
};

/** The newest of those that were over before a moment; of all days, so that one that goes on later is none of them. */
const findOlder = async (
  { lake }: ApiContext,
  merchants: ReadonlySet<string>,
  endMs: number,
  limit: number,
): Promise<Found[]> => {
  const own = [...merchants];
  const { rows } = await lake.query(
    `select merchant, "transaction", min(dt) as first_dt, max(dt) as last_dt, max(last_ts) as last_ms from transactions
       where merchant in (${marks(own)}) and dt >= '${dayOf(endMs - KEPT_MS)}'
       group by merchant, "transaction" having max(last_ts) <= ? order by last_ms desc, "transaction" limit ${limit}`,
    [...own, endMs],
  );
  return rows.map((row) => ({
    merchant: String(row.merchant),
    transaction: String(row.transaction),
    days: `dt between '${String(row.first_dt)}' and '${String(row.last_dt)}'`,
  }));
};

const sumUp = async ({ lake }: ApiContext, found: readonly Found[]): Promise<TransactionSummary[]> => {
  if (found.length === 0) return [];
  const keys = new Set(found.map(keyOf));
  const own = [...new Set(found.map((t) => t.merchant))];
  const names = [...new Set(found.map((t) => t.transaction))];
  const days = [...new Set(found.map((t) => t.days))];
  const about = days.length > 1 ? `(${days.join(' or ')})` : days[0]!;
  const where = `merchant in (${marks(own)}) and ${about} and "transaction" in (${marks(names)})`;
  const { rows } = await lake.query(`${summarySql(where)} order by last_ms desc, "transaction"`, [
    ...own,
    ...names,
  ]);
  return rows.map(summaryOf).filter((t) => keys.has(keyOf(t)));
};
