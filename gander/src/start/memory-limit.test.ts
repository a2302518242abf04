import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { readConfig } from '@gander/collector';
import { expect, it } from 'vitest';

const root = join(import.meta.dirname, '../../..');
const mb = (size: string): number => Number.parseInt(size, 10) * (size.endsWith('GB') ? 1_000 : 1);

it('the systemd unit gives the process the memory that docs/operations.md derives', () => {
  const unit = readFileSync(join(root, 'deploy/systemd/gander.service'), 'utf8');
  const limit = Number(/^MemoryMax=([0-9]+)G$/m.exec(unit)![1]) * 1_000;
  const { query, lake } = readConfig({});
  const needed = 500 + 1.7 * (mb(query.memory) + mb(lake.memory));
  expect(readFileSync(join(root, 'docs/operations.md'), 'utf8')).toContain(
    '500 MB + 1.7 × (query.memory + lake.memory)',
  );
  expect(limit).toBeGreaterThanOrEqual(needed);
  expect(limit - needed).toBeLessThan(1_000);
});

it('Node is started with the same flags by the unit, the image, the example, the measurement and the docs', () => {
  const flagsOf = (file: string): string[] => [
    ...new Set(
      readFileSync(join(root, file), 'utf8').match(
        /--(?:(?:max-semi-space-size|heap-growing-percent)=[0-9]+|no-parallel-scavenge)/g,
      ),
    ),
  ];
  const flags = flagsOf('deploy/systemd/gander.service');
  expect(flags).toHaveLength(3);
  for (const file of [
    'deploy/docker/Dockerfile',
    'deploy/two-collectors/run.mjs',
    'bench/collector/main.mjs',
    'docs/operations.md',
  ])
    expect(flagsOf(file), file).toEqual(flags);
});
