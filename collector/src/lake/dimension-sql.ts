import type { Dimension } from '@gander/log-codes';
import { identifier, literal } from './sql-text.ts';

/** Statements that make a dimension table in DuckDB. */
export const dimensionSql = (dimension: Dimension): string[] => [
  `create or replace table ${dimension.name} (${dimension.columns.map((c) => `${identifier(c.name)} ${c.type}`).join(', ')})`,
  `insert into ${dimension.name} values ${dimension.rows.map((row) => `(${row.map(sqlValue).join(', ')})`).join(', ')}`,
];

const sqlValue = (value: string | number | boolean | null): string =>
  typeof value === 'string' ? literal(value) : String(value);
