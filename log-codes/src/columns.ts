import { ATTRIBUTES } from './attributes.ts';

/** A column of the lake's `logs` table. Columns are added at the end and never renamed (docs/lake.md). */
export interface LakeColumn {
  readonly name: string;
  /** SQL type, the same word in DuckDB, Trino and Athena. */
  readonly type: 'varchar' | 'bigint' | 'integer' | 'smallint' | 'boolean';
  readonly nullable: boolean;
  /** Where its value comes from: the batch's envelope, or the log's attributes. */
  readonly from: 'envelope' | 'attribute';
  readonly doc: string;
}

// biome-ignore format: one row is one line
const ENVELOPE = [
  { name: 'merchant', type: 'varchar', nullable: false, from: 'envelope', doc: 'Merchant id, 16 hex digits.' },
  { name: 'session', type: 'varchar', nullable: false, from: 'envelope', doc: 'Session id, 32 hex digits.' },
  { name: 'transaction', type: 'varchar', nullable: false, from: 'envelope', doc: "The merchant's own reference of the transaction; `~` and the session id where it gave none." },
  { name: 'log_seq', type: 'integer', nullable: false, from: 'envelope', doc: 'Number of the log in its session, from 0, without gaps.' },
  { name: 'batch_seq', type: 'integer', nullable: false, from: 'envelope', doc: 'Number of the batch in its session, from 0.' },
  { name: 'code', type: 'smallint', nullable: false, from: 'envelope', doc: 'Stored log code TEEE: transaction type, then event.' },
  { name: 'event_ts', type: 'bigint', nullable: false, from: 'envelope', doc: 'When it happened, corrected for the clock of the device, ms since 1970 UTC.' },
  { name: 'lag_ms', type: 'integer', nullable: false, from: 'envelope', doc: 'From event_ts to receipt, ms; event_ts + lag_ms is the receive time.' },
  { name: 'skew_ms', type: 'bigint', nullable: false, from: 'envelope', doc: "What was added to the device's clock to get event_ts, ms." },
  { name: 'assurance', type: 'smallint', nullable: false, from: 'envelope', doc: 'How the session proved itself: 1 site key, 2 grant, 3 grant and session key.' },
  { name: 'late', type: 'boolean', nullable: false, from: 'envelope', doc: 'Came from an outbox after its token had expired.' },
  { name: 'collector', type: 'varchar', nullable: false, from: 'envelope', doc: 'Which collector took it.' },
  { name: 'unknown_args', type: 'varchar', nullable: true, from: 'envelope', doc: 'Arguments that this version has no name for, comma separated.' },
] as const satisfies readonly LakeColumn[];

/** All columns of `logs`, in order: the envelope, then one nullable column for each attribute. Partition columns come after. */
export const LAKE_COLUMNS: readonly LakeColumn[] = [
  ...ENVELOPE,
  ...ATTRIBUTES.map(
    (a): LakeColumn => ({
      name: a.name,
      type: a.type === 'label' ? 'varchar' : 'bigint',
      nullable: true,
      from: 'attribute',
      doc: a.doc,
    }),
  ),
];

/** Partition columns of every zone, from the receive time (UTC) and the merchant. */
export const PARTITION_COLUMNS = [
  { name: 'dt', type: 'varchar', doc: 'Receive day, YYYY-MM-DD (UTC).' },
  { name: 'hour', type: 'varchar', doc: 'Receive hour, 00 to 23 (UTC).' },
  {
    name: 'shard',
    type: 'varchar',
    doc: 'FNV-1a of the merchant id modulo the number of shards, two digits.',
  },
] as const;

/** Reads a lake's rows, however they were written. */
export type LakeRow = {
  readonly merchant: string;
  readonly session: string;
  readonly transaction: string;
  readonly log_seq: number;
  readonly batch_seq: number;
  readonly code: number;
  readonly event_ts: number;
  readonly lag_ms: number;
  readonly skew_ms: number;
  readonly assurance: number;
  readonly late: boolean;
  readonly collector: string;
} & { readonly [column: string]: string | number | boolean | null | undefined };

/**
 * Shard of a merchant: FNV-1a (32 bit, http://www.isthe.com/chongo/tech/comp/fnv/) of its id, modulo the number of shards.
 * @param shards number of shards, 1 to 256
 * @returns two digits or more, `00` up
 */
export const shardOf = (merchant: string, shards: number): string => {
  let hash = 0x811c9dc5;
  for (let i = 0; i < merchant.length; i++) hash = Math.imul(hash ^ merchant.charCodeAt(i), 0x01000193);
  return String((hash >>> 0) % shards).padStart(2, '0');
};
