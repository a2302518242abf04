import { LAKE_COLUMNS, type LakeRow } from '@gander/log-codes';
import { LANDING_LOGS } from './layout.ts';

/** A row and the folder of landing where it belongs. */
export interface PartitionedRow {
  readonly folder: string;
  readonly row: LakeRow;
}

const DT = /^\d{4}-\d\d-\d\d$/;
const HOUR = /^(?:[01]\d|2[0-3])$/;
const SHARD = /^\d{2,3}$/;
const TEXT = /^[A-Za-z0-9._/,~-]{1,400}$/;

/**
 * The rows of a Firehose record, as landing wrote them: NDJSON, each row with `dt`, `hour` and `shard`.
 * @returns undefined when any line is no such row: a record is landed whole or not at all
 */
export const partitionedRows = (content: Uint8Array): PartitionedRow[] | undefined => {
  const rows: PartitionedRow[] = [];
  for (const line of Buffer.from(content).toString().split('\n')) {
    if (!line) continue;
    const row = parse(line);
    if (!row) return;
    rows.push(row);
  }
  return rows.length ? rows : undefined;
};

const parse = (line: string): PartitionedRow | undefined => {
  let value: Record<string, unknown>;
  try {
    value = JSON.parse(line) as Record<string, unknown>;
  } catch {
    return;
  }
  const { dt, hour, shard } = value;
  if (typeof dt !== 'string' || typeof hour !== 'string' || typeof shard !== 'string') return;
  if (!DT.test(dt) || !HOUR.test(hour) || !SHARD.test(shard)) return;
  if (!LAKE_COLUMNS.every(({ name, type, nullable }) => fits(value[name], type, nullable))) return;
  return { folder: `${LANDING_LOGS}/dt=${dt}/hour=${hour}/shard=${shard}`, row: value as unknown as LakeRow };
};

const fits = (value: unknown, type: string, nullable: boolean): boolean => {
  if (value === undefined || value === null) return nullable;
  if (type === 'varchar') return typeof value === 'string' && TEXT.test(value);
  if (type === 'boolean') return typeof value === 'boolean';
  return Number.isSafeInteger(value);
};
