import type { LakeRow } from '@gander/log-codes';
import type { ApiContext } from './context.ts';
import { firstLogs, MAX_MEMORY_LOGS, readRows } from './live-rows.ts';
import { ODDITY_SQL, type SessionFacts } from './log-filter.ts';
import { readLandedLogs } from './read-landed-logs.ts';

/** Most transactions whose facts are kept; they are read again when needed. */
const MAX_KEPT = 20_000;

interface Kept {
  upToN: number;
  /** Those who ask at once wait for each other. */
  learning: Promise<void>;
  readonly sessions: Map<string, { sdk: number | null; anomaly: boolean }>;
}

/** Tells what holds for the sessions of rows in memory: their SDK version and whether something odd came of them. */
export type KnowSessions = (rows: readonly LakeRow[]) => Promise<(row: LakeRow) => SessionFacts | undefined>;

/**
 * Keeps the facts of live sessions; what is new of a transaction is added when somebody asks. A session whose beginning is no longer
 * live is looked up in the lake, once.
 */
export const createKnowSessions = (context: ApiContext): KnowSessions => {
  const kept = new Map<string, Kept>();

  const learn = async (merchant: string, transaction: string): Promise<Kept['sessions']> => {
    const key = `${merchant}/${transaction}`;
    const of = kept.get(key) ?? { upToN: 0, learning: Promise.resolve(), sessions: new Map() };
    kept.delete(key);
    kept.set(key, of);
    of.learning = of.learning.catch(() => undefined).then(() => learnMore(of, merchant, transaction));
    await of.learning;
    return of.sessions;
  };

  const learnMore = async (of: Kept, merchant: string, transaction: string): Promise<void> => {
    const batches = firstLogs(context.live.batchesOf(merchant, transaction, of.upToN), MAX_MEMORY_LOGS);
    of.upToN = batches.at(-1)?.n ?? of.upToN;
    const missing: string[] = [];
    for (const row of await readRows(context, batches)) {
      let facts = of.sessions.get(row.session);
      if (!facts) {
        facts = { sdk: null, anomaly: false };
        of.sessions.set(row.session, facts);
        if (row.log_seq > 0) missing.push(row.session);
      }
      addFacts(facts, row);
    }
    if (missing.length) {
      const telling = ` and (code % 1000 = 100 or ${ODDITY_SQL})`;
      const columns = 'session, code, sdk_version';
      for (const row of await readLandedLogs(context, merchant, transaction, columns, telling)) {
        const facts = of.sessions.get(row.session);
        if (facts) addFacts(facts, row);
      }
    }
  };

  return async (rows) => {
    const found = new Map<string, Kept['sessions']>();
    for (const { merchant, transaction } of rows) {
      const key = `${merchant}/${transaction}`;
      if (!found.has(key)) found.set(key, await learn(merchant, transaction));
    }
    for (const key of kept.keys()) {
      if (kept.size <= MAX_KEPT) break;
      kept.delete(key);
    }
    return (row) => found.get(`${row.merchant}/${row.transaction}`)?.get(row.session);
  };
};

const addFacts = (
  facts: { sdk: number | null; anomaly: boolean },
  row: Pick<LakeRow, 'code'> & Partial<LakeRow>,
): void => {
  const event = row.code % 1000;
  if (event === 100 && typeof row.sdk_version === 'number')
    facts.sdk = Math.max(facts.sdk ?? 0, row.sdk_version);
  if (event >= 400 && event < 500) facts.anomaly = true;
};
