import {
  DEAD_LETTER_COLUMNS,
  LAKE_COLUMNS,
  MERCHANT_COLUMNS,
  PARTITION_COLUMNS,
  TRANSACTION_COLUMNS,
} from '@gander/log-codes';
import { shiftDay } from './days.ts';
import type { LakeFile, LakeState } from './lake-state.ts';
import { DEAD_LETTER_FIREHOSE } from './layout.ts';
import {
  deadLetterRows,
  emptyRows,
  FIRST_COPY,
  firehoseErrorRows,
  HOUR_SQL,
  LOG_COLUMNS_SQL,
  LOG_KEY_SQL,
  landingRows,
  partRows,
  transactionsSelect,
} from './logs-sql.ts';
import { identifier, literal } from './sql-text.ts';
import { notSuppressed } from './suppressions.ts';

const DT = PARTITION_COLUMNS[0];
const SHARD = PARTITION_COLUMNS[2];
const FOLDERS_SQL = 'dt, hour, shard';

/** Tables and views of the lake, the same names as in Athena (docs/lake.md). */
export const LAKE_TABLES = [
  { name: 'logs_all', doc: 'Every acknowledged log exactly once: lake and landing. The one to use.' },
  {
    name: 'logs',
    doc: 'The same as stored: a log that a client sent twice around a crash may be there twice until it is compacted.',
  },
  { name: 'transactions', doc: 'One row for each transaction and receive day.' },
  { name: 'lake_logs', doc: 'Compacted logs only.' },
  { name: 'landing_logs', doc: 'Logs as they landed, compacted since or not.' },
  { name: 'merchants', doc: 'Which shard a merchant lies in.' },
  { name: 'dead_letter', doc: 'Batches that could not become rows.' },
] as const;

/**
 * Statements that make a table of copies to leave out of landing: of which log, landed on which day.
 * @param name of the table; where it has a schema, that is made too
 */
export const doubledTable = (name: string): readonly string[] => {
  const columns = LOG_KEY_SQL.split(', ')
    .map((column) => `${column} ${column === '"log_seq"' ? 'integer' : 'varchar'}`)
    .join(', ');
  const [schema, inSchema] = name.split('.');
  return [
    ...(inSchema ? [`create schema if not exists ${schema}`] : []),
    `create or replace ${inSchema ? '' : 'temp '}table ${name} (${columns}, dt varchar)`,
  ];
};

export interface ViewOptions {
  /** Table of copies, where there are any. */
  readonly doubled: string | undefined;
  /** For this connection only. */
  readonly temporary: boolean;
  /** Parquet files with all columns and no rows, where parts were written by several versions. */
  readonly logsTemplate?: string;
  readonly transactionsTemplate?: string;
}

/** A view, and the statement that makes it. */
export interface LakeView {
  readonly name: (typeof LAKE_TABLES)[number]['name'];
  readonly sql: string;
}

/**
 * Statements that make the lake's views over its files.
 *
 * `logs_all` needs no look at the lake's own rows, where each log is once: it drops copies among what has landed since on one day,
 * and those that the lake or an earlier day already holds, which stand in a table of their own. So filters reach the files, and a sum over a year sorts nothing.
 */
export const viewSql = (state: LakeState, options: ViewOptions): LakeView[] => {
  const all = [...LAKE_COLUMNS, ...PARTITION_COLUMNS];
  const lake = state.parts.length
    ? `select ${LOG_COLUMNS_SQL}, dt, ${HOUR_SQL} as hour, shard from ${partRows(paths(newestFirst(state.parts)), { partitions: ['dt', 'shard'], template: options.logsTemplate })}`
    : emptyRows(all);
  const landing = (files: readonly LakeFile[]): string =>
    files.length
      ? `select ${LOG_COLUMNS_SQL}, ${FOLDERS_SQL} from ${landingRows(paths(files))} where ${notSuppressed(state.suppressed)}`
      : emptyRows(all);
  const fresh = landing(state.landing);
  const once = [
    `select f.* from (${fresh}) f`,
    ...(options.doubled ? [`anti join ${options.doubled} d using (${LOG_KEY_SQL}, dt)`] : []),
    // dt is among them only to let filters on it reach the files.
    `qualify row_number() over (partition by dt, ${LOG_KEY_SQL} order by ${FIRST_COPY}) = 1`,
  ].join(' ');
  const view = (name: LakeView['name'], select: string): LakeView => ({
    name,
    sql: `create or replace ${options.temporary ? 'temp ' : ''}view ${name} as ${select}`,
  });
  return [
    view('lake_logs', lake),
    view('landing_logs', landing(state.allLanding)),
    view('logs', `${lake} union all by name ${fresh}`),
    view('logs_all', `${lake} union all by name (${once})`),
    view('transactions', transactions(state, options)),
    view(
      'merchants',
      state.merchants.length ? `select * from ${partRows(state.merchants)}` : emptyRows(MERCHANT_COLUMNS),
    ),
    view('dead_letter', deadLetters(state.deadLetters)),
  ];
};

/** Days that are wholly compacted come from their parts; those that are not are made from their logs. */
const transactions = (state: LakeState, options: ViewOptions): string => {
  const columns = [...TRANSACTION_COLUMNS.map((c) => identifier(c.name)), 'dt'].join(', ');
  const open = new Set(state.landing.map((f) => f.dt));
  const closed = state.transactions.filter((f) => !open.has(f.dt));
  const pieces = [
    ...(closed.length
      ? [
          `select ${columns} from ${partRows(paths(newestFirst(closed)), { partitions: ['dt'], template: options.transactionsTemplate })}`,
        ]
      : []),
    ...(open.size
      ? [
          `${transactionsSelect(`(select * from logs_all where dt in (${[...open].map(literal).join(', ')}))`, ['dt'])}`,
        ]
      : []),
  ];
  return pieces.join(' union all by name ') || emptyRows([...TRANSACTION_COLUMNS, DT]);
};

/** What the collector gave up, and what Firehose could not deliver. */
const deadLetters = (files: readonly LakeFile[]): string => {
  const columns = [...DEAD_LETTER_COLUMNS, ...PARTITION_COLUMNS.slice(0, 2)];
  const ofFirehose = files.filter((f) => f.key.startsWith(`${DEAD_LETTER_FIREHOSE}/`));
  const ofCollector = files.filter((f) => !ofFirehose.includes(f));
  const pieces = [
    emptyRows(columns),
    ...(ofCollector.length ? [`select * exclude (filename) from ${deadLetterRows(paths(ofCollector))}`] : []),
    ...(ofFirehose.length
      ? [
          `select "arrivalTimestamp" as received_ms, 'firehose' as stage, "errorCode" as reason, octet_length(try(from_base64("rawData"))) as bytes, dt, hour from ${firehoseErrorRows(paths(ofFirehose))}`,
        ]
      : []),
  ];
  return `select ${columns.map((c) => identifier(c.name)).join(', ')} from (${pieces.join(' union all by name ')})`;
};

/** DuckDB takes the columns from the first file: the newest part has them all. */
const newestFirst = (files: readonly LakeFile[]): LakeFile[] => [...files].reverse();

const paths = (files: readonly LakeFile[]): string[] => files.map((f) => f.path);

/**
 * Finds copies that the view itself, which looks at one day at a time, would not: logs of landing objects that the lake already
 * holds in the days around (a session and its outbox last two days), and logs that were sent again after midnight, of which the
 * first day's stays. Reads the lake only where the objects' merchants and transactions are, thanks to the parts' order.
 * @param table that they are put into
 */
export const doubledSql = (state: LakeState, table: string): string | undefined => {
  const landed = new Set(state.landing.map((f) => f.dt));
  const days = new Set([...landed].flatMap((dt) => [-2, -1, 0, 1, 2].map((d) => shiftDay(dt, d))));
  const parts = state.parts.filter((f) => days.has(f.dt));
  const columns = `${LOG_KEY_SQL}, dt`;
  const finds = [
    ...(landed.size && parts.length
      ? [`select ${columns} from landed semi join ${partRows(paths(parts))} p using (${LOG_KEY_SQL})`]
      : []),
    ...(landed.size > 1
      ? [
          `select ${columns} from landed qualify row_number() over (partition by ${LOG_KEY_SQL} order by dt) > 1`,
        ]
      : []),
  ];
  if (!finds.length) return;
  return `insert into ${table} with landed as (select distinct ${columns} from ${landingRows(paths(state.landing))}) ${finds.join(' union ')}`;
};

/** Statements that have a row where a part has other columns than this version gives it: columns are only ever added, so their count tells. */
export const mixedPartsSql = ({ parts, transactions }: LakeState): string[] =>
  (
    [
      [parts, LAKE_COLUMNS.length],
      [transactions, TRANSACTION_COLUMNS.length],
    ] as const
  ).flatMap(([files, columns]) =>
    files.length
      ? `select 1 from parquet_schema([${paths(files).map(literal).join(', ')}]) where num_children is null group by file_name having count(*) <> ${columns} limit 1`
      : [],
  );

/** Statements that write the two templates. */
export const templateSql = (logs: string, transactions: string): string[] => [
  `copy (${emptyRows(LAKE_COLUMNS)}) to ${literal(logs)} (format parquet)`,
  `copy (${emptyRows(TRANSACTION_COLUMNS)}) to ${literal(transactions)} (format parquet)`,
];

/** Names of columns that only some tables have, for hints. */
export const OTHER_COLUMNS: readonly string[] = [
  ...[...TRANSACTION_COLUMNS, ...MERCHANT_COLUMNS, ...DEAD_LETTER_COLUMNS].map((c) => c.name),
  SHARD.name,
];
