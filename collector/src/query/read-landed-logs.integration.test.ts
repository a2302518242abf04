import type { LakeRow } from '@gander/log-codes';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { createLakeFixture, type LakeFixture, rowAt } from '../lake/lake-fixture.ts';
import type { TimelineAnswer } from './api.ts';
import { ACME, BOLT, createApiFixture } from './api-fixture.ts';
import type { LakeReader } from './context.ts';

const HOUR = 3_600_000;
const DAY = 24 * HOUR;
const FROM = Date.UTC(2026, 10, 2);
const NOW = FROM + 20 * DAY + 12 * HOUR;

/** Logs of one payment, received so many days after the first. */
const logsOf = (merchant: string, transaction: string, days: number, firstSeq: number): LakeRow[] =>
  [0, 1].map((i) =>
    rowAt(firstSeq + i, {
      merchant,
      transaction,
      session: String(days).padStart(32, '0'),
      code: 1300 + i,
      receivedMs: FROM + days * DAY + 9 * HOUR + i * 1000,
    }),
  );

let fixture: LakeFixture;
beforeEach(() => {
  fixture = createLakeFixture();
});
afterEach(() => fixture.remove());

/** The days, counted from the first, that a timeline shows logs of. */
const daysShown = async (lake: LakeReader): Promise<number[]> => {
  const world = await createApiFixture({}, { lake, clock: () => NOW });
  const { cookie } = await world.signIn({ [ACME]: 'viewer' });
  const answer = await world.get(`/api/merchants/${ACME}/transactions/order_1`, cookie);
  expect(answer.status).toBe(200);
  const { logs } = (await answer.json()) as TimelineAnswer;
  return logs.map((log) => Math.floor((log.event_ts + log.lag_ms - FROM) / DAY));
};

it('shows every log of a transaction, compacted, just landed, or landed late on a day long closed', async () => {
  for (const [day, merchant] of [0, 5, 19].flatMap((d) => [[d, ACME] as const, [d, BOLT] as const]))
    fixture.land(`c1-boot-${day}-${merchant}`, logsOf(merchant, 'order_1', day, 0));
  fixture.land('c1-boot-other', logsOf(ACME, 'order_2', 7, 0));
  await fixture.compact(NOW);
  // Landing had stood still on one collector: of a day two weeks ago, and of today.
  fixture.land('c2-boot-late', logsOf(ACME, 'order_1', 8, 0));
  fixture.land('c2-boot-today', logsOf(ACME, 'order_1', 20, 0));
  expect(await daysShown(await fixture.lake())).toEqual([0, 0, 5, 5, 8, 8, 19, 19, 20, 20]);
});

it('shows what compaction has not reached where transactions are those of the last compaction, as in Athena', async () => {
  fixture.land('c1-boot-0', logsOf(ACME, 'order_1', 0, 0));
  await fixture.compact(FROM + 2 * DAY);
  for (const day of [17, 20]) fixture.land(`c1-boot-${day}`, logsOf(ACME, 'order_1', day, 0));
  const lake = await fixture.lake();
  const statements: string[] = [];
  const asAthena: LakeReader = {
    stream: lake.stream,
    exportParquet: lake.exportParquet,
    query(sql, params) {
      statements.push(sql);
      const compacted = `(select * from transactions where dt < '2026-11-04')`;
      return lake.query(sql.replace('from transactions', `from ${compacted}`), params as never);
    },
  };
  expect(await daysShown(asAthena)).toEqual([0, 0, 17, 17, 20, 20]);
  // No statement over the logs looks further than the days that it must.
  const logs = statements.filter((sql) => sql.includes('logs_all'));
  expect(logs).toHaveLength(1);
  expect(logs[0]!.match(/\d{4}-\d\d-\d\d/g)).toEqual([
    '2026-11-02',
    '2026-11-19',
    '2026-11-20',
    '2026-11-21',
    '2026-11-22',
  ]);
});
