import type { LakeValue } from '@gander/collector/lake';

/** Text that a spreadsheet would take for a formula (https://owasp.org/www-community/attacks/CSV_Injection). */
const FORMULA = /^[=+\-@\t\r]/;
const NEEDS_QUOTES = /[",\r\n]/;

/**
 * One cell of CSV (RFC 4180). Text that starts like a formula gets an apostrophe in front; numbers stay as they are.
 * @example csvCell('=cmd()') // "'=cmd()"
 */
export const csvCell = (value: LakeValue): string => {
  if (value === null) return '';
  if (typeof value === 'number' || typeof value === 'boolean') return String(value);
  const text = typeof value === 'string' ? value : JSON.stringify(value);
  const safe = FORMULA.test(text) ? `'${text}` : text;
  return NEEDS_QUOTES.test(safe) ? `"${safe.replaceAll('"', '""')}"` : safe;
};

/** One line of CSV with its line end. */
export const csvLine = (cells: readonly LakeValue[]): string => `${cells.map(csvCell).join(',')}\r\n`;
