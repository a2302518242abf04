import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { HiveSQL, TrinoSQL } from 'dt-sql-parser';
import { describe, expect, it } from 'vitest';

const folder = join(import.meta.dirname, '..');
const files = (name: string): [string, string][] =>
  readdirSync(join(folder, name))
    .filter((file) => file.endsWith('.sql'))
    .map((file) => [`${name}/${file}`, readFileSync(join(folder, name, file), 'utf8')]);
const isView = ([, sql]: [string, string]): boolean => sql.includes('CREATE OR REPLACE VIEW');

/** What the console asks of Athena; a test of the collector keeps the file as the code is. */
const consoleQueries = (
  JSON.parse(readFileSync(join(folder, '../collector/src/query/console-queries.json'), 'utf8')) as readonly {
    readonly name: string;
    readonly sql: string;
  }[]
).map(({ name, sql }, i) => [name, i, sql] as const);

const all = files('athena');
describe('statements parse', () => {
  it.each(all.filter((f) => !isView(f)))('%s as HiveQL', (_, sql) => {
    expect(new HiveSQL().validate(sql)).toEqual([]);
  });

  it.each([...all.filter(isView), ...files('queries')])('%s as Trino SQL', (_, sql) => {
    expect(new TrinoSQL().validate(sql)).toEqual([]);
  });

  it.each(consoleQueries)('the console’s %s (%i) as Trino SQL', (_name, _i, sql) => {
    expect(new TrinoSQL().validate(sql)).toEqual([]);
  });

  it('finds faults', () => {
    expect(new HiveSQL().validate('CREATE EXTERNAL TABLE `a` (`b` string COMMENT)')).not.toEqual([]);
    expect(new TrinoSQL().validate('select a b c from logs')).not.toEqual([]);
  });
});
