/** A value of a statement's parameter. */
export type AthenaParam = string | number | boolean | null;

/** Athena takes no longer statement (https://docs.aws.amazon.com/athena/latest/ug/service-limits.html), bytes. */
export const MAX_STATEMENT_BYTES = 262_144;

/**
 * The statement with its values written in, as Athena's own parameters are at most 25 and take no typed lists.
 * @throws RangeError for a number that SQL has no word for, or a statement that Athena would not take
 * @example withValues('select ?', ["it's"]) // "select 'it''s'"
 */
export const withValues = (sql: string, params: readonly AthenaParam[] = []): string => {
  let i = 0;
  // Texts of the statement itself are left alone: a question mark in one of them is no parameter.
  const text = sql.replace(/'(?:[^']|'')*'|"[^"]*"|\?/g, (piece) =>
    piece === '?' ? literalOf(params[i++] ?? null) : piece,
  );
  if (i !== params.length) throw new RangeError(`${params.length} values for ${i} parameters`);
  if (Buffer.byteLength(text) > MAX_STATEMENT_BYTES) throw new RangeError('statement too long for Athena');
  return text;
};

const literalOf = (value: AthenaParam): string => {
  if (value === null) return 'null';
  if (typeof value === 'string') return `'${value.replaceAll("'", "''")}'`;
  if (typeof value === 'number' && !Number.isFinite(value)) throw new RangeError(`${value} is no SQL number`);
  return String(value);
};

/** A value as it stands in a result, by its column's type (https://docs.aws.amazon.com/athena/latest/ug/data-types.html). */
export const readValue = (text: string | undefined, type: string): AthenaParam => {
  if (text === undefined) return null;
  switch (type) {
    case 'boolean':
      return text === 'true';
    case 'tinyint':
    case 'smallint':
    case 'integer':
    case 'bigint':
    case 'float':
    case 'double':
    case 'decimal':
      return Number(text);
    default:
      return text;
  }
};
