import { LAKE_TABLES } from './views.ts';

/** Receive days a statement can be about, both included; undefined on a side that is open. */
export interface DayBounds {
  readonly from?: string;
  readonly to?: string;
}

/** A node of the syntax tree that DuckDB's `json_serialize_sql` gives. */
type Node = { readonly [name: string]: unknown };

const isNode = (value: unknown): value is Node => typeof value === 'object' && value !== null;
const TABLES = new Set<string>(
  LAKE_TABLES.filter((t) => t.name !== 'merchants' && t.name !== 'dead_letter').map((t) => t.name),
);

/**
 * Finds the days that a statement asks for, so that a remote lake downloads no others. Careful rather than clever: only `dt`
 * compared with constants by AND in the one SELECT that reads the one table of the lake counts; anything else is all days.
 * @param tree what `json_serialize_sql` answers
 * @example boundsOf(tree of "select * from logs_all where dt = '2026-11-22'") // { from: '2026-11-22', to: '2026-11-22' }
 */
export const boundsOf = (tree: unknown): DayBounds => {
  let reads = 0;
  const selects: Node[] = [];
  walk(tree, (node) => {
    if (node.type === 'BASE_TABLE' && TABLES.has(String(node.table_name).toLowerCase())) reads++;
    if (node.type === 'SELECT_NODE' && readsLake(node.from_table)) selects.push(node);
  });
  const [select] = selects;
  if (reads !== 1 || selects.length !== 1 || !select) return {};
  let bounds: DayBounds = {};
  for (const condition of conjunction(select.where_clause)) bounds = narrow(bounds, condition);
  return bounds;
};

const walk = (value: unknown, visit: (node: Node) => void): void => {
  if (Array.isArray(value)) for (const item of value) walk(item, visit);
  else if (isNode(value)) {
    visit(value);
    for (const inner of Object.values(value)) walk(inner, visit);
  }
};

/** Whether a FROM reads the lake by itself or in an inner join, where its WHERE holds for the lake's rows. */
const readsLake = (from: unknown): boolean => {
  if (!isNode(from)) return false;
  if (from.type === 'BASE_TABLE') return TABLES.has(String(from.table_name).toLowerCase());
  return (
    from.type === 'JOIN' && from.join_type === 'INNER' && (readsLake(from.left) || readsLake(from.right))
  );
};

const conjunction = (condition: unknown): Node[] => {
  if (!isNode(condition)) return [];
  if (condition.type === 'CONJUNCTION_AND') return (condition.children as unknown[]).flatMap(conjunction);
  return [condition];
};

const narrow = (bounds: DayBounds, condition: Node): DayBounds => {
  if (condition.type === 'COMPARE_BETWEEN' && isDt(condition.input)) {
    return cut(bounds, constant(condition.lower), constant(condition.upper));
  }
  if (condition.type === 'COMPARE_IN') {
    const [input, ...values] = condition.children as unknown[];
    const days = values.map(constant);
    if (!isDt(input) || days.some((day) => day === undefined)) return bounds;
    const sorted = (days as string[]).sort();
    return cut(bounds, sorted[0], sorted.at(-1));
  }
  const day = isDt(condition.left) ? constant(condition.right) : undefined;
  if (day === undefined) return bounds;
  switch (condition.type) {
    case 'COMPARE_EQUAL':
      return cut(bounds, day, day);
    case 'COMPARE_GREATERTHAN':
    case 'COMPARE_GREATERTHANOREQUALTO':
      return cut(bounds, day, undefined);
    case 'COMPARE_LESSTHAN':
    case 'COMPARE_LESSTHANOREQUALTO':
      return cut(bounds, undefined, day);
    default:
      return bounds;
  }
};

const isDt = (value: unknown): boolean =>
  isNode(value) &&
  value.type === 'COLUMN_REF' &&
  String((value.column_names as unknown[]).at(-1)).toLowerCase() === 'dt';

const constant = (value: unknown): string | undefined => {
  if (!isNode(value) || value.type !== 'VALUE_CONSTANT' || !isNode(value.value)) return;
  const text = value.value.value;
  return typeof text === 'string' ? text : undefined;
};

const cut = (bounds: DayBounds, from: string | undefined, to: string | undefined): DayBounds => {
  const low = [bounds.from, from]
    .filter((d) => d !== undefined)
    .sort()
    .at(-1);
  const high = [bounds.to, to].filter((d) => d !== undefined).sort()[0];
  return { ...(low === undefined ? {} : { from: low }), ...(high === undefined ? {} : { to: high }) };
};
