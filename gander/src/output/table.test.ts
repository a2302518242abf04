import { expect, it } from 'vitest';
import { formatTable } from './table.ts';

it('aligns numbers right, text left, and cuts long text', () => {
  const columns = [
    { name: 'event', type: 'varchar' },
    { name: 'n', type: 'bigint' },
  ];
  expect(
    formatTable(columns, [
      ['paste', 3],
      ['x'.repeat(70), 12_345],
      [null, null],
    ]).split('\n'),
  ).toEqual([
    `event${' '.repeat(55)}      n`,
    `${'─'.repeat(60)}  ─────`,
    `paste${' '.repeat(55)}      3`,
    `${'x'.repeat(59)}…  12345`,
    '',
  ]);
});

it('shows control and direction characters instead of obeying them', () => {
  expect(formatTable([{ name: 'a', type: 'varchar' }], [['\u001b[31m\u202e']])).toContain(
    '\\u001b[31m\\u202e',
  );
});

it('shows text of several lines as such, and lets none of them pass for a row', () => {
  const columns = [
    { name: 'key', type: 'varchar' },
    { name: 'n', type: 'bigint' },
  ];
  const wide = '─'.repeat(90);
  expect(
    formatTable(columns, [
      [`plan\r\n${wide}\n`, 1],
      ['a\nforged  7\u001b[2K\u2028x', 2],
      ['ends in one\n', 3],
    ]).split('\n'),
  ).toEqual([
    `key${' '.repeat(89)}  n`,
    `${'─'.repeat(92)}  ─`,
    `│ plan${' '.repeat(86)}  1`,
    `│ ${wide}`,
    `│ a${' '.repeat(89)}  2`,
    '│ forged  7\\u001b[2K\\u2028x',
    `ends in one\\u000a${' '.repeat(75)}  3`,
  ]);
});

it('takes more rows than a call takes arguments', () => {
  const rows = Array.from({ length: 200_000 }, (_, i) => [i]);
  expect(formatTable([{ name: 'n', type: 'bigint' }], rows).split('\n')).toHaveLength(200_002);
});
