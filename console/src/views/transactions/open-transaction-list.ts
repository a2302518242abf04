import type { TransactionSummary, TransactionsAnswer } from '@gander/collector/api';
import { type ReadonlySignal, signal } from '@preact/signals';
import { getJson } from '../../shell/api-client.ts';

/** Transactions, newest first: the newest page read again and again, and below it what "Show older" brought. */
export interface TransactionList {
  /** Undefined until the first answer. */
  readonly rows: ReadonlySignal<readonly TransactionSummary[] | undefined>;
  readonly problem: ReadonlySignal<string>;
  /** When the newest page was read, ms since 1970. */
  readonly readMs: ReadonlySignal<number>;
  /** Whether there are older ones to ask for. */
  readonly hasOlder: ReadonlySignal<boolean>;
  /** Older ones are on their way. */
  readonly reading: ReadonlySignal<boolean>;
  /** Reads the newest page. Rows that it pushes out stay, once older ones are shown. */
  refresh(): Promise<void>;
  /** Reads the next page of older ones, if there is one and none is on its way. */
  older(): Promise<void>;
}

/** A transaction's name in the list. */
export const transactionKey = (t: Pick<TransactionSummary, 'merchant' | 'transaction'>): string =>
  `${t.merchant}/${t.transaction}`;

/** Refreshing makes the list no longer than this; what falls off its end is there again by "Show older". */
const MAX_ROWS = 1000;

const without = (
  rows: readonly TransactionSummary[],
  taken: readonly TransactionSummary[],
): TransactionSummary[] => {
  const keys = new Set(taken.map(transactionKey));
  return rows.filter((t) => !keys.has(transactionKey(t)));
};

export const openTransactionList = (): TransactionList => {
  const rows = signal<readonly TransactionSummary[] | undefined>(undefined);
  const problem = signal('');
  const readMs = signal(Date.now());
  const next = signal<string | null>(null);
  const hasOlder = signal(false);
  const reading = signal(false);
  /** "Show older" was used: the list goes on below the newest page. */
  let extended = false;

  const goOnFrom = (cursor: string | null): void => {
    next.value = cursor;
    hasOlder.value = cursor !== null;
  };
  const withEnd = (all: readonly TransactionSummary[], shown: number): readonly TransactionSummary[] => {
    const kept = all.slice(0, Math.max(shown, MAX_ROWS));
    const last = kept.at(-1);
    if (last && kept.length < all.length) goOnFrom(`${last.lastMs}.${last.transaction}`);
    return kept;
  };
  const attempt = async (path: string, take: (answer: TransactionsAnswer) => void): Promise<void> => {
    try {
      take(await getJson<TransactionsAnswer>(path));
      problem.value = '';
    } catch (error) {
      problem.value = error instanceof Error ? error.message : String(error);
    }
  };

  const refresh = (): Promise<void> =>
    attempt('/transactions', ({ transactions, next: cursor }) => {
      const shown = rows.value ?? [];
      const rest = without(shown, transactions);
      // A whole page of others, after a long time away: what lies between is not here, so the list begins anew.
      const joined = rest.length < shown.length;
      if (!extended || !joined) {
        extended = false;
        goOnFrom(cursor);
      }
      rows.value = extended ? withEnd([...transactions, ...rest], shown.length) : transactions;
      readMs.value = Date.now();
    });

  const older = async (): Promise<void> => {
    const before = next.value;
    if (reading.value || before === null) return;
    reading.value = true;
    extended = true;
    await attempt(`/transactions?before=${encodeURIComponent(before)}`, (answer) => {
      // The list has begun anew meanwhile, or ends elsewhere: this page is not the next one any more.
      if (next.value !== before) return;
      const shown = rows.value ?? [];
      rows.value = [...shown, ...without(answer.transactions, shown)];
      goOnFrom(answer.next);
    });
    reading.value = false;
  };

  return { rows, problem, readMs, hasOlder, reading, refresh, older };
};
