/** Why a query was not answered. `message` says what to do. */
export type QueryFault = 'refused' | 'unknown_name' | 'syntax' | 'failed' | 'memory';

/** Thrown by {@link Lake.query}. */
export class QueryError extends Error {
  override readonly name = 'QueryError';
  readonly fault: QueryFault;
  constructor(fault: QueryFault, message: string) {
    super(message);
    this.fault = fault;
  }
}

/**
 * DuckDB's error in words that say what to do.
 * @param text DuckDB's message
 * @param names columns and tables there are
 */
export const explainError = (text: string, names: readonly string[]): QueryError => {
  const unknown =
    /(?:Referenced column|Table with name|column named|Values list .* column) "?([A-Za-z0-9_]+)"?/.exec(
      text,
    )?.[1];
  if (unknown && /not found|does not exist/.test(text)) {
    const near = nearNames(unknown, names);
    const hint = near.length
      ? `Did you mean ${near.join(', ')}?`
      : 'See docs/columns.md, or: gander query "describe logs".';
    return new QueryError('unknown_name', `There is no "${unknown}". ${hint}`);
  }
  if (/Out of Memory/i.test(text)) {
    return new QueryError(
      'memory',
      'The query needs more memory than it may use. Ask for fewer days (where dt = …) or fewer columns, or raise --memory.',
    );
  }
  const first = text.split('\n\n')[0]!.trim();
  if (text.startsWith('Permission Error')) {
    return new QueryError(
      'refused',
      'A query may read nothing but the lake: tables logs, logs_all, … (gander query "show tables").',
    );
  }
  if (/Can only (?:delete|update|insert)|cannot (?:delete|update|insert)/i.test(text))
    return new QueryError(
      'refused',
      'Only SELECT (also WITH, DESCRIBE, SUMMARIZE, EXPLAIN): the lake is read-only.',
    );
  if (/Parser Error|Failed to extract statements/.test(text)) return new QueryError('syntax', text.trim());
  return new QueryError('failed', first);
};

/** Names close to a word: few edits apart, or containing each other. At most three, the nearest first. */
export const nearNames = (word: string, names: readonly string[]): string[] => {
  const low = word.toLowerCase();
  const scored = [...new Set(names)].map((name) => {
    const inside = low.length > 2 && (name.includes(low) || low.includes(name));
    return { name, score: inside ? 1 : editDistance(low, name) };
  });
  const limit = Math.max(1, Math.floor(low.length / 3));
  return scored
    .filter((s) => s.score <= limit)
    .sort((a, b) => a.score - b.score || (a.name < b.name ? -1 : 1))
    .slice(0, 3)
    .map((s) => s.name);
};

/** Levenshtein's distance (https://en.wikipedia.org/wiki/Levenshtein_distance), two rows at a time. */
const editDistance = (a: string, b: string): number => {
  let row = Array.from({ length: b.length + 1 }, (_, i) => i);
  for (let i = 1; i <= a.length; i++) {
    const next = [i];
    for (let j = 1; j <= b.length; j++) {
      next[j] = Math.min(next[j - 1]! + 1, row[j]! + 1, row[j - 1]! + (a[i - 1] === b[j - 1] ? 0 : 1));
    }
    row = next;
  }
  return row[b.length]!;
};
