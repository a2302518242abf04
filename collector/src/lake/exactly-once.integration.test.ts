import { afterEach, beforeEach, expect, it } from 'vitest';
import { ensureProgram } from '../../../scripts/setup/ensure-program.mjs';
import { LOGS, MIDNIGHT, runFaultyDay } from '../faults/faulty-day.ts';
import { applyRetention } from './apply-retention.ts';
import { createLakeFixture, type LakeFixture } from './lake-fixture.ts';
import { openDuck } from './open-duck.ts';

const noJq = await ensureProgram('jq');
if (noJq) {
  const text = `SKIPPED: a day of faults with a delivery stream: ${noJq}`;
  if (process.env.CI) throw new Error(text);
  console.error(text);
}

let fixture: LakeFixture;
beforeEach(() => {
  fixture = createLakeFixture();
});
afterEach(() => fixture.remove());

it.skipIf(noJq).each([1, 2])(
  'holds every acknowledged log once, seed %i',
  { timeout: 240_000 },
  async (seed) => {
    const check = async (table: string, acknowledged: ReadonlySet<string>): Promise<void> => {
      const [row] = await fixture.rows(
        `select count(*) as n, count(distinct (session, log_seq)) as logs, sum(field_no) as fields, sum(field_no - 10 * (log_seq // ${LOGS}) - log_seq % ${LOGS}) as wrong from ${table}`,
      );
      expect(row).toMatchObject({
        n: acknowledged.size,
        logs: acknowledged.size,
        wrong: acknowledged.size ? 0 : null,
      });
    };
    const day = await runFaultyDay({
      dataDir: fixture.dataDir,
      seed,
      sessionsPerHour: 6,
      check: (acknowledged) => check('logs_all', acknowledged),
    });
    const { acknowledged } = day;
    expect(acknowledged.size).toBeGreaterThan(400);
    // It did go wrong: processes died, and landing holds copies.
    expect(
      Math.min(day.killed, day.resent, day.lostAnswers, day.firehoseFailures, day.compactions),
    ).toBeGreaterThan(0);
    const [{ landed }] = (await fixture.rows('select count(*) as landed from landing_logs')) as [
      { landed: number },
    ];
    expect(landed).toBeGreaterThan(acknowledged.size * 1.1);
    expect(await fixture.rows('select * from dead_letter')).toEqual([]);
    await check('lake_logs', acknowledged);
    await check('logs', acknowledged);

    const duck = await openDuck({ scratch: fixture.store.scratch, memoryLimit: '200MB' });
    const config = { landingDays: 14, lakeDays: 396, deadLetterDays: 30 };
    expect(
      await applyRetention({ duck, store: fixture.store, config, nowMs: MIDNIGHT + 30 * 24 * 3_600_000 }),
    ).toMatchObject({ kept: 0 });
    duck.close();
    await check('logs_all', acknowledged);
  },
);
