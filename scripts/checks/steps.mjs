// The steps of `npm test`, in order: what is cheap and fails often stands first.
import { existsSync, mkdirSync, readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { ensureBrowser } from '../setup/ensure-browser.mjs';
import { ensureBuild } from '../setup/ensure-build.mjs';
import { ensurePrograms } from '../setup/programs.mjs';
import { run, tail } from '../setup/progress.mjs';

/**
 * @typedef {{ name: string, message: string }} Failure
 * @typedef {{ passed: number, unsteady?: Failure[], failed: Failure[], skipped: { name: string, reason: string }[], note?: string }} Outcome
 * @typedef {{ name: string, title: string, needs?: string[], run: () => Promise<Outcome> }} Step
 */

const MINUTE = 60_000;

/**
 * @param {string} root folder of the workspace
 * @returns {Step[]}
 */
export const createSteps = (root) => {
  const bin = (path) => join(root, 'node_modules', path);
  const command = (name, title, args, needs = []) => ({
    name,
    title,
    needs,
    run: () => runCommand(root, name, args),
  });
  const vitest = (name, title, needs, minutes) => ({
    name,
    title,
    needs,
    run: () => runVitest(root, name, minutes),
  });
  /** Passes when `work` does not throw. */
  const ensure = (name, title, work) => ({
    name,
    title,
    run: async () => ({ passed: 1, failed: [], skipped: [], note: await work() }),
  });

  return [
    ensure('build', 'build', async () => {
      const built = await ensureBuild(root);
      return built.length > 0 ? `built ${built.join(', ')}` : 'up to date';
    }),
    command('format', 'format (biome)', [bin('@biomejs/biome/bin/biome'), 'ci', '--colors=off', '.']),
    command('lint', 'lint (oxlint)', [bin('oxlint/bin/oxlint'), '--type-aware', '--quiet', '--format=unix']),
    command('types', 'types (tsc -b)', [bin('typescript/bin/tsc'), '-b']),
    command('imports', 'import rules', ['scripts/checks/import-rules.mjs']),
    command('unused', 'unused code and dependencies (knip)', [bin('knip/bin/knip.js'), '--no-progress']),
    command('generated', 'generated files', [
      bin('tsx/dist/cli.mjs'),
      '--conditions=@gander/source',
      'scripts/generate.ts',
      '--check',
    ]),
    command('lock', 'lock file', ['scripts/complete-lock.mjs', '--check']),
    command(
      'packages',
      'published packages (publint, attw)',
      ['scripts/checks/published-packages.mjs'],
      ['build'],
    ),
    ...(existsSync(join(root, '.size-limit.json'))
      ? [command('sizes', 'sizes (size-limit)', [bin('size-limit/bin.js')], ['build'])]
      : []),
    vitest('unit', 'unit tests', [], 20),
    {
      name: 'programs',
      title: 'programs that some tests need',
      run: async () => {
        const { present, missing } = await ensurePrograms();
        // In CI nothing may be left out quietly.
        const failed = process.env.CI ? missing.map(({ name, reason }) => ({ name, message: reason })) : [];
        return { passed: present, failed, skipped: failed.length > 0 ? [] : missing };
      },
    },
    vitest('integration', 'integration tests', ['build', 'programs'], 20),
    ensure('browser', 'browser', () => ensureBrowser(root)),
    vitest('e2e', 'end-to-end tests', ['build', 'programs', 'browser'], 20),
    // Trino is a gigabyte from Maven Central: in CI always, elsewhere by `npm run test:engines`.
    ...(process.env.CI
      ? [{ name: 'engines', title: 'statements in a real Trino', run: () => runEngines(root) }]
      : []),
  ];
};

/** A step that is one command: it passes when the command exits with 0. */
const runCommand = async (root, name, args) => {
  const { code, output } = await run(process.execPath, args, { cwd: root, timeoutMs: 5 * MINUTE });
  if (code === 0) return { passed: 1, failed: [], skipped: [], note: lastLine(output) };
  return { passed: 0, failed: [{ name, message: tail(output, 60) }], skipped: [] };
};

/** A step that is a vitest project: it counts its tests. */
const runVitest = async (root, project, minutes) => {
  const dir = join(root, '.cache', 'test');
  const report = join(dir, `${project}.json`);
  mkdirSync(dir, { recursive: true });
  rmSync(report, { force: true });
  const args = [
    ...[join(root, 'node_modules/vitest/vitest.mjs'), 'run', '--project', project],
    ...['--reporter=default', '--reporter=./scripts/checks/vitest-report.mjs'],
  ];
  const { code, output } = await run(process.execPath, args, {
    cwd: root,
    timeoutMs: minutes * MINUTE,
    env: { ...process.env, GANDER_TEST_REPORT: report },
  });
  if (!existsSync(report)) {
    const none = /No test files found/.test(output) ? 'there is no test in it' : tail(output, 60);
    return { passed: 0, failed: [{ name: `vitest ${project}`, message: none }], skipped: [] };
  }
  const outcome = JSON.parse(readFileSync(report, 'utf8'));
  if (code !== 0 && outcome.failed.length === 0) {
    outcome.failed.push({ name: `vitest ${project}`, message: `exit code ${code}\n${tail(output, 40)}` });
  }
  if (outcome.passed + outcome.failed.length === 0) {
    outcome.failed.push({ name: `vitest ${project}`, message: 'no test ran' });
  }
  return outcome;
};

/** `npm run test:engines` as a step: each statement is a test. */
const runEngines = async (root) => {
  const tsx = join(root, 'node_modules/tsx/dist/cli.mjs');
  const args = [tsx, '--conditions=@gander/source', 'scripts/test-engines.ts'];
  const { output } = await run(process.execPath, args, { cwd: root, timeoutMs: 25 * MINUTE });
  const passed = output.match(/^ok {4}/gm)?.length ?? 0;
  const failed = [...output.matchAll(/^FAILED (.*), [\d.]+ s$/gm)].map(([, name]) => ({
    name: `engines > ${name}`,
    message: tail(output, 80),
  }));
  const skipped = [...output.matchAll(/^SKIPPED (.*?): (.*)$/gm)].map(([, name, reason]) => ({
    name,
    reason,
  }));
  if (passed + failed.length + skipped.length === 0)
    failed.push({ name: 'engines', message: tail(output, 60) });
  return { passed, failed, skipped };
};

const lastLine = (output) => output.trim().split('\n').at(-1)?.trim().slice(0, 120) ?? '';
