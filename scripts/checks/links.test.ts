import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { expect, test } from 'vitest';

const ROOT = join(import.meta.dirname, '../..');
const NOT_OURS = /^(?:node_modules|dist|\.(?!github)[\w-]+)$/;

const pagesUnder = (folder: string): string[] =>
  readdirSync(join(ROOT, folder), { withFileTypes: true }).flatMap((entry) => {
    const path = join(folder, entry.name);
    if (entry.isDirectory()) return NOT_OURS.test(entry.name) ? [] : pagesUnder(path);
    return entry.name.endsWith('.md') ? [path] : [];
  });
const pages = pagesUnder('.');

/** Targets of links and pictures to files of the project; `#` alone is another line of the same page. */
const linksIn = (markdown: string): string[] =>
  [...markdown.replace(/```[\s\S]*?```/g, '').matchAll(/\]\(([^)\s]+)\)/g)]
    .map(([, target]) => target!.split('#')[0]!)
    .filter((target) => target && !/^[a-z]+:/.test(target));

test('there are pages to look at', () => expect(pages.length).toBeGreaterThan(10));

test.each(pages)('%s links to what is there', (page) => {
  const broken = linksIn(readFileSync(join(ROOT, page), 'utf8')).filter(
    (target) => !existsSync(join(ROOT, dirname(page), decodeURIComponent(target))),
  );
  expect(broken).toEqual([]);
});
