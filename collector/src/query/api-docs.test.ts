import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { API_ERRORS } from './api-errors.ts';
import { createApiFixture } from './api-fixture.ts';

const docs = readFileSync(new URL('../../../docs/console.md', import.meta.url), 'utf8');

describe('docs/console.md', () => {
  it('lists every route, and no other', async () => {
    const { api } = await createApiFixture();
    const routes = api.routes.filter((r) => r.method !== 'ALL').map((r) => `${r.method} ${r.path}`);
    const told = [...docs.matchAll(/^\| `((?:GET|POST|PUT|DELETE) \/api[^`]*)` \|/gm)].map((m) => m[1]!);
    expect([...new Set(told)].sort()).toEqual([...new Set(routes)].sort());
  });

  it('lists every error, with its status and its words', () => {
    const rows = Object.values(API_ERRORS).map(({ code, status, doc }) => `| ${code} | ${status} | ${doc} |`);
    expect(docs.match(/^\| 2\d\d \| \d{3} \| .*$/gm)).toEqual(rows);
  });
});
