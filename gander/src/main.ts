#!/usr/bin/env node
// Alone and first: this must run, and speak clearly, on a Node that is too old for everything else.
import { createRequire } from 'node:module';

const { version, engines } = createRequire(import.meta.url)('../package.json') as {
  version: string;
  engines: { node: string };
};
const least = engines.node.replace('>=', '').split('.').map(Number);
const running = process.versions.node.split('.').map(Number);
const differs = least.findIndex((part, i) => running[i] !== part);
if (differs >= 0 && running[differs]! < least[differs]!) {
  console.error(`Gander needs Node ${least.join('.')} or newer; this is Node ${process.versions.node}.`);
  console.error('Install a current one from https://nodejs.org and try again.');
  process.exit(1);
}

const { runCommandLine } = await import('./command-line.ts');
await runCommandLine(version);
