interface PriceRow {
  readonly name: string;
  readonly usd: number;
  readonly unit: string;
  /** Page that has the price of today. */
  readonly source: string;
}

/** Day on which the prices were written down. */
export const PRICES_AS_OF = '2026-11-22';

/**
 * Assumed prices in US dollars, region us-east-1, without free tier or discounts, written down on {@link PRICES_AS_OF} without asking
 * AWS: look at the page of each before you rely on it. Other regions differ: `gander lake cost --prices FILE` overrides any of them by name. Tiers above the first are left out: from
 * 50 TB a month on, storage and Firehose cost up to a third less than said here.
 */
// biome-ignore format: one row is one line
export const PRICES = [
  { name: 's3_storage', usd: 0.023, unit: 'GB and month', source: 'https://aws.amazon.com/s3/pricing/' },
  { name: 's3_put', usd: 0.005, unit: '1,000 PUT or LIST', source: 'https://aws.amazon.com/s3/pricing/' },
  { name: 's3_get', usd: 0.0004, unit: '1,000 GET', source: 'https://aws.amazon.com/s3/pricing/' },
  { name: 'firehose_ingest', usd: 0.029, unit: 'GB, each record rounded up to 5 KB', source: 'https://aws.amazon.com/firehose/pricing/' },
  { name: 'firehose_partition', usd: 0.02, unit: 'GB through dynamic partitioning', source: 'https://aws.amazon.com/firehose/pricing/' },
  { name: 'firehose_objects', usd: 0.005, unit: '1,000 objects delivered', source: 'https://aws.amazon.com/firehose/pricing/' },
  { name: 'firehose_jq', usd: 0.07, unit: 'hour of jq', source: 'https://aws.amazon.com/firehose/pricing/' },
  { name: 'athena_scan', usd: 5, unit: 'TB scanned, at least 10 MB a query', source: 'https://aws.amazon.com/athena/pricing/' },
  { name: 'vcpu', usd: 0.04048, unit: 'vCPU and hour (Fargate)', source: 'https://aws.amazon.com/fargate/pricing/' },
] as const satisfies readonly PriceRow[];

export type PriceName = (typeof PRICES)[number]['name'];
export type Prices = Readonly<Record<PriceName, number>>;

/** The list prices by name. */
export const LIST_PRICES = Object.fromEntries(PRICES.map((p) => [p.name, p.usd])) as Prices;

/**
 * List prices with some of them replaced.
 * @param overrides by name, US dollars a unit
 * @throws Error naming what is no price
 * @example readPrices({ athena_scan: 5.5 }).athena_scan // 5.5
 */
export const readPrices = (overrides: unknown): Prices => {
  if (typeof overrides !== 'object' || overrides === null || Array.isArray(overrides))
    throw new Error('prices are an object of names and dollars');
  for (const [name, usd] of Object.entries(overrides)) {
    if (!(name in LIST_PRICES))
      throw new Error(`there is no price "${name}"; there are ${PRICES.map((p) => p.name).join(', ')}`);
    if (typeof usd !== 'number' || !(usd >= 0))
      throw new Error(`the price "${name}" must be a number of dollars`);
  }
  return { ...LIST_PRICES, ...(overrides as Partial<Prices>) };
};
