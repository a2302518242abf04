import { DEAD_LETTER_COLUMNS, LAKE_COLUMNS, PARTITION_COLUMNS } from '@gander/log-codes';
import type { LakeFile } from './list-files.ts';
import { identifier, literal } from './sql-text.ts';

/** What the views are made of: files as they lie at this moment. */
export interface LakeState {
  /** Files of `landing/logs` that no part of the lake covers. */
  readonly landing: readonly LakeFile[];
  /** Files of `dead-letter`. */
  readonly deadLetters: readonly string[];
}

interface Column {
  readonly name: string;
  readonly type: string;
}

const COLUMNS: readonly Column[] = LAKE_COLUMNS;
const PARTITIONS: readonly Column[] = PARTITION_COLUMNS;

/** What makes two rows the same log. `dt` and `transaction` only let filters on them reach the files. */
const SAME_LOG = 'dt, merchant, "transaction", session, log_seq';

/**
 * Statements that make the lake's views over its files.
 *
 * - `logs`: as stored. A batch that a client sent twice around a crash may be there twice until it is compacted.
 * - `logs_all`: every acknowledged log exactly once.
 */
export const viewSql = (state: LakeState): string[] => [
  `create or replace view logs as ${landingRows(state.landing)}`,
  `create or replace view logs_all as select * from logs qualify row_number() over (partition by ${SAME_LOG} order by event_ts + lag_ms, collector) = 1`,
  `create or replace view dead_letter as ${jsonRows(state.deadLetters, DEAD_LETTER_COLUMNS, PARTITIONS.slice(0, 2))}`,
];

const landingRows = (files: readonly LakeFile[]): string =>
  jsonRows(
    files.map((f) => f.path),
    COLUMNS,
    PARTITIONS,
  );

/** Rows of NDJSON files, with declared types; none of no files, with the same columns. */
const jsonRows = (
  paths: readonly string[],
  columns: readonly Column[],
  partitions: readonly Column[],
): string => {
  if (!paths.length) return emptyRows([...columns, ...partitions]);
  const types = columns.map((c) => `${identifier(c.name)}: '${c.type}'`).join(', ');
  const hive = partitions.map((c) => `${identifier(c.name)}: ${c.type}`).join(', ');
  return `select * from read_json([${paths.map(literal).join(', ')}], format = 'newline_delimited', columns = {${types}}, hive_partitioning = true, hive_types = {${hive}})`;
};

const emptyRows = (columns: readonly Column[]): string =>
  `select ${columns.map((c) => `null::${c.type} as ${identifier(c.name)}`).join(', ')} where false`;
