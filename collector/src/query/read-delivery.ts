import { type DeliveryCount, hourOf } from '../registry/delivery-counts.ts';
import type { AggregatesAnswer } from './api.ts';
import type { ApiContext } from './context.ts';
import { allOf, filterSql, type LogFilter, merchantsOf, passes } from './log-filter.ts';
import type { Unlanded } from './unlanded.ts';

/** Logs that never came, as the SDKs say: dropped by reason, refused by status. */
export const readLost = async (
  { lake }: ApiContext,
  filter: LogFilter,
  startMs: number,
  unlanded: Unlanded,
): Promise<Pick<AggregatesAnswer, 'dropped' | 'refused'>> => {
  const whole: LogFilter = { ...filter, values: withoutSdk(filter), fromMs: startMs };
  const { where, params } = allOf(filterSql(whole), unlanded.notInLake);
  const { rows } = await lake.query(
    `select code % 1000 as event, drop_reason, status, event_ts + lag_ms >= ${Math.trunc(filter.fromMs)} as is_now, sum(count) as n
     from logs_all where ${where} and code % 1000 in (503, 510) group by 1, 2, 3, 4`,
    params,
  );
  const lost = new Map<string, { n: number; before: number }>();
  const add = (event: number, reason: unknown, isNow: boolean, n: number): void => {
    const key = `${event}/${Number(reason ?? 0)}`;
    const both = lost.get(key) ?? { n: 0, before: 0 };
    lost.set(key, isNow ? { ...both, n: both.n + n } : { ...both, before: both.before + n });
  };
  for (const row of rows) {
    const event = Number(row.event);
    add(event, event === 510 ? row.drop_reason : row.status, row.is_now === true, Number(row.n));
  }
  for (const row of unlanded.rows) {
    const event = row.code % 1000;
    if ((event !== 503 && event !== 510) || !passes(whole, row)) continue;
    const isNow = row.event_ts + row.lag_ms >= filter.fromMs;
    add(event, event === 510 ? row.drop_reason : row.status, isNow, Number(row.count ?? 0));
  }
  const of = (event: number) =>
    [...lost]
      .filter(([key]) => key.startsWith(`${event}/`))
      .map(([key, both]) => ({ value: Number(key.slice(4)), ...both }))
      .sort((a, b) => b.n - a.n || b.before - a.before);
  return {
    dropped: of(510).map(({ value, ...both }) => ({ reason: value, ...both })),
    refused: of(503).map(({ value, ...both }) => ({ status: value, ...both })),
  };
};

/** What a row alone says: the SDK version is its session's. */
export const withoutSdk = (filter: LogFilter): LogFilter['values'] =>
  new Map([...filter.values].filter(([name]) => name !== 'sdk'));

/** What came and was not stored: by whole hours, of all payments, since of most of these batches nothing more is known. */
export const readIntake = async (
  { deliveries }: ApiContext,
  filter: LogFilter,
  startMs: number,
): Promise<AggregatesAnswer['intake']> => {
  if (!deliveries) return null;
  const fromMs = hourOf(filter.fromMs);
  const counts = await deliveries.read(merchantsOf(filter), hourOf(startMs), filter.toMs);
  const both = (own: readonly DeliveryCount[]): { n: number; before: number } => ({
    n: sum(own.filter((c) => c.hourMs >= fromMs)),
    before: sum(own.filter((c) => c.hourMs < fromMs)),
  });
  const refused = counts.filter((c) => c.fate !== 'duplicate');
  const now = counts.filter((c) => c.hourMs >= fromMs);
  return {
    fromMs,
    duplicates: both(counts.filter((c) => c.fate === 'duplicate')),
    refused: [...groupBy(refused, (c) => c.fate)]
      .map(([reason, own]) => ({ reason, ...both(own) }))
      .sort((a, b) => b.n - a.n || b.before - a.before),
    merchants: [...groupBy(now, (c) => c.merchant)]
      .map(([merchant, own]) => ({
        merchant,
        duplicates: sum(own.filter((c) => c.fate === 'duplicate')),
        refused: [...groupBy(own, (c) => c.fate)]
          .filter(([fate]) => fate !== 'duplicate')
          .map(([reason, of]) => ({ reason, n: sum(of) }))
          .sort((a, b) => b.n - a.n),
      }))
      .sort((a, b) => b.duplicates + sum(b.refused) - a.duplicates - sum(a.refused)),
  };
};

const sum = (counts: readonly { readonly n: number }[]): number =>
  counts.reduce((total, { n }) => total + n, 0);

const groupBy = (
  counts: readonly DeliveryCount[],
  keyOf: (count: DeliveryCount) => string,
): Map<string, DeliveryCount[]> => {
  const groups = new Map<string, DeliveryCount[]>();
  for (const count of counts) {
    const group = groups.get(keyOf(count));
    if (group) group.push(count);
    else groups.set(keyOf(count), [count]);
  }
  return groups;
};
