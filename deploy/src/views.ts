import { DEAD_LETTER_COLUMNS, DIMENSIONS, LAKE_COLUMNS, PARTITION_COLUMNS } from '@gander/log-codes';

/** A view, with the same name and the same rows as DuckDB's in `gander query`. */
export interface LakeView {
  readonly name: string;
  readonly doc: string;
  readonly columns: readonly { readonly name: string; readonly type: string }[];
  /** Its SELECT, in Trino's SQL. */
  readonly select: string;
}

const quoted = (name: string): string => `"${name}"`;
const COLUMNS = LAKE_COLUMNS.map((c) => quoted(c.name));
const LOG_COLUMNS = [...LAKE_COLUMNS, ...PARTITION_COLUMNS];
const ALL = [...COLUMNS, ...PARTITION_COLUMNS.map((c) => quoted(c.name))].join(', ');

/** Receive hour of a row of the lake, whose folders say only the day. */
const HOUR = `lpad(cast((event_ts + lag_ms) / 3600000 % 24 as varchar), 2, '0')`;
/** Name of the object that a row was read from. */
const OBJECT = `regexp_extract(l."$path", '[^/]+$')`;
/** What makes two rows the same log. `dt` and `transaction` only let filters on them reach the files. */
const SAME_LOG = 'dt, merchant, "transaction", session, log_seq';

/**
 * From which receive day on landing is looked at: three days ago. Landing keeps 14 days, but what is compacted need not be read again
 * in the dearer format; `gander lake stats` shows when compaction lags behind.
 */
export const RECENT_SINCE = "date_format(current_date - INTERVAL '3' DAY, '%Y-%m-%d')";

/**
 * The logs' views: `logs` as stored, `logs_all` each acknowledged log exactly once. In the lake each log is once, so that older days
 * are read as they are, only the columns that a query names; copies are looked for among the recent days alone.
 * @param since SQL of the first recent day
 */
const logViews = (since: string): readonly LakeView[] => [
  {
    name: 'logs',
    columns: LOG_COLUMNS,
    doc: 'Lake and landing. A batch that was sent twice around a crash may be there twice until it is compacted.',
    select: [
      `SELECT ${COLUMNS.join(', ')}, dt, ${HOUR} AS hour, shard FROM lake_logs`,
      'UNION ALL',
      `SELECT ${COLUMNS.map((c) => `l.${c}`).join(', ')}, l.dt, l.hour, l.shard FROM landing_logs l`,
      `LEFT JOIN compacted_objects c ON c.dt = l.dt AND c."object" = ${OBJECT} AND c.dt >= ${since}`,
      `WHERE l.dt >= ${since} AND c."object" IS NULL`,
    ].join('\n'),
  },
  {
    name: 'logs_all',
    columns: LOG_COLUMNS,
    doc: 'Every acknowledged log exactly once.',
    select: [
      `SELECT ${COLUMNS.join(', ')}, dt, ${HOUR} AS hour, shard FROM lake_logs WHERE dt < ${since}`,
      'UNION ALL',
      `SELECT ${ALL} FROM (`,
      `  SELECT *, row_number() OVER (PARTITION BY ${SAME_LOG} ORDER BY event_ts + lag_ms, collector) AS copy_no`,
      `  FROM logs WHERE dt >= ${since}`,
      ') WHERE copy_no = 1',
    ].join('\n'),
  },
];

const DEAD_LETTER: LakeView = {
  name: 'dead_letter',
  columns: [...DEAD_LETTER_COLUMNS, ...PARTITION_COLUMNS.slice(0, 2)],
  doc: 'Everything that was given up, by the collector or by Firehose.',
  select: [
    `SELECT ${DEAD_LETTER_COLUMNS.map((c) => quoted(c.name)).join(', ')}, dt, hour FROM dead_letter_collector`,
    'UNION ALL',
    "SELECT arrivaltimestamp, 'firehose', errorcode, CAST(NULL AS varchar), CAST(NULL AS varchar), CAST(NULL AS varchar),",
    '  CAST(length(from_base64(rawdata)) AS bigint), CAST(NULL AS varchar), CAST(NULL AS smallint), CAST(NULL AS boolean), dt, hour FROM dead_letter_firehose',
  ].join('\n'),
};

const value = (v: string | number | boolean | null): string =>
  typeof v === 'string' ? `'${v.replaceAll("'", "''")}'` : String(v);

/** Dimension tables need no files: the build writes their rows into a view, so they are always in step with the columns. */
const dimensionViews: readonly LakeView[] = DIMENSIONS.map((d) => ({
  name: d.name,
  doc: d.doc,
  columns: d.columns,
  select: [
    `SELECT ${d.columns.map((c) => `CAST(${quoted(c.name)} AS ${c.type}) AS ${quoted(c.name)}`).join(', ')} FROM (VALUES`,
    d.rows.map((row) => `  (${row.map(value).join(', ')})`).join(',\n'),
    `) AS t (${d.columns.map((c) => quoted(c.name)).join(', ')})`,
  ].join('\n'),
}));

/**
 * All views, in an order in which they can be made.
 * @param since SQL of the first day whose landing is looked at
 */
export const lakeViews = (since: string = RECENT_SINCE): readonly LakeView[] => [
  ...logViews(since),
  DEAD_LETTER,
  ...dimensionViews,
];
