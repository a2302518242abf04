#!/usr/bin/env node
// `npm start`: from a fresh clone to a running Gander. Installs and builds what is missing or stale, then becomes `gander start`.
import './setup/ensure-node.mjs';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';

const { ensurePackages } = await import('./setup/ensure-packages.mjs');
const { ensureBuild } = await import('./setup/ensure-build.mjs');
const { SetupError } = await import('./setup/progress.mjs');

const root = join(import.meta.dirname, '..');
try {
  await ensurePackages(root);
  await ensureBuild(root);
} catch (error) {
  if (!(error instanceof SetupError)) throw error;
  console.error(`\n${error.message}`);
  process.exit(1);
}

// The same process goes on: signals, terminal and exit code are gander's own.
for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP']) process.removeAllListeners(signal);
const main = join(root, 'gander', 'dist', 'main.js');
process.argv = [process.argv[0], main, 'start', ...process.argv.slice(2)];
await import(pathToFileURL(main).href);
