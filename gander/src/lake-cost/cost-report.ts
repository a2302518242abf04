import { ASSUMPTIONS, type Assumptions, DEFAULT_ASSUMPTIONS } from './assumptions.ts';
import { type CostLine, estimateLakeCost, type LakeCost, sumOf } from './estimate-lake-cost.ts';
import { LIST_PRICES, PRICES, PRICES_AS_OF, type Prices } from './prices.ts';
import { switchPoints } from './switch-points.ts';

/** A number for people: three digits that matter, thousands separated. */
const number = (value: number): string => {
  if (value === 0) return '0';
  const digits = Math.max(0, 2 - Math.floor(Math.log10(Math.abs(value))));
  return Number(value.toPrecision(3)).toLocaleString('en', { maximumFractionDigits: Math.min(digits, 4) });
};

const bytes = (value: number): string =>
  value >= 1e9
    ? `${number(value / 1e9)} GB`
    : value >= 1e6
      ? `${number(value / 1e6)} MB`
      : `${number(value / 1e3)} kB`;

const usd = (value: number): string =>
  `$${value < 100 ? value.toFixed(2) : Math.round(value).toLocaleString('en')}`;

/** The report for one traffic, as `gander lake cost` prints it. */
export const costReport = (eventsPerSecond: number, a: Assumptions, prices: Prices): string => {
  const cost = estimateLakeCost(eventsPerSecond, a, prices);
  const lines = (rows: readonly CostLine[]): string[] =>
    rows.map(
      (l) =>
        `  ${l.what.padEnd(28)} ${`${number(l.amount)} ${l.unit}`.padEnd(26)} ${usd(l.usd).padStart(12)}`,
    );
  const common = sumOf(cost.common);
  const past = switchPoints(a, prices).filter((p) => p.from <= eventsPerSecond);
  const next = switchPoints(a, prices).find((p) => p.from > eventsPerSecond);
  return [
    `${number(eventsPerSecond)} logs/s, ${number(eventsPerSecond * 86_400)} a day, ${cost.collectors} collectors, ${a.shards} shards`,
    `partitions a day: ${cost.landingPartitions} in landing, ${cost.lakePartitions} in the lake; a part is ${bytes(cost.partBytes)}`,
    `landing objects a day: ${number(cost.directObjects)} by direct PUT, ${number(cost.firehoseObjects)} through Firehose`,
    '',
    'A month, US dollars (estimate from list prices of us-east-1):',
    ...lines(cost.common),
    'and one of two routes:',
    ...lines(cost.direct),
    ...lines(cost.firehose),
    `  ${'total with direct PUT'.padEnd(55)} ${usd(common + sumOf(cost.direct)).padStart(12)}`,
    `  ${'total through Firehose'.padEnd(55)} ${usd(common + sumOf(cost.firehose)).padStart(12)}`,
    '',
    ...past.map((p) => `past ${number(p.from)}/s: ${p.what}`),
    ...(next ? [`next, at ${number(next.from)}/s: ${next.what}`] : []),
  ].join('\n');
};

/** Traffics of the table in docs/cost.md. */
export const LADDER = [100, 1_000, 10_000, 100_000, 1_000_000] as const;

const table = (head: readonly string[], rows: readonly (readonly string[])[]): string =>
  [head, head.map(() => '---'), ...rows].map((cells) => `| ${cells.join(' | ')} |`).join('\n');

/** The generated part of docs/cost.md. */
export const costTables = (): string => {
  const costs = LADDER.map((n) => estimateLakeCost(n, DEFAULT_ASSUMPTIONS, LIST_PRICES));
  const rowOf = (c: LakeCost): string[] => [
    c.eventsPerSecond.toLocaleString('en'),
    number(c.directObjects),
    number(c.firehoseObjects),
    bytes(c.partBytes),
    number(c.compactionCores),
    ...c.common.map((l) => usd(l.usd)),
    usd(sumOf(c.direct)),
    usd(sumOf(c.firehose)),
    usd(sumOf(c.common) + sumOf(c.direct)),
    usd(sumOf(c.common) + sumOf(c.firehose)),
  ];
  return [
    `With ${DEFAULT_ASSUMPTIONS.shards} shards and the other assumptions below; dollars a month.`,
    '',
    table(
      [
        ...['logs/s', 'objects a day, PUT', 'Firehose', 'a part', 'cores compacting'],
        ...['landing', 'lake', 'compact CPU', 'part PUTs', 'GETs', 'Athena'],
        ...['route: PUT', 'route: Firehose', 'total, PUT', 'total, Firehose'],
      ],
      costs.map(rowOf),
    ),
    '',
    '### Switch points',
    '',
    table(
      ['from logs/s', 'what changes'],
      switchPoints(DEFAULT_ASSUMPTIONS, LIST_PRICES).map((p) => [number(p.from), p.what]),
    ),
    '',
    '### Assumptions',
    '',
    table(
      ['option', 'default', 'is'],
      ASSUMPTIONS.map((x) => [`\`--${kebab(x.name)}\``, `${x.value.toLocaleString('en')} ${x.unit}`, x.doc]),
    ),
    '',
    '### Prices',
    '',
    `Assumed on ${PRICES_AS_OF} for us-east-1, without asking AWS; the page of each has today's.`,
    '',
    table(
      ['name', 'US dollars', 'for', 'today'],
      PRICES.map((p) => [`\`${p.name}\``, String(p.usd), p.unit, p.source]),
    ),
  ].join('\n');
};

/** @example kebab('queryDays') // 'query-days' */
export const kebab = (name: string): string => name.replace(/[A-Z]/g, (c) => `-${c.toLowerCase()}`);
