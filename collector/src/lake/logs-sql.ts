import {
  DEAD_LETTER_COLUMNS,
  LAKE_COLUMNS,
  PARTITION_COLUMNS,
  TRANSACTION_COLUMNS,
  type TransactionColumn,
} from '@gander/log-codes';
import { identifier, literal } from './sql-text.ts';

interface Column {
  readonly name: string;
  readonly type: string;
}

/** What makes two rows the same log. */
export const LOG_KEY = ['merchant', 'transaction', 'session', 'log_seq'] as const;
export const LOG_KEY_SQL = LOG_KEY.map(identifier).join(', ');

/** Which of two copies of a log stays: the one received first. */
export const FIRST_COPY = 'event_ts + lag_ms, collector, batch_seq';

/** Order of rows in a part. Total, since {@link LOG_KEY} is unique there: the same rows make the same bytes. */
export const PART_ORDER = LOG_KEY_SQL;

/**
 * How parts are written, as options of COPY; measured in docs/benchmarks.md.
 * - Row groups are what a reader of one transaction unpacks at least; smaller ones make the footer larger, which every reader reads whole.
 * - A dictionary of many times or ids is larger than the values, which zstd packs well as they stand beside their like.
 * - Bloom filters took 1.1 bytes a row: the order of rows makes the row groups' statistics say the same of merchant and transaction.
 */
export const PART_FORMAT =
  'format parquet, compression zstd, compression_level 6, row_group_size 24576, dictionary_size_limit 512, write_bloom_filter false';

/** All columns of `logs`, without those of its folders. */
export const LOG_COLUMNS_SQL = LAKE_COLUMNS.map((c) => identifier(c.name)).join(', ');

/** Receive hour of a row, as landing's folders say it. */
export const HOUR_SQL = "lpad(((event_ts + lag_ms) // 3600000 % 24)::varchar, 2, '0')";

const list = (paths: readonly string[]): string => `[${paths.map(literal).join(', ')}]`;

const jsonRows = (
  paths: readonly string[],
  columns: readonly Column[],
  partitions: readonly Column[],
): string => {
  const types = columns.map((c) => `${identifier(c.name)}: '${c.type}'`).join(', ');
  const hive = partitions.map((c) => `${identifier(c.name)}: ${c.type}`).join(', ');
  return `read_json(${list(paths)}, format = 'newline_delimited', columns = {${types}}, hive_partitioning = true, hive_types = {${hive}}, filename = true)`;
};

/** Rows of landing objects, with `dt`, `hour`, `shard` and `filename`. */
export const landingRows = (paths: readonly string[]): string =>
  jsonRows(paths, LAKE_COLUMNS, PARTITION_COLUMNS);

/** Rows of dead-letter objects, likewise. */
export const deadLetterRows = (paths: readonly string[]): string =>
  jsonRows(paths, DEAD_LETTER_COLUMNS, PARTITION_COLUMNS.slice(0, 2));

/** Lines of Firehose's error prefix: https://docs.aws.amazon.com/firehose/latest/dev/retry.html */
export const firehoseErrorRows = (paths: readonly string[]): string =>
  jsonRows(
    paths,
    [
      { name: 'arrivalTimestamp', type: 'bigint' },
      { name: 'errorCode', type: 'varchar' },
      { name: 'rawData', type: 'varchar' },
    ],
    PARTITION_COLUMNS.slice(0, 2),
  );

/** How the files of one `read_parquet` go together. */
export interface PartOptions {
  /** Columns of the folders that are wanted. */
  readonly partitions?: readonly string[];
  /**
   * A file that is read first and gives the columns, where the parts were written by several versions; columns that a part does not
   * have are then null. It makes DuckDB open every file before the first row, so it is done only where it must be.
   */
  readonly template?: string | undefined;
}

/** Rows of parts. */
export const partRows = (paths: readonly string[], { partitions, template }: PartOptions = {}): string => {
  const files = list(template ? [template, ...paths] : paths);
  const union = template ? 'union_by_name = true, ' : '';
  if (!partitions) return `read_parquet(${files}, ${union}hive_partitioning = false)`;
  const hive = partitions.map((name) => `${name}: varchar`).join(', ');
  return `read_parquet(${files}, ${union}hive_partitioning = true, hive_types = {${hive}})`;
};

/** SELECT that makes one row for each transaction out of rows of `logs_all`. @param by further columns to group by */
export const transactionsSelect = (from: string, by: readonly string[] = []): string => {
  const columns = TRANSACTION_COLUMNS.map((c) => `(${c.sql})::${c.type} as ${identifier(c.name)}`);
  return `select ${[...columns, ...by].join(', ')} from ${from} group by ${['merchant', '"transaction"', ...by].join(', ')}`;
};

/**
 * The same of parts, where reading twice is cheap: the columns that look at one event alone, a third of them, are made of its logs only.
 * It takes half the time.
 */
export const transactionsOfParts = (paths: readonly string[]): string => {
  const from = partRows(paths);
  const keys = 'merchant, "transaction"';
  const made = (columns: readonly TransactionColumn[]): string =>
    columns.map((c) => `(${c.sql})::${c.type} as ${identifier(c.name)}`).join(', ');
  const events = new Set(TRANSACTION_COLUMNS.flatMap((c) => c.event ?? []));
  const apart = [...events].map(
    (event) =>
      `left join (select ${keys}, ${made(TRANSACTION_COLUMNS.filter((c) => c.event === event))} from ${from} where code % 1000 = ${event} group by ${keys}) using (${keys})`,
  );
  const whole = `(select ${made(TRANSACTION_COLUMNS.filter((c) => !c.event))} from ${from} group by ${keys})`;
  const names = TRANSACTION_COLUMNS.map((c) => identifier(c.name)).join(', ');
  return `select ${names} from ${whole} ${apart.join(' ')}`;
};

/** SELECT of no rows with these columns. */
export const emptyRows = (columns: readonly Column[]): string =>
  `select ${columns.map((c) => `null::${c.type} as ${identifier(c.name)}`).join(', ')} where false`;
