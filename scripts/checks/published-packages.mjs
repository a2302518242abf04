// What npm would publish: types built, packed, and looked at by publint and "are the types wrong"; and whether what a package offers is what
// its reports say. `--write` brings the reports up to date.
import { execFile } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { publint } from 'publint';
import { formatMessage } from 'publint/utils';
import { buildTypes } from '../build-types.mjs';
import { compareApi } from './api-report.mjs';

const root = join(import.meta.dirname, '..', '..');
const attw = join(root, 'node_modules/@arethetypeswrong/cli/dist/index.js');
const read = (path) => JSON.parse(readFileSync(join(root, path), 'utf8'));

// In the order of the workspace: what a package bundles the types of stands before it.
const packages = read('package.json').workspaces.filter(
  (folder) => read(`${folder}/package.json`).private !== true,
);
const published = new Set(packages.map((folder) => read(`${folder}/package.json`).name));
let problems = 0;
for (const folder of packages) {
  const manifest = read(`${folder}/package.json`);
  const complaints = [];
  if (manifest.scripts?.install || manifest.scripts?.postinstall) complaints.push('it has an install script');
  for (const name of Object.keys(manifest.dependencies ?? {}))
    if (name.startsWith('@gander/') && !published.has(name))
      complaints.push(`it cannot be installed: it needs ${name}, which is not published`);
  const entries = await buildTypes(root, folder);

  if (existsSync(join(root, folder, 'api')))
    complaints.push(...compareApi(join(root, folder), manifest, { write: process.argv.includes('--write') }));

  const { messages } = await publint({ pkgDir: join(root, folder), strict: true, pack: 'npm' });
  complaints.push(...messages.map((message) => formatMessage(message, manifest, { color: false })));

  if (entries > 0) {
    const args = [
      attw,
      '--pack',
      join(root, folder),
      // What has a `main` is also for tools that do not read `exports`.
      ...(manifest.main
        ? ['--profile', 'strict', '--ignore-rules', 'cjs-resolves-to-esm']
        : ['--profile', 'esm-only']),
      '--format',
      'ascii',
      '--no-emoji',
    ];
    const untyped = Object.keys(manifest.exports).filter(
      (name) => !manifest.exports[name].types && name !== '.',
    );
    if (untyped.length > 0) args.push('--exclude-entrypoints', ...untyped);
    await promisify(execFile)(process.execPath, args, { env: { ...process.env, NO_COLOR: '1' } }).catch(
      (error) => complaints.push(`are the types wrong:\n${error.stdout || error.message}`),
    );
  }
  for (const path of Object.values(manifest.bin ?? {})) {
    if (!existsSync(join(root, folder, path))) complaints.push(`${path} is missing`);
  }
  for (const text of complaints) console.error(`${manifest.name}: ${text}`);
  problems += complaints.length;
}
console.log(`${packages.length} packages, ${problems} problems`);
process.exitCode = problems > 0 || packages.length === 0 ? 1 : 0;
