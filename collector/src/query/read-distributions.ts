import type { AggregatesAnswer } from './api.ts';
import type { ApiContext } from './context.ts';
import { countSql } from './day-counts.ts';
import { type DayFiles, readFilesSql } from './day-files.ts';
import { aroundSql } from './days-sql.ts';
import {
  allOf,
  DIMENSIONS,
  filterSql,
  inlineSql,
  type LogFilter,
  merchantsOf,
  passes,
  type SqlCondition,
  TYPING_MAX_MS,
  TYPING_STEP_MS,
  typingOf,
} from './log-filter.ts';
import { withoutSdk } from './read-delivery.ts';
import type { Unlanded } from './unlanded.ts';

/** How fields were filled and how fast was typed, from the counts. */
export const readDistributions = async (
  { lake }: ApiContext,
  counts: DayFiles | undefined,
  filter: LogFilter,
  startMs: number,
  unlanded: Unlanded,
): Promise<Pick<AggregatesAnswer, 'methods' | 'typing'>> => {
  const methods = new Map<string, number>();
  const typing = new Map<string, number>();
  const add = (isNow: boolean, row: Record<string, unknown>, n: number): void => {
    const event = Number(row.code) % 1000;
    if (event === 201 && row.method !== null && row.method !== undefined && isNow) {
      const key = `${Number(row.field)}/${Number(row.method)}`;
      methods.set(key, (methods.get(key) ?? 0) + n);
    }
    if (event === 210 && row.typing_ms !== null && row.typing_ms !== undefined) {
      const key = `${Number(row.typing_ms)}/${isNow}`;
      typing.set(key, (typing.get(key) ?? 0) + n);
    }
  };
  const wanted = '(code % 1000 = 201 and method is not null or code % 1000 = 210 and typing_ms is not null)';
  const chosen = allOf(
    DIMENSIONS.merchant.where([...merchantsOf(filter)], ''),
    ...[...filter.values].flatMap(([name, values]): SqlCondition[] =>
      name === 'type' || name === 'assurance'
        ? [DIMENSIONS[name].where(values, '')]
        : name === 'sdk'
          ? [{ where: `sdk in (${values.map(() => '?').join(', ')})`, params: values }]
          : [],
    ),
  );
  const periods = [
    { isNow: true, fromMs: filter.fromMs, toMs: filter.toMs },
    { isNow: false, fromMs: startMs, toMs: filter.fromMs },
  ];
  for (const { isNow, fromMs, toMs } of periods) {
    const plan = await counts?.plan(fromMs, toMs);
    const period = { ...filter, fromMs, toMs, values: new Map() };
    const open = allOf(filterSql(period, plan?.rest), unlanded.notInLake);
    const around = aroundSql(period, plan?.rest);
    const events = '(code % 1000 = 201 or code % 1000 = 210)';
    const pieces = [
      ...(plan?.files.length
        ? [
            `select merchant, code, field, method, assurance, sdk, typing_ms, n from ${readFilesSql(plan.files)}`,
          ]
        : []),
      ...(plan && plan.rest.length === 0
        ? []
        : [
            `select merchant, code, field, method, assurance, sdk, typing_ms, n from (${countSql(`${inlineSql(open)} and ${events}`, around)})`,
          ]),
    ];
    if (pieces.length === 0) continue;
    const { rows } = await lake.query(
      `select code, field, method, typing_ms, sum(n) as n from (${pieces.join(' union all ')})
       where ${inlineSql(chosen)} and ${wanted} group by 1, 2, 3, 4`,
    );
    for (const row of rows) add(isNow, row, Number(row.n));
  }
  for (const row of unlanded.rows) {
    for (const { isNow, fromMs, toMs } of periods) {
      if (passes({ ...filter, values: withoutSdk(filter), fromMs, toMs }, row))
        add(isNow, { ...row, typing_ms: typingOf(row) }, 1);
    }
  }
  return {
    methods: [...methods]
      .map(([key, n]) => {
        const [field, method] = key.split('/').map(Number);
        return { field: field!, method: method!, n };
      })
      .sort((a, b) => a.field - b.field || a.method - b.method),
    typing: Array.from({ length: TYPING_MAX_MS / TYPING_STEP_MS + 1 }, (_, i) => ({
      fromMs: i * TYPING_STEP_MS,
      n: typing.get(`${i * TYPING_STEP_MS}/true`) ?? 0,
      before: typing.get(`${i * TYPING_STEP_MS}/false`) ?? 0,
    })),
  };
};
