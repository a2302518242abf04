import { type LakeTable, type PartitionColumn, partitionTemplate } from './tables.ts';

/**
 * Trino's CREATE TABLE of a table over the files of a bucket, for Trino's Hive connector: the same columns, places and projection
 * as Athena's.
 * @param bucket name of the bucket
 */
export const trinoTable = (table: LakeTable, bucket: string): string => {
  const location = `s3://${bucket}/${table.folder}/`;
  const columns = [
    ...table.columns.map((c) => `  "${c.name}" ${c.type}`),
    ...table.partitions.map((p) => `  "${p.name}" varchar WITH (${columnProjection(p).join(', ')})`),
  ];
  const properties = [
    `external_location = '${location}'`,
    `format = '${table.format === 'parquet' ? 'PARQUET' : 'OPENX_JSON'}'`,
    ...(table.partitions.length
      ? [
          `partitioned_by = ARRAY[${table.partitions.map((p) => `'${p.name}'`).join(', ')}]`,
          'partition_projection_enabled = true',
          `partition_projection_location_template = '${location}${partitionTemplate(table)}/'`,
        ]
      : []),
  ];
  return `CREATE TABLE "${table.name}" (\n${columns.join(',\n')}\n)\nWITH (\n  ${properties.join(',\n  ')}\n)`;
};

const columnProjection = ({ projection: p }: PartitionColumn): string[] => [
  `partition_projection_type = '${p.type.toUpperCase()}'`,
  `partition_projection_range = ARRAY[${p.range.map((v) => `'${v}'`).join(', ')}]`,
  ...(p.type === 'date'
    ? [
        "partition_projection_format = 'yyyy-MM-dd'",
        'partition_projection_interval = 1',
        "partition_projection_interval_unit = 'DAYS'",
      ]
    : [`partition_projection_digits = ${p.digits}`]),
];
