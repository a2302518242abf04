import { type DuckDBConnection, DuckDBInstance } from '@duckdb/node-api';
import { DEAD_LETTER_COLUMNS, DIMENSIONS, LAKE_COLUMNS } from '@gander/log-codes';

const types = (columns: readonly { name: string; type: string }[]): string =>
  `{${columns.map((c) => `"${c.name}": '${c.type}'`).join(', ')}}`;

/**
 * Opens the lake of `writeSmallLake` in DuckDB, with the names that Athena has and `gander query` has.
 * @param root its folder
 */
export const openSmallLake = async (root: string): Promise<DuckDBConnection> => {
  const connection = await (await DuckDBInstance.create(':memory:')).connect();
  const hive = 'hive_partitioning = true, hive_types = {dt: varchar, hour: varchar, shard: varchar}';
  const landing = `read_json('${root}/landing/logs/*/*/*/*.ndjson.gz', format = 'newline_delimited', columns = ${types(LAKE_COLUMNS)}, filename = true, ${hive})`;
  const columns = LAKE_COLUMNS.map((c) => `"${c.name}"`).join(', ');
  for (const sql of [
    `create view logs as
     select ${columns}, dt, lpad(cast((event_ts + lag_ms) // 3600000 % 24 as varchar), 2, '0') as hour, shard
     from read_parquet('${root}/lake/logs/*/*/*.parquet', hive_partitioning = true, hive_types = {dt: varchar, shard: varchar})
     union all
     select ${columns}, dt, hour, shard from ${landing}
     where regexp_extract(filename, '[^/]+$') not in (select object from read_json('${root}/lake/compacted/*/*.ndjson'))`,
    `create view logs_all as select * from logs qualify row_number() over
     (partition by dt, merchant, "transaction", session, log_seq order by event_ts + lag_ms, collector) = 1`,
    `create view transactions as select * from read_parquet('${root}/lake/transactions/*/*.parquet',
     hive_partitioning = true, hive_types = {dt: varchar})`,
    `create view merchants as select * from '${root}/lake/merchants/*.parquet'`,
    `create view dead_letter as
     select * from read_json('${root}/dead-letter/collector/*/*/*.gz', format = 'newline_delimited',
       columns = ${types(DEAD_LETTER_COLUMNS)}, hive_partitioning = true, hive_types = {dt: varchar, hour: varchar})
     union all by name
     select arrivalTimestamp as received_ms, 'firehose' as stage, errorCode as reason, octet_length(from_base64(rawData)) as bytes, dt, hour
     from read_json('${root}/dead-letter/firehose/*/*/*.json', format = 'newline_delimited',
       hive_partitioning = true, hive_types = {dt: varchar, hour: varchar})`,
    ...DIMENSIONS.flatMap((d) => [
      `create table ${d.name} (${d.columns.map((c) => `"${c.name}" ${c.type}`).join(', ')})`,
      `insert into ${d.name} values ${d.rows.map((row) => `(${row.map((v) => (typeof v === 'string' ? `'${v.replaceAll("'", "''")}'` : String(v))).join(', ')})`).join(', ')}`,
    ]),
  ])
    await connection.run(sql);
  return connection;
};
