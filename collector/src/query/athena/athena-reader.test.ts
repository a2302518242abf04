import { mkdtemp } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DuckDBInstance } from '@duckdb/node-api';
import { describe, expect, it } from 'vitest';
import { queryConfigSchema } from './athena-config.ts';
import { type AthenaCalls, createAthenaReader } from './athena-reader.ts';
import { readValue, withValues } from './athena-values.ts';
import { writeParquet } from './open-athena.ts';
import { faultOf, RECORDED, RECORDED_FAULTS, RECORDED_QUESTION } from './recorded-calls-fixture.ts';

/** Plays a recording: each call must be the next one, with the same input. */
const play = (name: string, config: object = {}) => {
  const left = [...RECORDED[name]!];
  const pauses: number[] = [];
  let clock = 0;
  const on = (call: keyof AthenaCalls) => async (input: unknown) => {
    const next = left.shift();
    expect({ call, input }).toEqual({ call: next?.call, input: next?.input });
    if (next?.error) throw Object.assign(new Error(next.error.message), { name: next.error.name });
    return next?.output as never;
  };
  const reader = createAthenaReader({
    calls: { start: on('start'), look: on('look'), results: on('results'), stop: on('stop') },
    config: queryConfigSchema.parse({ athena: config }).athena,
    sleep: async (ms) => {
      pauses.push(ms);
      clock += ms;
    },
    now: () => clock,
    random: () => 0.5,
    writeParquet: async (columns, chunks, file) => writeParquet(await scratch, columns, chunks, file),
  });
  return { reader, left, pauses };
};
const scratch = mkdtemp(join(tmpdir(), 'gander-athena-'));

describe('a query', () => {
  it('is started, looked at with growing pauses, and its pages are read with their types', async () => {
    const { reader, left, pauses } = play('three looks and two pages');
    const { rows } = await reader.query(RECORDED_QUESTION.sql, RECORDED_QUESTION.params);
    expect(rows).toEqual(RECORDED_QUESTION.rows);
    expect(left).toEqual([]);
    expect(pauses).toEqual([150, 225]);
  });

  it('of which nobody waits for the answer is stopped', async () => {
    const { reader, left } = play('stopped by its reader');
    const abort = new AbortController();
    const work = reader.query('select 1 as one', [], { signal: abort.signal });
    queueMicrotask(() => abort.abort());
    expect(await faultOf(work)).toBe('stopped');
    expect(left).toEqual([]);
    const none = play('nothing');
    expect(await faultOf(none.reader.query('select 1', [], { signal: AbortSignal.abort() }))).toBe('stopped');
  });

  it('that takes too long is stopped', async () => {
    const { reader, left } = play('takes too long', { timeoutMs: 1000 });
    expect(await faultOf(reader.query('select 1 as one'))).toBe('timeout');
    expect(left).toEqual([]);
  });

  it('says in words why it failed', async () => {
    for (const [name, fault] of RECORDED_FAULTS) {
      const { reader, left } = play(name);
      expect([name, await faultOf(reader.query('select 1 as one'))]).toEqual([name, fault]);
      expect(left).toEqual([]);
    }
    // Athena's own words may hold what somebody searched for.
    const { reader } = play('no such table');
    await expect(reader.query('select 1 as one')).rejects.toThrow(
      /^Athena refused the query.*\(query q-1\)$/,
    );
  });

  it('streams its pages, and writes them as Parquet', async () => {
    const streamed = play('three looks and two pages');
    const sql =
      "select code, n, late, step from logs_all where merchant = 'aaaaaaaaaaaaaaaa' and code > 1000 limit 3";
    const { columns, chunks } = await streamed.reader.stream(sql);
    const lengths: number[] = [];
    for await (const rows of chunks) lengths.push(rows.length);
    expect([columns.map((c) => c.name), lengths]).toEqual([
      ['code', 'n', 'late', 'step'],
      [2, 1],
    ]);
    const path = await play('three looks and two pages').reader.exportParquet(sql, 'x.parquet');
    const connection = await (await DuckDBInstance.create(':memory:')).connect();
    const found = await connection.runAndReadAll(`select * from read_parquet('${path}') order by code`);
    expect(found.getRowsJS()).toEqual([
      [1111, 3n, true, 'payment'],
      [1190, 1n, false, ''],
      [1220, 12n, false, null],
    ]);
  });
});

describe('values', () => {
  it('are written as SQL knows them, and only where a parameter stands', () => {
    expect(withValues(`select '?', "a?b", ?, ? where x = 'it''s ?' and y = ?`, ["o'", 1.5, null])).toBe(
      `select '?', "a?b", 'o''', 1.5 where x = 'it''s ?' and y = null`,
    );
    expect(() => withValues('select ?', [Number.NaN])).toThrow(RangeError);
    expect(() => withValues('select ?', [])).toThrow(RangeError);
    expect(() => withValues('select 1', [1])).toThrow(RangeError);
    expect(() => withValues(`select '${'x'.repeat(300_000)}'`)).toThrow(RangeError);
  });

  it('are read by the type of their column', () => {
    expect([readValue('12', 'bigint'), readValue('true', 'boolean'), readValue('1.5', 'double')]).toEqual([
      12,
      true,
      1.5,
    ]);
    expect([readValue(undefined, 'bigint'), readValue('', 'varchar'), readValue('7', 'varchar')]).toEqual([
      null,
      '',
      '7',
    ]);
  });
});
