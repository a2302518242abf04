import type { LakeRow } from '@gander/log-codes';
import { DAY_MS, dayOf, daysBetween } from '../lake/days.ts';
import { type ApiContext, withoutNulls } from './context.ts';
import { daysInSql } from './days-sql.ts';

/**
 * In Athena, what landed so many days ago may not stand in `transactions` yet, which compaction makes there: as many as `logs_all`
 * reads of landing (deploy/src/views.ts).
 */
const RECENT_DAYS = 3;

/**
 * What the lake holds of one transaction, each log once, in any order. On which days that lies is asked of `transactions`, which has
 * one row for it where the logs of a year have hundreds of files; all columns are then read of those days only.
 * @param columns SQL, all by default
 * @param more SQL that follows the condition: a further one, or a limit
 */
export const readLandedLogs = async (
  { lake, clock }: Pick<ApiContext, 'lake' | 'clock'>,
  merchant: string,
  transaction: string,
  columns = '*',
  more = '',
): Promise<LakeRow[]> => {
  const own = 'merchant = ? and "transaction" = ?';
  const values = [merchant, transaction];
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
