import { join } from 'node:path';
import { DuckDBInstance, type DuckDBValue } from '@duckdb/node-api';
import type { LakeColumn } from '@gander/log-codes';

const FROM = Date.UTC(2026, 9, 1);
const DAYS = 30;
const LOGS = 60;

/**
 * A lake of so many logs as compaction leaves it: one Parquet file a day, sorted by merchant, transaction and number. Sixty logs a
 * transaction, ten merchants, thirty days.
 */
export const makeLake = async (folder: string, rows: number, columns: readonly LakeColumn[]) => {
  const instance = await DuckDBInstance.create(':memory:');
  const connection = await instance.connect();
  const perDay = Math.floor(rows / DAYS / LOGS);
  const made: Record<string, string> = {
    merchant: "case when t % 10 = 0 then 'aaaaaaaaaaaaaaaa' else printf('%016x', t % 10) end",
    session: "printf('%032x', t)",
    transaction: "'order_' || t",
    log_seq: 'l',
    batch_seq: 'l // 12',
    code: '1000 + [100, 101, 103, 200, 210, 201, 200, 220, 201, 300, 301, 400, 250, 110, 111, 190][1 + (l * 7 + t % 3) % 16]',
    event_ts: `${FROM} + day::bigint * 86400000 + (t % 86000) * 1000 + l * 700`,
    lag_ms: '900',
    skew_ms: '0',
    assurance: '1 + t % 2',
    late: 't % 97 = 0',
    collector: "'c1'",
    field: 'case when l % 16 between 3 and 8 then 1 + (t + l) % 20 end',
    field_no: 'case when l % 16 between 3 and 8 then 1 + l % 9 end',
    method: 'case when l % 16 = 5 then (t + l) % 5 end',
    step: "case when l % 16 = 2 then ['cart', 'address', 'payment'][1 + l % 3] end",
    step_no: 'case when l % 16 = 2 then 1 + l % 3 end',
    flight_p50_ms: 'case when l % 16 = 4 then 80 + (t * 31 + l) % 400 end',
    sdk_version: 'case when l % 16 = 0 then 100 end',
  };
  const list = columns.map((c) => `(${made[c.name] ?? 'null'})::${c.type} as "${c.name}"`).join(', ');
  for (let day = 0; day < DAYS; day++) {
    const dt = new Date(FROM + day * 86_400_000).toISOString().slice(0, 10);
    await connection.run(`
      copy (select ${list} from (
        select ${day} as day, ${day * perDay} + r // ${LOGS} as t, r % ${LOGS} as l from range(${perDay * LOGS}) g(r)
      ) order by merchant, "transaction", log_seq) to '${join(folder, `${dt}.parquet`)}' (format parquet, compression zstd)`);
  }
  await connection.run(
    `create view logs_all as select *, regexp_extract(filename, '(\\d{4}-\\d{2}-\\d{2})', 1) as dt, '00' as hour, '00' as shard
       from read_parquet('${folder}/*.parquet', filename = true)`,
  );
  await connection.run(`create table dead_letter (reason varchar, dt varchar, hour varchar)`);
  const query = async (sql: string, params: readonly DuckDBValue[] = []) => {
    // One connection for each query, as the real lake does.
    const own = await instance.connect();
    try {
      return {
        rows: (await own.runAndReadAll(sql, [...params])).getRowObjectsJS() as Record<string, unknown>[],
      };
    } finally {
      own.closeSync();
    }
  };
  return {
    lake: {
      query,
      stream: () => Promise.reject(new Error('not measured')),
      exportParquet: () => Promise.reject(new Error('not measured')),
    },
    transactions: Array.from(
      { length: 500 },
      (_, i) => `order_${((i * 10) % (perDay * DAYS)) - (((i * 10) % (perDay * DAYS)) % 10)}`,
    ),
    close: () => instance.closeSync(),
  };
};

makeLake.fromMs = FROM;
makeLake.toMs = FROM + DAYS * 86_400_000;
