import { LAKE_TABLES } from './views.ts';

/** What of the lake a statement can be about; undefined on a side that is open. Days are receive days, both included. */
export interface Bounds {
  readonly from?: string;
  readonly to?: string;
  /** No other merchants' rows. */
  readonly merchants?: readonly string[];
  /** No other transactions' rows. */
  readonly transactions?: readonly string[];
}

/** Values of a statement's parameters, by their number from 1 or their name. */
export type BoundValues = Readonly<Record<string, unknown>>;

/** A node of the syntax tree that DuckDB's `json_serialize_sql` gives. */
type Node = { readonly [name: string]: unknown };

const isNode = (value: unknown): value is Node => typeof value === 'object' && value !== null;
const TABLES = new Set<string>(
  LAKE_TABLES.filter((t) => t.name !== 'merchants' && t.name !== 'dead_letter').map((t) => t.name),
);

/**
 * Finds what a statement asks for, so that a remote lake downloads nothing else. Careful rather than clever: only `dt`, `merchant`
 * and `transaction` compared with constants by AND in each SELECT that reads one table of the lake count; anything else is all.
 * @param tree what `json_serialize_sql` answers
 * @param values what is bound to the statement's parameters
 * @example boundsOf(tree of "select * from logs_all where dt = '2026-11-22'") // { from: '2026-11-22', to: '2026-11-22' }
 */
export const boundsOf = (tree: unknown, values: BoundValues = {}): Bounds => {
  let reads = 0;
  const found: Bounds[] = [];
  walk(tree, (node) => {
    if (isRead(node)) reads++;
    if (node.type !== 'SELECT_NODE') return;
    const [read, ...more] = readsIn(node.from_table);
    if (!read || more.length) return;
    const names = new Set([String(read.alias || read.table_name).toLowerCase()]);
    let bounds: Bounds = {};
    for (const condition of conjunction(node.where_clause)) bounds = narrow(bounds, condition, names, values);
    found.push(bounds);
  });
  const [first] = found;
  return first && found.length === reads ? found.reduce(widest, first) : {};
};

/**
 * The tables of the lake that a statement names; undefined where it cannot be told.
 * @param tree what `json_serialize_sql` answers
 */
export const tablesOf = (tree: unknown): ReadonlySet<string> | undefined => {
  if (!isNode(tree) || tree.error) return;
  const tables = new Set<string>();
  let opaque = false;
  walk(tree, (node) => {
    // Columns are there without a row.
    if (node.type === 'SHOW_REF' && node.show_type === 'DESCRIBE') return 'skip';
    if (node.type === 'BASE_TABLE') tables.add(String(node.table_name).toLowerCase());
    // `query('select …')` and the like name tables in texts.
    if (node.type === 'TABLE_FUNCTION' && !CLEAR_FUNCTIONS.has(functionOf(node))) opaque = true;
    return;
  });
  return opaque ? undefined : tables;
};

/** Table functions that read no table: lists of values, and files of the cache, which are there. */
const CLEAR_FUNCTIONS = new Set(['unnest', 'read_parquet', 'range', 'generate_series']);
const functionOf = (node: Node): string =>
  isNode(node.function) ? String(node.function.function_name).toLowerCase() : '';

/** Bounds of two places of a statement that read the lake: what lies in either. */
const widest = (a: Bounds, b: Bounds): Bounds => {
  const both = <T>(x: T | undefined, y: T | undefined, join: (x: T, y: T) => T): T | undefined =>
    x === undefined || y === undefined ? undefined : join(x, y);
  const union = (x: readonly string[], y: readonly string[]): string[] => [...new Set([...x, ...y])];
  return made({
    from: both(a.from, b.from, (x, y) => [x, y].sort()[0]!),
    to: both(a.to, b.to, (x, y) => [x, y].sort()[1]!),
    merchants: both(a.merchants, b.merchants, union),
    transactions: both(a.transactions, b.transactions, union),
  });
};

/** Without the sides that are open. */
const made = (bounds: { readonly [K in keyof Bounds]: Bounds[K] | undefined }): Bounds =>
  Object.fromEntries(Object.entries(bounds).filter(([, value]) => value !== undefined)) as Bounds;

const isRead = (node: Node): boolean =>
  node.type === 'BASE_TABLE' && TABLES.has(String(node.table_name).toLowerCase());

/** Visits all nodes; those below one that is skipped are left out. */
const walk = (value: unknown, visit: (node: Node) => 'skip' | undefined): void => {
  if (Array.isArray(value)) for (const item of value) walk(item, visit);
  else if (isNode(value)) {
    if (visit(value) === 'skip') return;
    for (const inner of Object.values(value)) walk(inner, visit);
  }
};

/** The lake's tables that a FROM reads by itself or in inner joins, where its WHERE holds for their rows. */
const readsIn = (from: unknown): Node[] => {
  if (!isNode(from)) return [];
  if (isRead(from)) return [from];
  return from.type === 'JOIN' && from.join_type === 'INNER'
    ? [...readsIn(from.left), ...readsIn(from.right)]
    : [];
};

const conjunction = (condition: unknown): Node[] => {
  if (!isNode(condition)) return [];
  if (condition.type === 'CONJUNCTION_AND') return (condition.children as unknown[]).flatMap(conjunction);
  return [condition];
};

const narrow = (
  bounds: Bounds,
  condition: Node,
  tables: ReadonlySet<string>,
  values: BoundValues,
): Bounds => {
  const name = (value: unknown): string | undefined => columnOf(value, tables);
  const constant = (value: unknown): string | undefined => constantOf(value, values);
  if (condition.type === 'COMPARE_BETWEEN' && name(condition.input) === 'dt') {
    return cut(bounds, constant(condition.lower), constant(condition.upper));
  }
  if (condition.type === 'COMPARE_IN') {
    const [input, ...listed] = condition.children as unknown[];
    const all = listed.map(constant);
    return all.includes(undefined) ? bounds : among(bounds, name(input), all as string[]);
  }
  const value = constant(condition.right);
  if (value === undefined) return bounds;
  if (condition.type === 'COMPARE_EQUAL') return among(bounds, name(condition.left), [value]);
  if (name(condition.left) !== 'dt') return bounds;
  switch (condition.type) {
    case 'COMPARE_GREATERTHAN':
    case 'COMPARE_GREATERTHANOREQUALTO':
      return cut(bounds, value, undefined);
    case 'COMPARE_LESSTHAN':
    case 'COMPARE_LESSTHANOREQUALTO':
      return cut(bounds, undefined, value);
    default:
      return bounds;
  }
};

/** Bounds where a column has one of some values. */
const among = (bounds: Bounds, column: string | undefined, values: readonly string[]): Bounds => {
  const both = (known: readonly string[] | undefined): readonly string[] =>
    known ? known.filter((v) => values.includes(v)) : values;
  switch (column) {
    case 'dt': {
      const sorted = [...values].sort();
      return cut(bounds, sorted[0], sorted.at(-1));
    }
    case 'merchant':
      return { ...bounds, merchants: both(bounds.merchants) };
    case 'transaction':
      return { ...bounds, transactions: both(bounds.transactions) };
    default:
      return bounds;
  }
};

/** Name of the lake's column that an expression is; undefined when it is something else, or of another table. */
const columnOf = (value: unknown, tables: ReadonlySet<string>): string | undefined => {
  if (!isNode(value) || value.type !== 'COLUMN_REF') return;
  const names = (value.column_names as unknown[]).map((n) => String(n).toLowerCase());
  const table = names.at(-2);
  return table === undefined || tables.has(table) ? names.at(-1) : undefined;
};

const constantOf = (value: unknown, values: BoundValues): string | undefined => {
  if (!isNode(value)) return;
  const found =
    value.type === 'VALUE_CONSTANT' && isNode(value.value)
      ? value.value.value
      : value.type === 'VALUE_PARAMETER'
        ? values[String(value.identifier)]
        : undefined;
  return typeof found === 'string' ? found : undefined;
};

const cut = (bounds: Bounds, from: string | undefined, to: string | undefined): Bounds => {
  const low = [bounds.from, from]
    .filter((d) => d !== undefined)
    .sort()
    .at(-1);
  const high = [bounds.to, to].filter((d) => d !== undefined).sort()[0];
  return made({ ...bounds, from: low, to: high });
};
