import type { TableColumn } from '@gander/log-codes';
import { type LakeTable, type PartitionColumn, partitionTemplate } from './tables.ts';

/** Hive's words for the types; the others are the same. */
const HIVE_TYPES: Partial<Record<TableColumn['type'], string>> = { varchar: 'string', integer: 'int' };

/** @example hiveType('varchar') // 'string' */
export const hiveType = (type: TableColumn['type']): string => HIVE_TYPES[type] ?? type;

/** Classes that read and write a format. */
export const SERDES = {
  ndjson: {
    serde: 'org.openx.data.jsonserde.JsonSerDe',
    input: 'org.apache.hadoop.mapred.TextInputFormat',
    output: 'org.apache.hadoop.hive.ql.io.HiveIgnoreKeyTextOutputFormat',
  },
  parquet: {
    serde: 'org.apache.hadoop.hive.ql.io.parquet.serde.ParquetHiveSerDe',
    input: 'org.apache.hadoop.hive.ql.io.parquet.MapredParquetInputFormat',
    output: 'org.apache.hadoop.hive.ql.io.parquet.MapredParquetOutputFormat',
  },
} as const;

/**
 * Table properties of partition projection, as Athena reads them from Glue
 * (https://docs.aws.amazon.com/athena/latest/ug/partition-projection-supported-types.html).
 * @param location of the table, ending in a slash
 */
export const projectionProperties = (table: LakeTable, location: string): Record<string, string> =>
  table.partitions.length
    ? {
        'projection.enabled': 'true',
        ...Object.assign({}, ...table.partitions.map(columnProjection)),
        'storage.location.template': `${location}${partitionTemplate(table)}/`,
      }
    : {};

const columnProjection = ({ name, projection: p }: PartitionColumn): Record<string, string> => ({
  [`projection.${name}.type`]: p.type,
  [`projection.${name}.range`]: p.range.join(','),
  ...(p.type === 'date'
    ? {
        [`projection.${name}.format`]: 'yyyy-MM-dd',
        [`projection.${name}.interval`]: '1',
        [`projection.${name}.interval.unit`]: 'DAYS',
      }
    : { [`projection.${name}.digits`]: String(p.digits) }),
});

/** Hive and Trino escape apostrophes differently; typographic ones need no escape. */
const text = (value: string): string => `'${value.replaceAll("'", '’')}'`;

/**
 * Athena's CREATE TABLE (HiveQL) of a table over the files of a bucket.
 * @param bucket name of the bucket
 * @example athenaTable(lakeTables()[0], 'my-lake') // 'CREATE EXTERNAL TABLE IF NOT EXISTS …'
 */
export const athenaTable = (table: LakeTable, bucket: string): string => {
  const location = `s3://${bucket}/${table.folder}/`;
  const { serde, input, output } = SERDES[table.format];
  const columns = table.columns.map((c) => `  \`${c.name}\` ${hiveType(c.type)} COMMENT ${text(c.doc)}`);
  const partitions = table.partitions.map((p) => `  \`${p.name}\` string COMMENT ${text(p.doc)}`);
  const properties = Object.entries(projectionProperties(table, location));
  return [
    `CREATE EXTERNAL TABLE IF NOT EXISTS \`${table.name}\` (`,
    `${columns.join(',\n')}\n)`,
    `COMMENT ${text(table.doc)}`,
    ...(partitions.length ? [`PARTITIONED BY (\n${partitions.join(',\n')}\n)`] : []),
    `ROW FORMAT SERDE '${serde}'`,
    `STORED AS INPUTFORMAT '${input}'\nOUTPUTFORMAT '${output}'`,
    `LOCATION '${location}'`,
    ...(properties.length
      ? [`TBLPROPERTIES (\n${properties.map(([k, v]) => `  '${k}' = '${v}'`).join(',\n')}\n)`]
      : []),
  ].join('\n');
};
