import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Command } from 'commander';
import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import { registerQuery } from './query.ts';

let dataDir: string;
let out: string;
let told: string;
beforeEach(() => {
  dataDir = mkdtempSync(join(tmpdir(), 'gander-query-'));
  [out, told] = ['', ''];
  vi.spyOn(process.stdout, 'write').mockImplementation((text) => {
    out += String(text);
    return true;
  });
  vi.spyOn(process.stderr, 'write').mockImplementation((text) => {
    told += String(text);
    return true;
  });
});
afterEach(() => {
  vi.restoreAllMocks();
  process.exitCode = undefined;
  rmSync(dataDir, { recursive: true });
});

const query = async (...args: string[]): Promise<void> => {
  const program = new Command('gander').option('--data-dir <folder>', '', dataDir).exitOverride();
  registerQuery(program);
  await program.parseAsync(['query', ...args], { from: 'user' });
};

it('says that a table is cut only when it is', async () => {
  await query('select range as n from range(3)', '--max-rows', '3');
  expect(out.trim().split('\n')).toHaveLength(5);
  expect(told).toBe('');
  await query('select range as n from range(4)', '--max-rows', '3');
  expect(told).toBe('(the first 3 rows; --max-rows for more, --format csv for all)\n');
});

it('writes to a file, and fails where it cannot', async () => {
  const file = join(dataDir, 'out.csv');
  await query('select range as n from range(3)', '--format', 'csv', '-o', file);
  expect(readFileSync(file, 'utf8')).toBe('n\r\n0\r\n1\r\n2\r\n');
  const nowhere = join(dataDir, 'none', 'out.csv');
  await expect(query('select 1', '--format', 'csv', '-o', nowhere)).rejects.toThrow('ENOENT');
  expect(existsSync(nowhere)).toBe(false);
});

it('fails when the statement does so after its first rows', async () => {
  await query(
    "select case when range = 150000 then error('disk') else range end as n from range(200000)",
    '--format',
    'csv',
    '-o',
    join(dataDir, 'out.csv'),
  );
  expect(process.exitCode).toBe(1);
  expect(told).toContain('what came is not all');
});

it('says that there is no statement', async () => {
  const file = join(dataDir, 'empty.sql');
  writeFileSync(file, ' \n');
  await expect(query('--file', file)).rejects.toThrow('There is no statement');
});
