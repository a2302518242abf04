import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { DEFAULT_ASSUMPTIONS } from './assumptions.ts';
import { costReport, costTables, LADDER } from './cost-report.ts';
import { estimateLakeCost, sumOf } from './estimate-lake-cost.ts';
import { LIST_PRICES, readPrices } from './prices.ts';
import { switchPoints } from './switch-points.ts';

/** Round figures, whatever the defaults have been measured to be. */
const ASSUMED = {
  ...DEFAULT_ASSUMPTIONS,
  jsonBytes: 400,
  gzipBytes: 34,
  parquetBytes: 12,
  compactRows: 250_000,
};
const at = (eventsPerSecond: number, over = {}) =>
  estimateLakeCost(eventsPerSecond, { ...ASSUMED, ...over }, LIST_PRICES);
const usd = (lines: ReturnType<typeof at>['common'], what: string): number =>
  lines.find((l) => l.what === what)!.usd;

describe('estimateLakeCost, worked out by hand', () => {
  it('counts objects: two collectors, a round a minute, sixteen shards', () => {
    expect(at(1_000).directObjects).toBeCloseTo(2 * 1_440 * 16, 0);
    // 8 MiB of 34 B are 246,724 logs: at 50,000/s a round ends after 4.93 s.
    expect(at(100_000).directObjects).toBeCloseTo((2 * 86_400 * 16) / ((8 * 2 ** 20) / (50_000 * 34)), 0);
    expect(at(0.001).directObjects).toBeLessThanOrEqual(86.4);
  });

  it('rounds records of Firehose up to 5 KB', () => {
    // One log a record: 444 B are billed as 5,120. 0.01 logs/s × 86,400 s × 30 days.
    const single = usd(at(0.01).firehose, 'Firehose, taken in');
    expect(single).toBeCloseTo((0.01 * 86_400 * 30 * 5_120 * 0.029) / 1e9, 6);
    // 500 logs a record: 222,000 B are 43.4 steps, billed as 44.
    const full = usd(at(100_000).firehose, 'Firehose, taken in');
    expect(full).toBeCloseTo(((100_000 * 86_400 * 30) / 500) * 44 * 5_120 * (0.029 / 1e9), 2);
  });

  it('stores 14 days of landing and 396 of lake', () => {
    expect(usd(at(1_000).common, 'Landing, 14 days')).toBeCloseTo(((86.4e6 * 34 * 14) / 1e9) * 0.023, 6);
    expect(usd(at(1_000).common, 'Lake, 13 months')).toBeCloseTo(((86.4e6 * 12 * 396) / 1e9) * 0.023, 6);
    expect(at(1_000).partBytes).toBe(64_800_000);
  });

  it('compacts (n + 1) / 2 days a day', () => {
    expect(at(10_000, { compactions: 1 }).compactionCores).toBeCloseTo(10_000 / 250_000, 9);
    expect(at(10_000, { compactions: 24 }).compactionCores).toBeCloseTo((12.5 * 10_000) / 250_000, 9);
  });

  it('scans at least 10 MB a query', () => {
    expect(usd(at(1).common, 'Athena, scanned')).toBeCloseTo(((100 * 10e6) / 1e12) * 30 * 5, 9);
  });

  it('grows with traffic, in every line', () => {
    const costs = LADDER.map((n) => at(n));
    for (const [i, cost] of costs.entries()) {
      const before = costs[i - 1];
      if (!before) continue;
      for (const part of ['common', 'direct', 'firehose'] as const)
        for (const [j, l] of cost[part].entries()) expect(l.usd).toBeGreaterThanOrEqual(before[part][j]!.usd);
    }
  });
});

describe('switch points', () => {
  it('are in order, and where a part reaches 1 GiB', () => {
    const points = switchPoints(ASSUMED, LIST_PRICES);
    expect(points.map((p) => p.from)).toEqual(points.map((p) => p.from).sort((a, b) => a - b));
    const first = points.find((p) => p.what.includes('more than 1 shard'))!;
    expect(at(first.from, { shards: 1 }).partBytes).toBeCloseTo(2 ** 30, -1);
  });

  it('lie where both routes cost the same', () => {
    const { from } = switchPoints(ASSUMED, LIST_PRICES).find((p) =>
      p.what.includes('cheaper than Firehose'),
    )!;
    const { direct, firehose } = at(from);
    expect(sumOf(firehose) / sumOf(direct)).toBeCloseTo(1, 3);
  });
});

describe('prices', () => {
  it('are overridden by name', () => {
    expect(readPrices({ athena_scan: 6 })).toEqual({ ...LIST_PRICES, athena_scan: 6 });
    for (const bad of [{ athena: 5 }, { athena_scan: -1 }, { athena_scan: '5' }, [], null])
      expect(() => readPrices(bad)).toThrow();
  });
});

describe('the report', () => {
  it('says what is past and what comes next', () => {
    const text = costReport(100_000, DEFAULT_ASSUMPTIONS, LIST_PRICES);
    expect(text).toContain('100,000 logs/s');
    expect(text).toMatch(/past .*Firehose/);
    expect(text).toMatch(/next, at .*Iceberg/);
  });

  it('stands in docs/cost.md as it is (else: npm run generate)', () => {
    const page = readFileSync(join(import.meta.dirname, '../../../docs/cost.md'), 'utf8');
    const [, rest] = page.split('<!-- cost:begin -->\n');
    expect(rest!.split('\n<!-- cost:end -->')[0]).toBe(costTables());
  });
});
