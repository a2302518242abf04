import type { LakeColumnInfo, LakeValue } from '@gander/collector/lake';

const NUMERIC = /int|double|float|decimal|hugeint/;
const WIDEST = 60;

/** Characters that move the cursor or hide text have no place in a terminal table. */
const CONTROL = /[\p{Cc}\u200b-\u200f\u202a-\u202e\u2066-\u2069]/gu;

const cellText = (value: LakeValue): string => {
  if (value === null) return '';
  const text = typeof value === 'object' ? JSON.stringify(value) : String(value);
  const clean = text.replace(CONTROL, (c) => `\\u${c.charCodeAt(0).toString(16).padStart(4, '0')}`);
  return clean.length > WIDEST ? `${clean.slice(0, WIDEST - 1)}…` : clean;
};

/**
 * Rows as a table for a terminal: numbers to the right, text to the left, long text cut.
 * @example formatTable([{ name: 'n', type: 'bigint' }], [[3]]) // 'n\n─\n3'
 */
export const formatTable = (
  columns: readonly LakeColumnInfo[],
  rows: readonly (readonly LakeValue[])[],
): string => {
  const cells = rows.map((row) => row.map(cellText));
  const widths = columns.map((c, i) =>
    cells.reduce((width, row) => Math.max(width, row[i]!.length), c.name.length),
  );
  const right = columns.map((c) => NUMERIC.test(c.type));
  const line = (row: readonly string[]): string =>
    row
      .map((text, i) => (right[i] ? text.padStart(widths[i]!) : text.padEnd(widths[i]!)))
      .join('  ')
      .trimEnd();
  return [
    line(columns.map((c) => c.name)),
    widths.map((w) => '─'.repeat(w)).join('  '),
    ...cells.map(line),
  ].join('\n');
};
