import type { LakeColumnInfo, LakeValue } from '@gander/collector/lake';

const NUMERIC = /int|double|float|decimal|hugeint/;
const WIDEST = 60;
/** Of a line of a text of several lines: such as a plan of EXPLAIN, which is drawn in boxes. */
const WIDEST_LINE = 400;
/** Stands before each line of such a text, so that no line of it passes for a row. */
const LINE_MARK = '│ ';

/** Characters that move the cursor or hide text have no place in a terminal table. */
const CONTROL = /[\p{Cc}\u200b-\u200f\u2028-\u202e\u2066-\u2069]/gu;

const cut = (text: string, widest: number): string => {
  const clean = text.replace(CONTROL, (c) => `\\u${c.charCodeAt(0).toString(16).padStart(4, '0')}`);
  return clean.length > widest ? `${clean.slice(0, widest - 1)}…` : clean;
};

/** The lines of a cell: mostly one. */
const cellLines = (value: LakeValue): readonly string[] => {
  if (value === null) return [''];
  const text = typeof value === 'object' ? JSON.stringify(value) : String(value);
  const lines = text.replace(/\r?\n$/, '').split(/\r?\n/);
  if (lines.length === 1) return [cut(text, WIDEST)];
  return lines.map((line) => LINE_MARK + cut(line, WIDEST_LINE));
};

/**
 * Rows as a table for a terminal: numbers to the right, text to the left, long text cut, text of several lines below each other.
 * @example formatTable([{ name: 'n', type: 'bigint' }], [[3]]) // 'n\n─\n3'
 */
export const formatTable = (
  columns: readonly LakeColumnInfo[],
  rows: readonly (readonly LakeValue[])[],
): string => {
  const cells = rows.map((row) => row.map(cellLines));
  const widths = columns.map((c, i) =>
    cells.reduce(
      (width, row) => row[i]!.reduce((widest, line) => Math.max(widest, line.length), width),
      c.name.length,
    ),
  );
  const right = columns.map((c) => NUMERIC.test(c.type));
  const line = (row: readonly string[]): string =>
    row
      .map((text, i) => (right[i] ? text.padStart(widths[i]!) : text.padEnd(widths[i]!)))
      .join('  ')
      .trimEnd();
  const linesOf = (row: readonly (readonly string[])[]): string[] => {
    const height = row.reduce((most, { length }) => Math.max(most, length), 1);
    return Array.from({ length: height }, (_, at) => line(row.map((cell) => cell[at] ?? '')));
  };
  return [
    line(columns.map((c) => c.name)),
    widths.map((w) => '─'.repeat(w)).join('  '),
    ...cells.flatMap(linesOf),
  ].join('\n');
};
