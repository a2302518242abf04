import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { generateDocs } from '../collector/src/generate-docs.ts';
import { generateDeploy } from '../deploy/src/generate-deploy.ts';
import { generate } from '../log-codes/scripts/generate.ts';
import { fillCostPage } from './cost-page.ts';
import { writeGrantRecipes } from './grant-recipes.ts';
import { drawPackages } from './package-picture.ts';

/** Writes every generated file that needs no build; with `--check` says which are out of date instead. */
const root = join(import.meta.dirname, '..');
const check = process.argv.includes('--check');
let stale = 0;
for (const [path, content] of [
  ...generate(),
  ...generateDocs(),
  ...generateDeploy(),
  ...fillCostPage(),
  ...writeGrantRecipes(),
  ...drawPackages(),
]) {
  const file = join(root, path);
  if (check) {
    if (readFileSync(file, 'utf8') !== content) {
      stale++;
      console.error(`${path} is out of date: run npm run generate`);
    }
    continue;
  }
  mkdirSync(dirname(file), { recursive: true });
  writeFileSync(file, content);
  console.log(`wrote ${path}`);
}
// Loading the CDK takes seconds; that its file is up to date is checked by its own test.
if (!check) {
  const { generateTemplate } = await import('../deploy/src/aws/generate-template.ts');
  for (const [path, content] of generateTemplate()) {
    writeFileSync(join(root, path), content);
    console.log(`wrote ${path}`);
  }
}
process.exitCode = stale ? 1 : 0;
