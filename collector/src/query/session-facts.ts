import type { LakeRow } from '@gander/log-codes';
import type { ApiContext } from './context.ts';
import { firstLogs, MAX_MEMORY_LOGS, readRows } from './live-rows.ts';
import { ODDITY_SQL, type SessionFacts } from './log-filter.ts';
import { readLandedOf, type TransactionName } from './read-landed-logs.ts';

/** Most transactions whose facts are kept; they are read again when needed. */
const MAX_KEPT = 20_000;
/** Most transactions that one statement asks for: 30 KB of the 256 that Athena takes. */
const MAX_ASKED = 400;

/** What is known of one transaction's sessions. */
interface Kept extends TransactionName {
  upToN: number;
  /** Those who ask at once wait for each other. */
  learning: Promise<void>;
  readonly sessions: Map<string, { sdk: number | null; anomaly: boolean }>;
  /** Whether a session's beginning is no longer live, and the lake has not been asked for it yet. */
  isMissing: boolean;
}

/** Tells what holds for the sessions of rows in memory: their SDK version and whether something odd came of them. */
export type KnowSessions = (rows: readonly LakeRow[]) => Promise<(row: LakeRow) => SessionFacts | undefined>;

const keyOf = ({ merchant, transaction }: TransactionName): string => `${merchant}/${transaction}`;

/**
 * Keeps the facts of live sessions; what is new of a transaction is added when somebody asks. Sessions whose beginning is no longer
 * live are looked up in the lake, once, and all that one question is about together.
 */
export const createKnowSessions = (context: ApiContext): KnowSessions => {
  const kept = new Map<string, Kept>();

  /** What is kept of a transaction, now the last to be let go of. */
  const take = ({ merchant, transaction }: TransactionName): Kept => {
    const key = keyOf({ merchant, transaction });
    const of = kept.get(key) ?? {
      merchant,
      transaction,
      upToN: 0,
      learning: Promise.resolve(),
      sessions: new Map(),
      isMissing: false,
    };
    kept.delete(key);
    kept.set(key, of);
    return of;
  };

  const learn = async (all: readonly Kept[]): Promise<void> => {
    for (const of of all) await learnFromMemory(context, of);
    const missing = all.filter((of) => of.isMissing);
    for (let i = 0; i < missing.length; i += MAX_ASKED)
      await learnFromLake(context, missing.slice(i, i + MAX_ASKED));
  };

  return async (rows) => {
    const found = new Map<string, Kept>();
    for (const { merchant, transaction } of rows) {
      const key = keyOf({ merchant, transaction });
      if (!found.has(key)) found.set(key, take({ merchant, transaction }));
    }
    const all = [...found.values()];
    const before = all.map(({ learning }) => learning.catch(() => undefined));
    const learning = Promise.all(before).then(() => learn(all));
    for (const of of all) of.learning = learning;
    await learning;
    for (const key of kept.keys()) {
      if (kept.size <= MAX_KEPT) break;
      kept.delete(key);
    }
    return (row) => found.get(keyOf(row))?.sessions.get(row.session);
  };
};

/** Adds what came since the last look. */
const learnFromMemory = async (context: ApiContext, of: Kept): Promise<void> => {
  const batches = firstLogs(context.live.batchesOf(of.merchant, of.transaction, of.upToN), MAX_MEMORY_LOGS);
  of.upToN = batches.at(-1)?.n ?? of.upToN;
  for (const row of await readRows(context, batches)) {
    let facts = of.sessions.get(row.session);
    if (!facts) {
      facts = { sdk: null, anomaly: false };
      of.sessions.set(row.session, facts);
      of.isMissing ||= row.log_seq > 0;
    }
    addFacts(facts, row);
  }
};

/** Adds what the lake has of these; where it does not answer they stay missing, and are asked for the next time. */
const learnFromLake = async (context: ApiContext, missing: readonly Kept[]): Promise<void> => {
  const telling = ` and (code % 1000 = 100 or ${ODDITY_SQL})`;
  const columns = 'merchant, "transaction", session, code, sdk_version';
  const asked = new Map(missing.map((of) => [keyOf(of), of]));
  for (const row of await readLandedOf(context, missing, columns, telling)) {
    const facts = asked.get(keyOf(row))?.sessions.get(row.session);
    if (facts) addFacts(facts, row);
  }
  for (const of of missing) of.isMissing = false;
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
