import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { PROGRAMS } from './programs.mjs';

const root = join(import.meta.dirname, '../..');
const git = (...args: string[]): string => execFileSync('git', args, { cwd: root, encoding: 'utf8' });

test('a program that a test asks for is installed before tests run', () => {
  const files = git('ls-files', '--cached', '--others', '--exclude-standard', '*.ts', '*.mjs')
    .trim()
    .split('\n');
  const asked = files
    .filter((file) => !file.startsWith('scripts/setup/'))
    .flatMap((file) => [...readFileSync(join(root, file), 'utf8').matchAll(/ensureProgram\('([^']+)'/g)])
    .map(([, name]) => name);
  expect(asked).not.toEqual([]);
  const programs: readonly string[] = PROGRAMS.map((p) => p.program);
  expect(asked.filter((name) => !programs.includes(name!))).toEqual([]);
});
