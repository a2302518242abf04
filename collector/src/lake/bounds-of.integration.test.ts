import { type DuckDBConnection, DuckDBInstance } from '@duckdb/node-api';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { type BoundValues, boundsOf, tablesOf } from './bounds-of.ts';

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

const treeOf = async (sql: string): Promise<unknown> => {
  const reader = await connection.runAndReadAll('select json_serialize_sql($1::varchar) as tree', [sql]);
  return JSON.parse(reader.getRowsJS()[0]![0] as string);
};
const bounds = async (sql: string, values: BoundValues = {}) => boundsOf(await treeOf(sql), values);
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

it('reads merchants and transactions, also from parameters', async () => {
  expect(await bounds("select * from logs_all where merchant = 'm' and \"transaction\" = 't'")).toEqual({
    merchants: ['m'],
    transactions: ['t'],
  });
  const values = { 1: 'a', 2: 'b', 3: MARCH_2 };
  expect(await bounds('select * from logs_all l where l.merchant in (?, ?) and dt >= ?', values)).toEqual({
    merchants: ['a', 'b'],
    from: MARCH_2,
  });
  expect(await bounds('select * from logs where merchant = $m', { m: 'a' })).toEqual({ merchants: ['a'] });
  expect(await bounds("select * from logs where merchant in ('a', 'b') and merchant = 'b'")).toEqual({
    merchants: ['b'],
  });
});

it('takes both where two places of a statement read the lake', async () => {
  expect(
    await bounds(
      `with a as (select * from logs_all where dt = '${MARCH_2}' and merchant = 'a'), b as (select * from logs_all where dt = '2026-03-05' and merchant = 'b')
       select * from a join b using (session)`,
    ),
  ).toEqual({ from: MARCH_2, to: '2026-03-05', merchants: ['a', 'b'] });
});

it('takes no condition for its own that is about another table, or that is not certain', async () => {
  expect(
    await bounds(
      `select * from logs_all l join (values ('${MARCH_2}')) v(dt) on true where v.dt = '${MARCH_2}'`,
    ),
  ).toEqual({});
  expect(await bounds("select * from logs_all where merchant = 'a' or merchant = 'b'")).toEqual({});
  expect(await bounds("select * from logs_all where merchant <> 'a' and merchant = lower('A')")).toEqual({});
  expect(await bounds('select * from logs_all where merchant = ?', { 1: 7 })).toEqual({});
});

it('names the tables of a statement, and none of what it only describes', async () => {
  const tables = async (sql: string) => {
    const found = tablesOf(await treeOf(sql));
    return found && [...found].sort();
  };
  expect(await tables('select * from Logs_All join log_codes using (code)')).toEqual([
    'log_codes',
    'logs_all',
  ]);
  expect(await tables('describe logs_all')).toEqual([]);
  expect(await tables('show tables')).toEqual([]);
  expect(await tables('summarize logs_all')).toEqual(['logs_all']);
  expect(await tables('select (select count(*) from dead_letter)')).toEqual(['dead_letter']);
  expect(await tables("select * from query('select 1 from logs')")).toBeUndefined();
  // Files of the cache are there; so are lists of values.
  expect(await tables("select * from read_parquet(['a', 'b'])")).toEqual([]);
  expect(await tables('select u from logs cross join unnest([1, 2]) as t(u)')).toEqual(['logs']);
  expect(await tables('explain select * from logs')).toBeUndefined();
});
