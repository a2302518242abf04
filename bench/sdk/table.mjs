import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

const OUT = join(import.meta.dirname, '../../.cache/bench');

/** Median; NaN of nothing. @param {readonly number[]} values */
export const median = (values) => quantile(values, 0.5);

/** Quantile with linear interpolation. @param {readonly number[]} values @param {number} q 0 to 1 */
export const quantile = (values, q) => {
  const sorted = values.filter((v) => Number.isFinite(v)).sort((a, b) => a - b);
  if (!sorted.length) return Number.NaN;
  const at = (sorted.length - 1) * q;
  const low = sorted[Math.floor(at)];
  return low + (sorted[Math.ceil(at)] - low) * (at - Math.floor(at));
};

/** Number with so many decimals and thin thousands, or a dash. @param {number | undefined} value */
export const figure = (value, decimals = 0) =>
  value === undefined || !Number.isFinite(value)
    ? '–'
    : value.toLocaleString('en-GB', { minimumFractionDigits: decimals, maximumFractionDigits: decimals });

/** A bar and whether it is met. @param {string} what @param {boolean} met */
export const bar = (what, met) => `${met ? 'met   ' : 'MISSED'}  ${what}`;

/**
 * Prints a Markdown table, and what was printed to `.cache/bench/<name>.json` as data.
 * @param {{ name: string, command: string, head: string[], rows: string[][], notes?: string[], data: unknown }} report
 */
export const printReport = ({ name, command, head, rows, notes = [], data }) => {
  const widths = head.map((title, i) => Math.max(title.length, ...rows.map((row) => (row[i] ?? '').length)));
  const line = (cells) =>
    `| ${widths.map((width, i) => (i ? (cells[i] ?? '').padStart(width) : (cells[i] ?? '').padEnd(width))).join(' | ')} |`;
  console.log(`\n${command}   (${new Date().toISOString().slice(0, 16)}Z, Node ${process.versions.node})\n`);
  console.log(line(head));
  console.log(
    `|${widths.map((width, i) => (i ? `${'-'.repeat(width + 1)}:` : '-'.repeat(width + 2))).join('|')}|`,
  );
  for (const row of rows) console.log(line(row));
  if (notes.length) console.log(`\n${notes.join('\n')}`);
  writeData(name, command, data);
  console.log(`\n.cache/bench/sdk-${name}.json`);
};

/** Writes a benchmark's data, also before it is through. @param {string} name @param {string} command @param {unknown} data */
export const writeData = (name, command, data) => {
  mkdirSync(OUT, { recursive: true });
  const text = `${JSON.stringify({ command, date: new Date().toISOString(), data }, null, 1)}\n`;
  writeFileSync(join(OUT, `sdk-${name}.json`), text);
};
