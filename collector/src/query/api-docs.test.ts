import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { API_ERRORS } from './api-errors.ts';

const docs = readFileSync(new URL('../../../docs/console.md', import.meta.url), 'utf8');

describe('docs/console.md', () => {
  it('lists every error, with its status and its words', () => {
    const rows = Object.values(API_ERRORS).map(({ code, status, doc }) => `| ${code} | ${status} | ${doc} |`);
    expect(docs.match(/^\| 2\d\d \| \d{3} \| .*$/gm)).toEqual(rows);
  });
});
