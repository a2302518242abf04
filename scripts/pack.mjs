// What a release publishes: `npm run pack` builds every published package with its types, packs it together with the licence, and writes
// the SHA-384 of each file beside them. `npm publish <file>.tgz` takes them from there.
import { createHash } from 'node:crypto';
import { copyFileSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { buildTypes } from './build-types.mjs';
import { run, SetupError, tail, withProgress } from './setup/progress.mjs';

const root = join(import.meta.dirname, '..');
const OUT = join(root, '.cache', 'packages');
const read = (path) => JSON.parse(readFileSync(join(root, path), 'utf8'));
const published = read('package.json').workspaces.filter(
  (folder) => read(`${folder}/package.json`).private !== true,
);

/** Runs one of the workspace's programs. @param {string} program path below node_modules */
const node = (title, program, args) =>
  withProgress(title, async () => {
    const { code, output } = await run(process.execPath, [join(root, 'node_modules', program), ...args], {
      cwd: root,
    });
    if (code !== 0) throw new SetupError(`${title} failed:\n${tail(output)}`);
  });

const pack = async (folder) => {
  const licence = join(root, folder, 'LICENSE');
  copyFileSync(join(root, 'LICENSE'), licence);
  try {
    const args = ['pack', '--silent', '--pack-destination', OUT];
    const { code, output } = await run('npm', args, { cwd: join(root, folder) });
    if (code !== 0) throw new SetupError(`packing ${folder} failed:\n${tail(output)}`);
  } finally {
    rmSync(licence);
  }
};

rmSync(OUT, { recursive: true, force: true });
mkdirSync(OUT, { recursive: true });
await node('building', 'rollup/dist/bin/rollup', ['-c', 'rollup.config.mjs']);
await node('building types', 'typescript/bin/tsc', ['-b']);
for (const folder of published) await buildTypes(root, folder);
for (const folder of published) await pack(folder);
const sums = readdirSync(OUT).map((file) => {
  const digest = createHash('sha384')
    .update(readFileSync(join(OUT, file)))
    .digest('hex');
  return `${digest}  ${file}\n`;
});
writeFileSync(join(OUT, 'SHA384SUMS'), sums.join(''));
console.log(`${sums.length} packages in ${OUT}`);
