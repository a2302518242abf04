import type { LogRow } from '@gander/collector/api';
import { LOG_CODE } from '@gander/log-codes';

/** A number that a log says, if it says it. */
export const num = (row: LogRow, name: string): number | undefined => {
  const value = row[name];
  return typeof value === 'number' ? value : undefined;
};

/** A log's event, without the type of transaction. */
export const eventOf = (row: LogRow): number => row.code % 1000;
/** Whether it is shown in the quick view; codes of a newer version are. */
export const isProminent = (row: LogRow): boolean => LOG_CODE.get(eventOf(row))?.prominent ?? true;
/** What a log is known by: its session and its number in it. */
export const rowKey = (row: LogRow): string => `${row.session}.${row.log_seq}`;
