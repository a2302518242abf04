import type { LakeRow } from '@gander/log-codes';
import { DAY_MS, dayOf, daysBetween } from '../lake/days.ts';
import { type ApiContext, withoutNulls } from './context.ts';
import { daysInSql } from './days-sql.ts';

/**
 * In Athena, what landed so many days ago may not stand in `transactions` yet, which compaction makes there: as many as `logs_all`
 * reads of landing (deploy/src/views.ts).
 */
const RECENT_DAYS = 3;

/** A transaction by its names. */
export interface TransactionName {
  readonly merchant: string;
  readonly transaction: string;
}

/** What the lake holds of one transaction; see {@link readLandedOf}. */
export const readLandedLogs = (
  context: Pick<ApiContext, 'lake' | 'clock'>,
  merchant: string,
  transaction: string,
  columns = '*',
  more = '',
): Promise<LakeRow[]> => readLandedOf(context, [{ merchant, transaction }], columns, more);

/**
 * What the lake holds of some transactions, each log once, in any order. On which days that lies is asked of `transactions`, which has
 * one row for it where the logs of a year have hundreds of files; all columns are then read of those days only.
 * @param columns SQL, all by default
 * @param more SQL that follows the condition: a further one, or a limit
 */
export const readLandedOf = async (
  { lake, clock }: Pick<ApiContext, 'lake' | 'clock'>,
  transactions: readonly TransactionName[],
  columns = '*',
  more = '',
): Promise<LakeRow[]> => {
  if (transactions.length === 0) return [];
  const merchants = [...new Set(transactions.map((t) => t.merchant))];
  const names = [...new Set(transactions.map((t) => t.transaction))];
  const own = `${isOneOf('merchant', merchants)} and ${isOneOf('"transaction"', names)}`;
  const values = [...merchants, ...names];
  const known = await lake.query(`select dt from transactions where ${own} group by dt`, values);
  const now = clock();
  const recent = lake.indexesLanding ? [] : daysBetween(dayOf(now - RECENT_DAYS * DAY_MS), dayOf(now));
  const days = [...known.rows.map(({ dt }) => String(dt)), ...recent].sort();
  if (days.length === 0) return [];
  const { rows } = await lake.query(
    `select ${columns} from logs_all where ${daysInSql(days)} and ${own}${more}`,
    values,
  );
  return rows.map(withoutNulls);
};

const isOneOf = (column: string, values: readonly string[]): string =>
  values.length === 1 ? `${column} = ?` : `${column} in (${values.map(() => '?').join(', ')})`;
