#!/usr/bin/env node
// `npm test`, `npm run check` and CI: installs what is missing, then runs every check and every test there is.
//   npm test -- --only unit,types     some of the steps
//   npm test -- --list                what steps there are
import './setup/ensure-node.mjs';
import { join } from 'node:path';

const { ensurePackages } = await import('./setup/ensure-packages.mjs');
const { SetupError, elapsed, tail, withProgress } = await import('./setup/progress.mjs');

const root = join(import.meta.dirname, '..');
const from = performance.now();
const argument = (name) => {
  const at = process.argv.indexOf(`--${name}`);
  return at < 0 ? undefined : process.argv[at + 1];
};

try {
  await ensurePackages(root);
} catch (error) {
  console.error(error instanceof SetupError ? error.message : error);
  console.log('0 passed, 1 failed');
  process.exit(1);
}

const { createSteps } = await import('./checks/steps.mjs');
const all = createSteps(root);
if (process.argv.includes('--list')) {
  for (const { name, title } of all) console.log(`${name.padEnd(12)} ${title}`);
  process.exit(0);
}

const only = argument('only')?.split(',');
const unknown = only?.filter((name) => !all.some((step) => step.name === name)) ?? [];
if (unknown.length > 0) {
  console.error(`no such step: ${unknown.join(', ')} (npm test -- --list)`);
  process.exit(2);
}
const needed = new Set(only?.flatMap((name) => [name, ...(all.find((s) => s.name === name)?.needs ?? [])]));
const steps = all.filter(({ name }) => !only || needed.has(name));

/** @type {Map<string, import('./checks/steps.mjs').Outcome & { time: string }>} */
const outcomes = new Map();
for (const step of steps) {
  const start = performance.now();
  const outcome = await withProgress(step.title, async () => {
    const broken = step.needs?.find((name) => (outcomes.get(name)?.failed.length ?? 0) > 0);
    if (broken) return failed(step.name, `not run: ${broken} failed`);
    return step
      .run()
      .catch((error) => failed(step.name, error instanceof SetupError ? error.message : error.stack));
  });
  outcomes.set(step.name, { ...outcome, time: elapsed(start) });
  for (const { name, message } of outcome.failed) console.log(`  FAILED ${name}\n${tail(message, 80)}`);
  for (const { name, message } of outcome.unsteady ?? [])
    console.log(`  UNSTEADY ${name}\n${tail(message, 20)}`);
}

summarise();

function failed(name, message) {
  return { passed: 0, failed: [{ name, message: String(message) }], skipped: [] };
}

function summarise() {
  console.log('');
  for (const { name, title } of steps) {
    const { passed, unsteady = [], failed, skipped, note, time } = outcomes.get(name);
    const counts = [
      `${passed} passed`,
      unsteady.length && `${unsteady.length} of them UNSTEADY`,
      failed.length && `${failed.length} FAILED`,
      skipped.length && `${skipped.length} skipped`,
    ];
    const line = `${failed.length > 0 ? 'x' : '✓'} ${title.padEnd(38)} ${time.padStart(8)}  ${counts.filter(Boolean).join(', ')}`;
    console.log(note ? `${line}  (${note})` : line);
  }
  const results = [...outcomes.values()];
  const skips = results.flatMap((o) => o.skipped);
  if (skips.length > 0) {
    console.log(`\nSKIPPED ${skips.length}:`);
    for (const { name, reason } of skips) console.log(`  ${name}${reason ? ` [${reason}]` : ''}`);
  }
  const unsteady = results.flatMap((o) => o.unsteady ?? []);
  if (unsteady.length > 0) {
    console.log(`\nUNSTEADY ${unsteady.length} (failed, and passed when run once more; say so in an issue):`);
    for (const { name } of unsteady) console.log(`  ${name}`);
  }
  const failures = results.flatMap((o) => o.failed);
  if (failures.length > 0) {
    console.log(`\nFAILED ${failures.length}:`);
    for (const { name } of failures) console.log(`  ${name}`);
  }
  const passed = results.reduce((sum, o) => sum + o.passed, 0);
  console.log(`\n${steps.length} steps in ${elapsed(from)}`);
  const skipped = skips.length > 0 ? `, ${skips.length} skipped` : '';
  console.log(`${passed} passed, ${failures.length} failed${skipped}`);
  process.exitCode = failures.length > 0 || passed === 0 ? 1 : 0;
}
