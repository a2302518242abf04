interface AssumptionRow {
  readonly name: string;
  readonly value: number;
  readonly unit: string;
  readonly doc: string;
}

/** What the calculator assumes; each is an option of `gander lake cost`. */
// biome-ignore format: one row is one line
export const ASSUMPTIONS = [
  { name: 'shards', value: 16, unit: 'shards', doc: '`landing.shards`.' },
  { name: 'collectors', value: 2, unit: 'collectors', doc: 'At least; one more for each 100,000 logs a second.' },
  { name: 'landingSeconds', value: 60, unit: 's', doc: '`landing.intervalMs`: how long logs wait to be landed.' },
  { name: 'objectMib', value: 8, unit: 'MiB', doc: '`landing.objectBytes`: a round of objects ends at this size too.' },
  { name: 'jsonBytes', value: 326, unit: 'B', doc: 'One log as a line of NDJSON, in the generated day of `npm run bench:lake`.' },
  { name: 'gzipBytes', value: 27.2, unit: 'B', doc: 'One log in landing, compressed; `npm run bench:lake` measured it on 2026-11-22.' },
  { name: 'parquetBytes', value: 10.8, unit: 'B', doc: 'One log in the lake; `npm run bench:lake` measured it on 2026-11-22.' },
  { name: 'compactRows', value: 110_000, unit: 'rows', doc: 'Compacted in a second by one core; `npm run bench:lake` measured it on 2026-11-22 (91 s of CPU for 10 million).' },
  { name: 'compactions', value: 24, unit: 'runs', doc: "Compactions a day. Each writes the day's part anew, so that n runs work through (n + 1) / 2 days." },
  { name: 'queries', value: 100, unit: 'queries', doc: 'Athena queries a day.' },
  { name: 'queryDays', value: 7, unit: 'days', doc: 'Days that a query looks at.' },
  { name: 'queryShare', value: 0.2, unit: 'of the bytes', doc: 'Share of the bytes of those days that a query reads: its columns, its shard.' },
] as const satisfies readonly AssumptionRow[];

export type AssumptionName = (typeof ASSUMPTIONS)[number]['name'];
export type Assumptions = Readonly<Record<AssumptionName, number>>;

export const DEFAULT_ASSUMPTIONS = Object.fromEntries(
  ASSUMPTIONS.map((a) => [a.name, a.value]),
) as Assumptions;
