import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { HealthAnswer } from '@gander/collector/api';
import { expect, it } from 'vitest';
import { judgeHealth } from './judge-health.ts';

type Values = Readonly<Record<string, number>>;

/** What a collector that is well says, with other values of some metrics. `name{where}` gives the metric that label. */
const answer = (values: Values = {}, more: Partial<HealthAnswer> = {}): HealthAnswer => ({
  live: { transactions: 3, batches: 9, bytes: 900, evictedForMemory: 0 },
  landing: { rows: 90, objects: 2, bytes: 800, deadLetters: 0, failing: null, restarts: 0 },
  metrics: Object.entries({
    registry_up: 1,
    limiter_fallbacks_total: 0,
    journal_failures_total: 0,
    landing_damaged_bytes_total: 0,
    upkeep_failed_runs: 0,
    ...values,
  }).map(([key, value]) => {
    const [name = '', where] = key.split(/[{}]/);
    return { name: `gander_${name}`, labels: where ? { where } : {}, value };
  }),
  deadLetters: [],
  canRedrive: true,
  ...more,
});
/** The parts that are not well. */
const bad = (now: HealthAnswer, before?: HealthAnswer): string[] =>
  Object.entries(judgeHealth(now, before)).flatMap(([part, wrong]) => (wrong.length ? [part] : []));

it('finds nothing wrong with what is well, nor with what was never configured', () => {
  expect(bad(answer())).toEqual([]);
  expect(bad(answer({ redis_up: 1 }))).toEqual([]);
});

it.each<[string, string, Values]>([
  ['intake', 'a Redis that is down', { redis_up: 0 }],
  ['intake', 'a database that is down', { registry_up: 0 }],
  ['journal', 'a disk that refuses', { journal_failures_total: 1 }],
  ['journal', 'damage on the disk', { 'journal_cut_bytes_total{damaged}': 9 }],
  ['landing', 'a journal that cannot be read', { landing_damaged_bytes_total: 7 }],
  ['lake', 'upkeep that fails', { upkeep_failed_runs: 3 }],
])('sees in the %s %s', (part, _name, values) => {
  expect(bad(answer(values))).toEqual([part]);
});

it('does not take a torn tail for damage', () => {
  expect(bad(answer({ 'journal_cut_bytes_total{torn}': 9 }))).toEqual([]);
});

it('sees a landing that fails, and a memory that is too small', () => {
  const { landing, live } = answer();
  expect(bad(answer({}, { landing: { ...landing!, failing: 'SlowDown' } }))).toEqual(['landing']);
  expect(bad(answer({}, { live: { ...live, evictedForMemory: 2 } }))).toEqual(['live']);
});

it('takes checks without Redis for trouble only while they grow', () => {
  const redis = { redis_up: 1 };
  const then = answer({ ...redis, limiter_fallbacks_total: 40 });
  expect(bad(answer({ ...redis, limiter_fallbacks_total: 40 }), then)).toEqual([]);
  expect(bad(answer({ ...redis, limiter_fallbacks_total: 41 }), then)).toEqual(['intake']);
  expect(bad(then)).toEqual([]);
});

it('says how often upkeep failed', () => {
  expect(judgeHealth(answer({ upkeep_failed_runs: 12 }), undefined).lake[0]).toMatch(
    /^Upkeep failed 12 times/,
  );
});

it('asks only for metrics that there are', () => {
  const documented = readFileSync(join(import.meta.dirname, '../../../../docs/metrics.md'), 'utf8');
  for (const file of ['judge-health.ts', 'health-view.tsx']) {
    const source = readFileSync(join(import.meta.dirname, file), 'utf8');
    const names = [...source.matchAll(/(?:metricOf\(\w+, |value\()'(\w+)'/g)].map((m) => m[1]!);
    expect(names.length).toBeGreaterThan(3);
    expect(names.filter((name) => !documented.includes(`\`gander_${name}\``))).toEqual([]);
  }
});
