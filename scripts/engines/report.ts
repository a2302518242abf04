/** What became of one query. */
export interface QueryOutcome {
  readonly name: string;
  readonly rows: number;
  readonly bytes: number;
  readonly splits: number;
  /** How it differs from DuckDB, or why it failed; undefined when it answers the same. */
  readonly error: string | undefined;
}

/**
 * How two results differ; undefined when they are the same. Numbers are compared as numbers, since engines write 64-bit ones as text.
 * @example sameRows([[1, 'a']], [['1', 'a']]) // undefined
 */
export const sameRows = (
  actual: readonly (readonly unknown[])[],
  expected: readonly (readonly unknown[])[],
): string | undefined => {
  const text = (rows: readonly (readonly unknown[])[]): string =>
    rows.map((row) => JSON.stringify(row.map(plain))).join('\n');
  const [a, b] = [text(actual), text(expected)];
  return a === b ? undefined : `  Trino:\n${a}\n  DuckDB:\n${b}`;
};

const plain = (value: unknown): unknown => {
  if (Array.isArray(value)) return value.map(plain);
  return typeof value === 'string' && /^-?\d{1,15}$/.test(value) ? Number(value) : value;
};

/**
 * Rows whose columns stand by name, and which stand in an order of their own: for statements that say `*`, or no order.
 * @example inOrder(['b', 'a'], [[1, 2]]) // [[['a', 2], ['b', 1]]], but as texts
 */
export const inOrder = (columns: readonly string[], rows: readonly (readonly unknown[])[]): unknown[][] =>
  rows
    .map((row) => columns.map((name, i) => JSON.stringify([name, plain(row[i])])).sort())
    .sort((a, b) => (String(a) < String(b) ? -1 : 1));

/** The table for docs/benchmarks.md. */
export const enginesReport = (outcomes: readonly QueryOutcome[], trino: string): string =>
  [
    `\`npm run test:engines -- --write\`: Trino ${trino} and DuckDB over the same files, S3 served by radosgw, partition projection on.`,
    '',
    '| query | rows | same as DuckDB | bytes Trino read | splits |',
    '|---|---|---|---|---|',
    ...outcomes.map(
      (o) =>
        `| \`${o.name}\` | ${o.rows} | ${o.error ? 'NO' : 'yes'} | ${o.bytes.toLocaleString('en')} | ${o.splits} |`,
    ),
  ].join('\n');
