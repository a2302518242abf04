import {
  DEAD_LETTER_COLUMNS,
  LAKE_COLUMNS,
  MERCHANT_COLUMNS,
  PARTITION_COLUMNS,
  type TableColumn,
  TRANSACTION_COLUMNS,
} from '@gander/log-codes';

/** How the values of a partition column are known without a catalog of partitions. */
export type Projection =
  | { readonly type: 'date'; readonly range: readonly [string, string] }
  | { readonly type: 'integer'; readonly range: readonly [number, number]; readonly digits: number };

export interface PartitionColumn {
  readonly name: string;
  readonly doc: string;
  readonly projection: Projection;
}

/** A table over files of one zone of the bucket. */
export interface LakeTable {
  readonly name: string;
  readonly doc: string;
  /** Folder in the bucket, without slashes at its ends. */
  readonly folder: string;
  readonly format: 'ndjson' | 'parquet';
  readonly columns: readonly TableColumn[];
  readonly partitions: readonly PartitionColumn[];
}

/** What differs from one lake to the next. */
export interface LakeShape {
  /** Number of shards that landing writes (`landing.shards`). */
  readonly shards: number;
  /** First day that queries look at, in the zones that keep 13 months. */
  readonly lakeFrom: string;
  /** First day that queries look at, in the zones that keep 14 or 30 days. */
  readonly landingFrom: string;
}

/** The defaults: sixteen shards, and as many days as the lifecycle rules keep, with a day to spare. */
export const DEFAULT_SHAPE: LakeShape = {
  shards: 16,
  lakeFrom: 'NOW-397DAYS',
  landingFrom: 'NOW-31DAYS',
};

/** Error record of Firehose: https://docs.aws.amazon.com/firehose/latest/dev/data-transformation-failure-handling.html */
const FIREHOSE_ERROR_COLUMNS: readonly TableColumn[] = [
  { name: 'attemptsmade', type: 'integer', doc: 'Tries that Firehose made.' },
  { name: 'arrivaltimestamp', type: 'bigint', doc: 'When Firehose got the record, ms since 1970 UTC.' },
  { name: 'errorcode', type: 'varchar', doc: 'Why it was given up.' },
  { name: 'errormessage', type: 'varchar', doc: 'The same in words.' },
  { name: 'attemptendingtimestamp', type: 'bigint', doc: 'When it was given up, ms since 1970 UTC.' },
  { name: 'rawdata', type: 'varchar', doc: 'The record, base64.' },
];

/** Columns of `compacted_objects`: what the lake already holds, so that no reader sees a log twice. */
const COMPACTED_COLUMNS: readonly TableColumn[] = [
  {
    name: 'object',
    type: 'varchar',
    doc: 'Name of a landing object, without its folders, whose rows the lake holds.',
  },
];

const partitionDoc = (name: string): string => PARTITION_COLUMNS.find((c) => c.name === name)?.doc ?? '';

/**
 * The lake's tables, as Athena and Trino see them; the one source of the DDL and of the CDK app.
 * @param shape what differs from one lake to the next
 */
export const lakeTables = (shape: LakeShape = DEFAULT_SHAPE): readonly LakeTable[] => {
  const dt = (from: string): PartitionColumn => ({
    name: 'dt',
    doc: partitionDoc('dt'),
    projection: { type: 'date', range: [from, 'NOW'] },
  });
  const hour: PartitionColumn = {
    name: 'hour',
    doc: partitionDoc('hour'),
    projection: { type: 'integer', range: [0, 23], digits: 2 },
  };
  const shard: PartitionColumn = {
    name: 'shard',
    doc: partitionDoc('shard'),
    projection: { type: 'integer', range: [0, shape.shards - 1], digits: 2 },
  };
  const { lakeFrom, landingFrom } = shape;
  return [
    {
      name: 'landing_logs',
      doc: 'Logs as they landed: the newest, not yet compacted. Read them through the view logs_all.',
      folder: 'landing/logs',
      format: 'ndjson',
      columns: LAKE_COLUMNS,
      partitions: [dt(landingFrom), hour, shard],
    },
    {
      name: 'lake_logs',
      doc: 'Logs compacted: sorted by merchant, transaction and number, each once.',
      folder: 'lake/logs',
      format: 'parquet',
      columns: LAKE_COLUMNS,
      partitions: [dt(lakeFrom), shard],
    },
    {
      name: 'compacted_objects',
      doc: 'Landing objects whose rows lake_logs holds; written by compaction after its parts.',
      folder: 'lake/compacted',
      format: 'ndjson',
      columns: COMPACTED_COLUMNS,
      partitions: [dt(landingFrom)],
    },
    {
      name: 'transactions',
      doc: 'One row for each transaction and receive day.',
      folder: 'lake/transactions',
      format: 'parquet',
      columns: TRANSACTION_COLUMNS,
      partitions: [dt(lakeFrom)],
    },
    {
      name: 'merchants',
      doc: 'Which shard a merchant lies in.',
      folder: 'lake/merchants',
      format: 'parquet',
      columns: MERCHANT_COLUMNS,
      partitions: [],
    },
    {
      name: 'dead_letter_collector',
      doc: 'Batches that the collector could not turn into rows.',
      folder: 'dead-letter/collector',
      format: 'ndjson',
      columns: DEAD_LETTER_COLUMNS,
      partitions: [dt(landingFrom), hour],
    },
    {
      name: 'dead_letter_firehose',
      doc: 'Records that Firehose could not deliver.',
      folder: 'dead-letter/firehose',
      format: 'ndjson',
      columns: FIREHOSE_ERROR_COLUMNS,
      partitions: [dt(landingFrom), hour],
    },
  ];
};

/** The folder of one partition: `dt=${dt}/hour=${hour}/shard=${shard}`; empty for a table without partitions. */
export const partitionTemplate = (table: LakeTable): string =>
  table.partitions.map((p) => `${p.name}=\${${p.name}}`).join('/');
