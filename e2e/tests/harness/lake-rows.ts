import { FIELD_CLASS, type FieldClassName, LOG_CODE } from '@gander/log-codes';
import type { GanderProcess } from './gander-process.ts';

/** A log as `gander query` answers it, with the columns that the tests look at. */
export interface Row {
  readonly session: string;
  readonly log_seq: number;
  readonly batch_seq: number;
  readonly code: number;
  readonly event_ts: number;
  readonly assurance: number;
  readonly field: number | null;
  readonly log_count: number | null;
  readonly step: string | null;
  readonly method: number | null;
  readonly count: number | null;
  readonly late: boolean;
}

const COLUMNS =
  'session, log_seq, batch_seq, code, event_ts, assurance, field, log_count, step, method, "count", late';

/** Reads a transaction's rows until they satisfy; ordered by session and number. */
export const rowsOf = async (
  gander: GanderProcess,
  transaction: string,
  satisfies: (rows: Row[]) => boolean,
): Promise<Row[]> => {
  const sql = `select ${COLUMNS} from logs where "transaction" = '${transaction}' order by session, log_seq`;
  const asRow = (row: Record<string, unknown>): Row =>
    Object.fromEntries(
      Object.entries(row).map(([name, value]) => [
        name,
        typeof value === 'string' && /^-?\d+$/.test(value) && name !== 'session' ? Number(value) : value,
      ]),
    ) as unknown as Row;
  const rows = await gander.queryUntil<Record<string, unknown>>(sql, (found) => satisfies(found.map(asRow)));
  return rows.map(asRow);
};

/** The event's name, `EEE` of the stored `TEEE`. */
export const nameOf = (row: Row): string => LOG_CODE.get(row.code % 1000)?.name ?? String(row.code);

/** Whether the page of these rows has been left: its last word is there. */
export const hasLeft = (rows: readonly Row[]): boolean => rows.some((row) => nameOf(row) === 'unload');

/** Rows of an event, on a field of a class where one is given. */
export const rowsNamed = (rows: readonly Row[], name: string, field?: FieldClassName): Row[] =>
  rows.filter((row) => nameOf(row) === name && (field === undefined || row.field === FIELD_CLASS[field]));

/** Rows by session. */
export const sessionsOf = (rows: readonly Row[]): readonly (readonly Row[])[] => {
  const sessions = new Map<string, Row[]>();
  for (const row of rows) sessions.set(row.session, [...(sessions.get(row.session) ?? []), row]);
  return [...sessions.values()];
};

/**
 * What is wrong with the rows of one session as the SDK counted them: holes, doubles, or another number than the last unload says.
 * Empty when nothing is.
 */
export const miscounts = (session: readonly Row[]): string[] => {
  const numbers = session.map((row) => row.log_seq);
  const wrong: string[] = [];
  for (const [i, number] of numbers.entries()) if (number !== i) wrong.push(`log ${i} has number ${number}`);
  const said = rowsNamed(session, 'unload').at(-1)?.log_count;
  if (said === undefined) wrong.push('there is no unload');
  else if (said !== session.length) wrong.push(`the SDK counted ${said}, the lake has ${session.length}`);
  return wrong.slice(0, 5);
};
