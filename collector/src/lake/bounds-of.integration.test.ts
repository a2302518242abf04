import { type DuckDBConnection, DuckDBInstance } from '@duckdb/node-api';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { boundsOf } from './bounds-of.ts';

let instance: DuckDBInstance;
let connection: DuckDBConnection;
beforeAll(async () => {
  instance = await DuckDBInstance.create(':memory:');
  connection = await instance.connect();
});
afterAll(() => {
  connection.closeSync();
  instance.closeSync();
});

const bounds = async (sql: string) => {
  const reader = await connection.runAndReadAll('select json_serialize_sql($1::varchar) as tree', [sql]);
  return boundsOf(JSON.parse(reader.getRowsJS()[0]![0] as string));
};
const MARCH_2 = '2026-03-02';

it.each([
  [`select * from logs_all where dt = '${MARCH_2}'`, { from: MARCH_2, to: MARCH_2 }],
  [`select * from logs_all l where l.dt = '${MARCH_2}' and code = 1220`, { from: MARCH_2, to: MARCH_2 }],
  [
    `select * from logs where dt >= '${MARCH_2}' and dt < '2026-03-09' and dt >= '2026-03-01'`,
    { from: MARCH_2, to: '2026-03-09' },
  ],
  [
    `select * from transactions where dt between '${MARCH_2}' and '2026-03-04'`,
    { from: MARCH_2, to: '2026-03-04' },
  ],
  [`select * from lake_logs where dt in ('2026-03-04', '${MARCH_2}')`, { from: MARCH_2, to: '2026-03-04' }],
  [
    `select * from logs_all join log_codes using (code) where dt = '${MARCH_2}'`,
    { from: MARCH_2, to: MARCH_2 },
  ],
  [
    `with x as (select * from logs_all where dt = '${MARCH_2}') select count(*) from x`,
    { from: MARCH_2, to: MARCH_2 },
  ],
])('reads the days of: %s', async (sql, expected) => {
  expect(await bounds(sql)).toEqual(expected);
});

it.each([
  'select * from logs_all',
  `select * from logs_all where dt = '${MARCH_2}' or code = 1220`,
  `select * from logs_all where not dt = '${MARCH_2}'`,
  `select * from logs_all where dt <> '${MARCH_2}'`,
  `select * from logs_all where dt = lower('${MARCH_2}')`,
  `select * from logs_all a join logs b using (session) where a.dt = '${MARCH_2}'`,
  `select * from logs_all where dt = '${MARCH_2}' union all select * from logs_all`,
  `select * from log_codes left join logs_all using (code) where dt = '${MARCH_2}'`,
  `select * from logs_all where session in (select session from logs_all where dt = '${MARCH_2}')`,
])('takes all days for: %s', async (sql) => {
  expect(await bounds(sql)).toEqual({});
});
