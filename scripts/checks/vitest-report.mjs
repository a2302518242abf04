import { writeFileSync } from 'node:fs';

/**
 * A vitest reporter that writes what `npm test` adds up: how many passed, which of them only when run again and why, which failed and why,
 * which were skipped and for what reason. vitest's own JSON leaves the reason of `context.skip(reason)` out, what was run again, and errors
 * that belong to no test.
 */
// biome-ignore lint/style/noDefaultExport: vitest loads a reporter by its default export
export default class VitestReport {
  /** @param {ReadonlyArray<import('vitest/node').TestModule>} modules @param {ReadonlyArray<unknown>} errors */
  onTestRunEnd(modules, errors) {
    const report = { passed: 0, unsteady: [], failed: [], skipped: [] };
    for (const module of modules) {
      for (const error of module.errors()) report.failed.push(failure(module.relativeModuleId, [error]));
      for (const suite of module.children.allSuites()) {
        if (suite.errors().length > 0)
          report.failed.push(failure(`${module.relativeModuleId} > ${suite.fullName}`, suite.errors()));
      }
      for (const test of module.children.allTests()) {
        const name = `${module.relativeModuleId} > ${test.fullName}`;
        const { state, note, errors: why } = test.result();
        if (state === 'passed') {
          report.passed++;
          if (test.diagnostic()?.flaky) report.unsteady.push(failure(name, why ?? []));
        } else if (state === 'failed') report.failed.push(failure(name, why ?? []));
        else report.skipped.push({ name, reason: note ?? (state === 'pending' ? 'it never ran' : '') });
      }
    }
    for (const error of errors) report.failed.push(failure('outside of any test', [error]));
    writeFileSync(process.env.GANDER_TEST_REPORT, JSON.stringify(report));
  }
}

const failure = (name, errors) => ({ name, message: errors.map(explain).join('\n') });

/** What went wrong, what was expected, and where in our own files. */
const explain = (error) => {
  const stack = (error.stack ?? error.message ?? String(error)).split('\n');
  const ours = stack.filter((line) => !/^\s*at .*(?:node_modules|node:internal|native)/.test(line));
  // A line can be a whole file.
  return [...ours, ...(error.diff ?? '').split('\n')]
    .map((line) => line.slice(0, 400))
    .join('\n')
    .trimEnd();
};
