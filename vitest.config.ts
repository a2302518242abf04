import { defineConfig } from 'vitest/config';

/** Unit tests stand beside what they test; integration tests (`*.integration.test.ts`) use sockets, disks and child processes. */
const source = {
  resolve: { conditions: ['@gander/source'] },
  ssr: { resolve: { conditions: ['@gander/source'] } },
};

export default defineConfig({
  test: {
    projects: [
      {
        ...source,
        test: {
          name: 'unit',
          include: ['*/src/**/*.test.{ts,tsx}', 'sdk/scripts/**/*.test.ts', 'scripts/**/*.test.ts'],
          exclude: ['**/*.integration.test.ts', '**/node_modules/**'],
        },
      },
      {
        ...source,
        test: {
          name: 'integration',
          include: ['*/src/**/*.integration.test.ts', 'scripts/**/*.integration.test.ts'],
          testTimeout: 60_000,
          hookTimeout: 60_000,
          maxWorkers: 2,
        },
      },
      {
        ...source,
        test: {
          name: 'e2e',
          include: ['e2e/tests/**/*.e2e.test.ts'],
          testTimeout: 120_000,
          hookTimeout: 120_000,
          expect: { poll: { timeout: 15_000 } },
          // Whole browsers on a shared machine. What passes only the second time is counted and named at the end: scripts/checks/vitest-report.mjs.
          retry: 1,
          fileParallelism: false,
        },
      },
    ],
  },
});
