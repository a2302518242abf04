import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { lakeTables } from './tables.ts';
import { lakeViews } from './views.ts';

const root = join(import.meta.dirname, '../..');
const page = (name: string): string => readFileSync(join(root, 'docs', name), 'utf8');

it('docs/queries.md lists each query, and none that is not there', () => {
  const listed = [...page('queries.md').matchAll(/^\| \[`([^`]+)`\]\(\.\.\/deploy\/queries\/([^)]+)\)/gm)];
  for (const [, text, link] of listed) expect(text).toBe(link);
  expect(listed.map((m) => m[1])).toEqual(readdirSync(join(root, 'deploy/queries')).sort());
});

it('docs/athena.md lists each table and view, and none that is not there', () => {
  const section = page('athena.md').split('## Tables and views')[1]!.split('\n## ')[0]!;
  const listed = [...section.matchAll(/^\| (`[^|]+`) \|/gm)].flatMap((m) =>
    [...m[1]!.matchAll(/`(\w+)`/g)].map((n) => n[1]!),
  );
  const there = [...lakeTables(), ...lakeViews()].map((t) => t.name);
  expect([...listed].sort((a, b) => (a < b ? -1 : 1))).toEqual(there.sort((a, b) => (a < b ? -1 : 1)));
});
