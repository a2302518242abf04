// Checks the import rules, then that each of them catches the violation planted for it: a rule that matches nothing proves nothing.
import { execFile } from 'node:child_process';
import { existsSync } from 'node:fs';
import { createRequire } from 'node:module';
import { join } from 'node:path';

const root = join(import.meta.dirname, '..', '..');
const config = join(root, '.dependency-cruiser.cjs');
const rules = createRequire(import.meta.url)(config).forbidden.map((rule) => rule.name);

/** @param {string[]} folders */
const violations = (folders) =>
  new Promise((resolve, reject) => {
    const args = [
      join(import.meta.dirname, 'depcruise.mjs'),
      ...folders,
      '--config',
      config,
      '--output-type',
      'json',
    ];
    execFile(process.execPath, args, { cwd: root, maxBuffer: 1 << 28 }, (error, stdout, stderr) => {
      try {
        resolve(JSON.parse(stdout).summary);
      } catch {
        reject(new Error(`dependency-cruiser failed: ${stderr || error?.message}`));
      }
    });
  });

const folders = ['log-codes', 'sdk', 'collector', 'console', 'demo-checkout', 'gander', 'e2e', 'deploy']
  .flatMap((name) => [`${name}/src`, `${name}/tests`, `${name}/scripts`])
  .filter((path) => existsSync(join(root, path)));

const real = await violations(folders);
for (const { rule, from, to } of real.violations) console.error(`${rule.name}: ${from} → ${to}`);
console.log(`${real.totalCruised} modules, ${real.violations.length} violations of ${rules.length} rules`);

const planted = await violations(['scripts/checks/planted']);
const caught = new Set(planted.violations.map(({ rule }) => rule.name));
const blind = rules.filter((name) => !caught.has(name));
for (const name of blind)
  console.error(`${name}: the violation planted in scripts/checks/planted was not caught`);
console.log(`planted violations: ${rules.length - blind.length} of ${rules.length} rules caught theirs`);

process.exitCode = real.violations.length + blind.length > 0 || real.totalCruised === 0 ? 1 : 0;
