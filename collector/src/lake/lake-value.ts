/** A value of a result: 64-bit numbers too large for a double, and times, come as text. */
export type LakeValue = string | number | boolean | null | LakeValue[] | { [key: string]: LakeValue };

/** Values for the `$1` or `$name` of a statement. */
export type LakeParams =
  | readonly (string | number | boolean | null)[]
  | Readonly<Record<string, string | number | boolean | null>>;

export interface LakeColumnInfo {
  readonly name: string;
  readonly type: string;
}

/** Columns of a result, types in lower case. */
export const columnsOf = (result: {
  columnNames(): readonly string[];
  columnTypes(): readonly { toString(): string }[];
}): LakeColumnInfo[] => {
  const types = result.columnTypes();
  return result.columnNames().map((name, i) => ({ name, type: String(types[i]).toLowerCase() }));
};

/** A row as an object, by the columns' names. */
export const toObject = (
  columns: readonly LakeColumnInfo[],
  row: readonly unknown[],
): Record<string, LakeValue> => {
  const object: Record<string, LakeValue> = {};
  for (const [i, column] of columns.entries()) object[column.name] = toValue(row[i]);
  return object;
};

/** A value of DuckDB as a plain one. */
export const toValue = (value: unknown): LakeValue => {
  if (value === undefined || value === null) return null;
  switch (typeof value) {
    case 'string':
    case 'number':
    case 'boolean':
      return value;
    case 'bigint':
      return BigInt(Number(value)) === value && Number.isSafeInteger(Number(value))
        ? Number(value)
        : String(value);
  }
  if (value instanceof Date) return value.toISOString();
  if (Array.isArray(value)) return value.map(toValue);
  if (Object.getPrototypeOf(value) === Object.prototype) {
    return Object.fromEntries(Object.entries(value).map(([k, v]) => [k, toValue(v)]));
  }
  // Decimals, intervals and the like: DuckDB's own value objects, which know their text.
  return (value as { toString(): string }).toString();
};
