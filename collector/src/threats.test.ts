import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';

const root = join(import.meta.dirname, '../..');
const page = readFileSync(join(root, 'docs/threats.md'), 'utf8');
const rows = [...page.matchAll(/^\| ([0-9]+) \|.*\|([^|]*)\|$/gm)].map((m) => ({
  row: Number(m[1]),
  files: [...m[2]!.matchAll(/`([^`]+)`/g)].map((f) => f[1]!),
  text: m[0],
}));

describe('docs/threats.md', () => {
  it('has rows 1 to 62 and from 68 on, each once; those between are of docs/leaks.md', () => {
    const numbers = [...rows.keys()].map((i) => (i < 62 ? i + 1 : i + 6));
    expect(rows.length).toBeGreaterThan(62);
    expect(rows.map((r) => r.row)).toEqual(numbers);
  });

  it.each(rows)('row $row is tested where it says', ({ row, files, text }) => {
    // Of the collector's own rows none is left out; of the console's, some speak of parts that this version does not have.
    if (row <= 51) expect(files, text).not.toEqual([]);
    else if (files.length === 0) expect(text).toContain('not yet');
    for (const file of files) {
      expect(existsSync(join(root, file)), file).toBe(true);
      expect(readFileSync(join(root, file), 'utf8'), file).toMatch(new RegExp(`#${row}\\b`));
    }
  });
});
