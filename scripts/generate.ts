import { mkdirSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { generate } from '../log-codes/scripts/generate.ts';

/** Writes every generated file that needs no build. Tests compare the tree with the same functions. */
const root = join(import.meta.dirname, '..');
for (const [path, content] of generate()) {
  mkdirSync(dirname(join(root, path)), { recursive: true });
  writeFileSync(join(root, path), content);
  console.log(`wrote ${path}`);
}
