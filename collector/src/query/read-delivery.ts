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

/** The collector's own counters, of the merchants chosen; what came before a merchant was known is left to Health. */
export const readIntake = async (
  { health }: ApiContext,
  filter: LogFilter,
): Promise<AggregatesAnswer['intake']> => {
  if (!health) return null;
  const merchants = merchantsOf(filter);
  const reasons = new Map<string, number>();
  let duplicates: number | null = null;
  for (const { name, labels, value } of await health.metrics()) {
    if (labels.merchant === undefined || !merchants.has(labels.merchant)) continue;
    if (name === 'gander_duplicate_batches_total') duplicates = (duplicates ?? 0) + value;
    if (name === 'gander_refused_batches_total' && labels.reason)
      reasons.set(labels.reason, (reasons.get(labels.reason) ?? 0) + value);
  }
  return {
    duplicates,
    refused: [...reasons].map(([reason, n]) => ({ reason, n })).sort((a, b) => b.n - a.n),
  };
};
