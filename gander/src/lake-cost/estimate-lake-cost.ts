import type { Assumptions } from './assumptions.ts';
import type { Prices } from './prices.ts';

/** One line of the bill. */
export interface CostLine {
  readonly what: string;
  readonly amount: number;
  readonly unit: string;
  /** US dollars for a month of 30 days. */
  readonly usd: number;
}

/** What a lake of some traffic comes to. */
export interface LakeCost {
  readonly eventsPerSecond: number;
  readonly collectors: number;
  /** Landing objects a day by direct PUT, and through Firehose. */
  readonly directObjects: number;
  readonly firehoseObjects: number;
  /** Partitions a day: landing (day, hour, shard) and lake (day, shard). */
  readonly landingPartitions: number;
  readonly lakePartitions: number;
  /** Bytes of one part: a day of a shard. */
  readonly partBytes: number;
  /** Cores that compaction keeps busy on average. */
  readonly compactionCores: number;
  /** Of which one route is chosen. */
  readonly direct: readonly CostLine[];
  readonly firehose: readonly CostLine[];
  /** The same whichever way. */
  readonly common: readonly CostLine[];
}

const DAY = 86_400;
const MONTH = 30;
const GB = 1e9;
const MIB = 2 ** 20;
/** Of `,"dt":"2026-11-22","hour":"14","shard":"03"`. */
const PARTITION_BYTES = 44;
const FIREHOSE_STEP = 5 * 1024;
const FIREHOSE_ROWS = 500;
const FIREHOSE_RECORD_BYTES = 1_000 * 1024;
/** What the CDK app sets. */
const FIREHOSE_BUFFER = { bytes: 128 * MIB, seconds: 300 };
/** From the example on Firehose's page of prices: 741.58 GB take 70 hours of jq. */
const GB_PER_JQ_HOUR = 741.58 / 70;
const LANDING_DAYS = 14;
const LAKE_DAYS = 396;
const LEAST_SCAN = 10e6;
const EVENTS_PER_COLLECTOR = 100_000;

/**
 * Objects, partitions, requests and dollars of a month. An estimate from formulas, not a measurement of AWS; docs/cost.md explains
 * each of them.
 * @param eventsPerSecond logs a second, mean over the day
 * @example estimateLakeCost(1_000, DEFAULT_ASSUMPTIONS, LIST_PRICES).partBytes // 58,320,000
 */
export const estimateLakeCost = (eventsPerSecond: number, a: Assumptions, prices: Prices): LakeCost => {
  const perDay = eventsPerSecond * DAY;
  const collectors = Math.max(a.collectors, Math.ceil(eventsPerSecond / EVENTS_PER_COLLECTOR));

  // A round of one collector ends by time or by size, and has an object for each shard that got a log.
  const perCollector = eventsPerSecond / collectors;
  const roundSeconds = Math.min(a.landingSeconds, (a.objectMib * MIB) / (perCollector * a.gzipBytes));
  const roundRows = perCollector * roundSeconds;
  const directObjects = Math.min(perDay, collectors * (DAY / roundSeconds) * shardsHit(a.shards, roundRows));

  // Firehose: a record holds the rows of one shard of one round, 500 at most.
  const rowBytes = a.jsonBytes + PARTITION_BYTES;
  const rowsPerRecord = Math.max(
    1,
    Math.min(
      FIREHOSE_ROWS,
      Math.floor(FIREHOSE_RECORD_BYTES / rowBytes),
      roundRows / shardsHit(a.shards, roundRows),
    ),
  );
  const records = perDay / rowsPerRecord;
  const billedBytes = records * Math.ceil((rowsPerRecord * rowBytes) / FIREHOSE_STEP) * FIREHOSE_STEP;
  const bufferSeconds = Math.min(
    FIREHOSE_BUFFER.seconds,
    FIREHOSE_BUFFER.bytes / ((eventsPerSecond / a.shards) * rowBytes),
  );
  const firehoseObjects = Math.min(
    perDay,
    (DAY / bufferSeconds) * shardsHit(a.shards, eventsPerSecond * bufferSeconds),
  );
  const deliveredGb = (perDay * rowBytes) / GB;

  // Each run of compaction writes the day so far: 1/n, 2/n, … n/n of it.
  const compactedRows = (perDay * (a.compactions + 1)) / 2;
  const cpuHours = compactedRows / a.compactRows / 3_600;
  const landingGb = (perDay * a.gzipBytes * LANDING_DAYS) / GB;
  const lakeGb = (perDay * a.parquetBytes * LAKE_DAYS) / GB;
  const scanned = Math.max(LEAST_SCAN, perDay * a.parquetBytes * a.queryDays * a.queryShare);

  const line = (what: string, amount: number, unit: string, usd: number): CostLine => ({
    what,
    amount,
    unit,
    usd,
  });
  const month = (amount: number, price: number): number => amount * MONTH * price;
  return {
    eventsPerSecond,
    collectors,
    directObjects,
    firehoseObjects,
    landingPartitions: 24 * a.shards,
    lakePartitions: a.shards,
    partBytes: (perDay * a.parquetBytes) / a.shards,
    compactionCores: cpuHours / 24,
    direct: [
      line('PUT of landing objects', directObjects, 'a day', month(directObjects / 1_000, prices.s3_put)),
    ],
    firehose: [
      line(
        'Firehose, taken in',
        billedBytes / GB,
        'GB a day',
        month(billedBytes / GB, prices.firehose_ingest),
      ),
      line('Firehose, partitioned', deliveredGb, 'GB a day', month(deliveredGb, prices.firehose_partition)),
      line(
        'Firehose, objects',
        firehoseObjects,
        'a day',
        month(firehoseObjects / 1_000, prices.firehose_objects),
      ),
      line(
        'Firehose, jq',
        deliveredGb / GB_PER_JQ_HOUR,
        'hours a day',
        month(deliveredGb / GB_PER_JQ_HOUR, prices.firehose_jq),
      ),
    ],
    common: [
      line('Landing, 14 days', landingGb, 'GB', landingGb * prices.s3_storage),
      line('Lake, 13 months', lakeGb, 'GB', lakeGb * prices.s3_storage),
      line('Compaction, CPU', cpuHours, 'core hours a day', month(cpuHours, prices.vcpu)),
      line(
        'Compaction, PUT of parts',
        a.compactions * a.shards,
        'a day',
        month((a.compactions * a.shards * 3) / 1_000, prices.s3_put),
      ),
      line('Compaction, GET of objects', directObjects, 'a day', month(directObjects / 1_000, prices.s3_get)),
      line(
        'Athena, scanned',
        (scanned * a.queries) / 1e12,
        'TB a day',
        month((scanned * a.queries) / 1e12, prices.athena_scan),
      ),
    ],
  };
};

/** How many of `shards` get at least one of `rows`, on average. */
const shardsHit = (shards: number, rows: number): number => shards * (1 - (1 - 1 / shards) ** rows);

/** Dollars of some lines. */
export const sumOf = (lines: readonly CostLine[]): number => lines.reduce((sum, l) => sum + l.usd, 0);
