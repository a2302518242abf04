import { headOf } from '../journal/head-of.ts';
import { DAY_MS, dayOf } from '../lake/days.ts';
import type { LiveBatch, LiveTransaction } from '../live/create-live.ts';
import type { TransactionSummary, TransactionsAnswer } from './api.ts';
import { ApiError } from './api-errors.ts';
import type { ApiContext } from './context.ts';
import { createTurns, firstLogs, MAX_MEMORY_LOGS, rowsOfBatch, type Turns } from './live-rows.ts';
import { readLandedOf, type TransactionName } from './read-landed-logs.ts';
import {
  addRow,
  finishSummary,
  type RunningSummary,
  startSummary,
  summaryOf,
  summarySql,
} from './summarise.ts';
import { logKey } from './timeline.ts';

const HOUR_MS = 3600 * 1000;
/** How far back one page of the list looks in the logs, step by step, ms. */
const WINDOWS_MS = [HOUR_MS, 6 * HOUR_MS, 48 * HOUR_MS, 14 * 24 * HOUR_MS];
/** How far back it looks in the index, ms: as long as the lake keeps logs. */
const KEPT_MS = 400 * DAY_MS;
/** A transaction may have begun so long before its last log, ms: its session's longest, and a day of somebody coming back. */
const SESSION_MS = 28 * HOUR_MS;

interface Cached {
  /** Number of the last batch that is in the summary. */
  upToN: number;
  readonly summary: RunningSummary;
  /** Logs of the lake that are in the summary: those of a transaction whose beginning is not live any more. */
  readonly seen: Set<string>;
}

/** Most logs that are added to one summary in one look, so that one huge transaction leaves room for the others. */
const MAX_ADDED = 10_000;
/** What a summary is made of. */
const SUMMED =
  'merchant, "transaction", session, log_seq, code, event_ts, assurance, late, step, field, count';

/** Summaries of live transactions that come first in the list, and whether logs were left for the next look. */
interface LiveSummaries {
  readonly found: readonly TransactionSummary[];
  readonly truncated: boolean;
}

/** Lists transactions, newest first: those in the live store, then those of the lake. */
export const createTransactionList = (context: ApiContext) => {
  const { live } = context;
  // Summaries of live transactions are added to, not made anew, whenever somebody looks.
  const cache = new Map<string, Cached>();
  // One look at a time adds to them.
  let looking: Promise<unknown> = Promise.resolve();

  /** Of live transactions, the first so many after a place; only these are decoded. */
  const lookAtLive = async (
    merchants: ReadonlySet<string>,
    after: Place | undefined,
    limit: number,
  ): Promise<LiveSummaries> => {
    const entries = live.transactions(merchants).sort((a, b) => b.lastMs - a.lastMs);
    const held = new Set(entries.map(keyOf));
    // Of other merchants than these, keep what is there: another user's next look needs it.
    for (const [key, { summary }] of cache)
      if (merchants.has(summary.merchant) && !held.has(key)) cache.delete(key);
    const found: TransactionSummary[] = [];
    let room = MAX_MEMORY_LOGS;
    let truncated = false;
    // One for the whole look: many small transactions are as long a work as a large one.
    const turn = createTurns();
    for (let i = 0; i < entries.length && room > 0; i += limit) {
      // No log happened after it was received: nothing further down can be among the first.
      const first = found.filter((t) => !after || newestFirst(after, t) < 0).sort(newestFirst);
      if ((first[limit - 1]?.lastMs ?? Number.NEGATIVE_INFINITY) > entries[i]!.lastMs) break;
      const page = entries.slice(i, i + limit);
      truncated =
        (await begin(
          page.filter((entry) => !cache.has(keyOf(entry))),
          turn,
        )) || truncated;
      for (const entry of page) {
        const { added, rest } = await goOn(entry, Math.min(room, MAX_ADDED), turn);
        room -= added;
        truncated ||= rest;
        found.push(finishSummary(cache.get(keyOf(entry))!.summary));
      }
    }
    return { found, truncated: truncated || room <= 0 };
  };

  /** Adds the logs that came since. @returns how many, and whether there are more */
  const goOn = async (
    entry: LiveTransaction,
    room: number,
    turn: Turns,
  ): Promise<{ added: number; rest: boolean }> => {
    const cached = cache.get(keyOf(entry))!;
    const came = live.batchesOf(entry.merchant, entry.transaction, cached.upToN);
    const batches = firstLogs(came, room);
    let added = 0;
    for (const batch of batches) {
      for (const row of rowsOfBatch(context, batch)) {
        added++;
        if (!cached.seen.has(logKey(row))) addRow(cached.summary, row);
      }
      cached.upToN = batch.n;
      await turn();
    }
    return { added, rest: batches.length < came.length };
  };

  /** Starts summaries, with what the lake has of those whose first logs are not live any more. @returns whether it has more */
  const begin = async (entries: readonly LiveTransaction[], turn: Turns): Promise<boolean> => {
    const cut: LiveTransaction[] = [];
    const begun = new Map<string, Cached>();
    for (const entry of entries) {
      const { merchant, transaction } = entry;
      begun.set(keyOf(entry), {
        upToN: 0,
        summary: startSummary(merchant, transaction, true),
        seen: new Set(),
      });
      if (!hasBeginnings(live.batchesOf(merchant, transaction))) cut.push(entry);
      await turn();
    }
    const rows = await readLandedOf(context, cut, SUMMED, ` limit ${MAX_MEMORY_LOGS + 1}`);
    for (const row of rows) {
      const cached = begun.get(keyOf(row));
      if (!cached || cached.seen.has(logKey(row))) continue;
      cached.seen.add(logKey(row));
      addRow(cached.summary, row);
    }
    for (const [key, cached] of begun) cache.set(key, cached);
    return rows.length > MAX_MEMORY_LOGS;
  };

  return async (
    merchants: ReadonlySet<string>,
    before: string | undefined,
    limit: number,
  ): Promise<TransactionsAnswer> => {
    const cursor = parseBefore(before);
    // One more than are shown says that there are more.
    const look = looking.then(() => lookAtLive(merchants, cursor, limit + 1));
    looking = look.catch(() => undefined);
    const { found, truncated } = await look;
    const landed = await readLanded(
      context,
      merchants,
      cursor ?? { lastMs: context.clock() + 1, transaction: '' },
      limit + 1,
      new Set(found.map(keyOf)),
    );
    const all = [...found, ...landed].sort(newestFirst).filter((t) => !cursor || newestFirst(cursor, t) < 0);
    const page = all.slice(0, limit);
    const last = page.at(-1);
    return {
      transactions: page,
      next: all.length > limit && last ? `${last.lastMs}.${last.transaction}` : null,
      truncated,
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

/** Whether these hold the first log of each of their sessions. */
const hasBeginnings = (batches: readonly LiveBatch[]): boolean => {
  const cut = new Set<string>();
  const whole = new Set<string>();
  for (const batch of batches) {
    if (whole.has(batch.session)) continue;
    if (headOf(batch.frame).firstLogSeq > 0) cut.add(batch.session);
    else whole.add(batch.session);
  }
  return [...cut].every((session) => whole.has(session));
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
 * @param held those that memory tells of
 */
const readLanded = async (
  context: ApiContext,
  merchants: ReadonlySet<string>,
  after: Place,
  limit: number,
  held: ReadonlySet<string>,
): Promise<TransactionSummary[]> => {
  if (merchants.size === 0) return [];
  const others = (found: readonly Found[]) => found.filter((t) => !held.has(keyOf(t))).slice(0, limit);
  for (const windowMs of WINDOWS_MS) {
    const fromMs = after.lastMs - windowMs;
    const recent = others(await findRecent(context, merchants, fromMs, after, limit + held.size));
    if (recent.length >= limit) return sumUp(context, recent);
    if (windowMs !== WINDOWS_MS.at(-1)) continue;
    const known = new Set(recent.map(keyOf));
    const older = others(await findOlder(context, merchants, fromMs, limit + held.size));
    return sumUp(context, [...recent, ...older.filter((t) => !known.has(keyOf(t)))].slice(0, limit));
  }
  return [];
};

const keyOf = ({ merchant, transaction }: TransactionName): string => `${merchant}/${transaction}`;

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
