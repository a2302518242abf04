import { encodeFrame, encodeLog } from '@gander/log-codes';
import { paste } from '@gander/log-codes/encode';
import { afterEach, beforeEach, expect, it } from 'vitest';
import type { Batch } from '../journal/batch.ts';
import type { Position } from '../journal/position.ts';
import { createLander } from '../landing/lander.ts';
import type { LandingTarget } from '../landing/landing-target.ts';
import { createLocalTarget } from '../landing/local-target.ts';
import type { Plan } from '../landing/plan.ts';
import { applyRetention } from './apply-retention.ts';
import { createLakeFixture, HOUR, type LakeFixture } from './lake-fixture.ts';
import type { LakeStore } from './lake-store.ts';
import { openDuck } from './open-duck.ts';

/**
 * A day of traffic over two collectors with everything that may go wrong between an acknowledgement and the lake: clients that send
 * again (also to the other collector, and hours later), processes that die at any step, lost answers of the target, a delivery
 * stream that repeats records, compaction meanwhile that dies as well. What is acknowledged must be in `logs_all` once, to the row.
 */
const MIDNIGHT = Date.parse('2026-03-02T00:00:00Z');
const LOGS = 3;

let fixture: LakeFixture;
beforeEach(() => {
  fixture = createLakeFixture();
});
afterEach(() => fixture.remove());

/** mulberry32, seeded. */
const randomFrom = (seed: number) => {
  let a = seed;
  return (): number => {
    a = (a + 0x6d2b79f5) | 0;
    let t = Math.imul(a ^ (a >>> 15), 1 | a);
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t;
    return ((t ^ (t >>> 14)) >>> 0) / 4_294_967_296;
  };
};

const batchOf = (session: number, batchSeq: number, receivedMs: number): Batch => {
  const logs: number[] = [];
  for (let i = 0; i < LOGS; i++) encodeLog(logs, paste({ field: 1, field_no: 10 * batchSeq + i }), 5, []);
  const id = session.toString(16).padStart(32, '0');
  return {
    merchant: (session % 5).toString(16).padStart(16, '0'),
    session: id,
    transaction: session % 4 ? `order_${session}` : `~${id}`,
    assurance: 2,
    late: false,
    receivedMs,
    frame: encodeFrame(
      { batchSeq, firstLogSeq: batchSeq * LOGS, baseTimeMs: MIDNIGHT, sentAfterMs: 0, transactionType: 1 },
      [],
      logs,
      LOGS,
    ),
  };
};

class Killed extends Error {}

/** One collector: its journal (in memory) and landing's plan and cursor outlive its processes. */
const createCollector = (name: string, random: () => number, files: LandingTarget) => {
  const journal: Batch[] = [];
  let plan: Plan | undefined;
  let cursor: Position = { segment: 1, offset: 0 };
  let boots = 0;
  const die = (p: number): void => {
    if (random() < p) throw new Killed();
  };
  return {
    journal,
    /** Lands what is journaled; with p, dies at each step. */
    async land(p: number): Promise<void> {
      const target: LandingTarget = {
        async put(key, body) {
          die(p);
          const result = await files.put(key, body);
          // A delivery stream that took a record and said it did not gets it again, under another name.
          if (random() < p)
            await files.put(
              key.replace(/[^/]+$/, (n) => `again-${boots}-${n}`),
              body,
            );
          if (random() < p) throw new Error('the answer was lost');
          die(p);
          return result;
        },
      };
      const lander = createLander({
        *read(from, to) {
          for (let i = from.offset; i < to.offset; i++)
            yield { batch: journal[i]!, next: { segment: 1, offset: i + 1 } };
        },
        target,
        plans: {
          load: () => plan,
          save(next) {
            die(p);
            plan = next;
            die(p);
          },
        },
        collector: name,
        boot: `b${String(boots++).padStart(4, '0')}`,
        shards: 1,
        objectBytes: 300 + Math.floor(random() * 3_000),
        cursor,
        report(report) {
          if (report.kind !== 'released') return;
          die(p);
          cursor = report.position;
        },
        sleep: async () => die(p),
        random,
      });
      await lander.land({ segment: 1, offset: journal.length }).catch((error: unknown) => {
        if (!(error instanceof Killed)) throw error;
      });
    },
  };
};

const dying = (store: LakeStore, random: () => number, p: number): LakeStore => ({
  ...store,
  async replace(key, body) {
    if (random() < p) throw new Killed();
    await store.replace(key, body);
  },
});

it.each([1, 2])('holds every acknowledged log once, seed %i', { timeout: 240_000 }, async (seed) => {
  const random = randomFrom(seed);
  const files = createLocalTarget(fixture.dataDir);
  const collectors = [createCollector('c1', random, files), createCollector('c2', random, files)];
  const acknowledged = new Set<string>();
  const later: { atMs: number; batch: Batch }[] = [];
  let session = 0;
  const open: { session: number; batches: number }[] = [];

  const check = async (table: string): Promise<void> => {
    const [row] = await fixture.rows(
      `select count(*) as n, count(distinct (session, log_seq)) as logs, sum(field_no) as fields, sum(field_no - 10 * (log_seq // ${LOGS}) - log_seq % ${LOGS}) as wrong from ${table}`,
    );
    expect(row).toMatchObject({
      n: acknowledged.size,
      logs: acknowledged.size,
      wrong: acknowledged.size ? 0 : null,
    });
  };

  for (let hour = 0; hour < 27; hour++) {
    const hourMs = MIDNIGHT + hour * HOUR;
    if (hour < 24) {
      for (let i = 0; i < 6; i++) open.push({ session: session++, batches: 0 });
      for (const one of open) {
        const batch = batchOf(one.session, one.batches++, hourMs + Math.floor(random() * HOUR));
        collectors[Math.floor(random() * 2)]!.journal.push(batch);
        for (let i = 0; i < LOGS; i++) acknowledged.add(`${one.session}/${(one.batches - 1) * LOGS + i}`);
        // Its acknowledgement was lost: the client sends it again, to whichever collector, up to three hours later.
        if (random() < 0.2) later.push({ atMs: batch.receivedMs + Math.floor(random() * 3 * HOUR), batch });
      }
      open.splice(0, Math.max(0, open.length - 9));
    }
    for (const { batch, atMs } of later.splice(0).filter((l) => l.atMs < hourMs + HOUR || !later.push(l))) {
      collectors[Math.floor(random() * 2)]!.journal.push({ ...batch, receivedMs: atMs });
    }
    const compaction =
      random() < 0.6
        ? fixture.compact(hourMs + 400_000, dying(fixture.store, random, 0.1)).catch((error: unknown) => {
            if (!(error instanceof Killed)) throw error;
          })
        : Promise.resolve();
    await Promise.all([compaction, ...collectors.map((c) => c.land(0.05))]);
    if (hour % 5 === 0) {
      for (const c of collectors) await c.land(0);
      await check('logs_all');
    }
  }
  for (const c of collectors) await c.land(0);
  await check('logs_all');
  // It did go wrong: landing holds copies.
  const [{ landed }] = (await fixture.rows('select count(*) as landed from landing_logs')) as [
    { landed: number },
  ];
  expect(landed).toBeGreaterThan(acknowledged.size * 1.1);
  await fixture.compact(MIDNIGHT + 60 * HOUR);
  await check('lake_logs');
  await check('logs');
  const duck = await openDuck({ scratch: fixture.store.scratch, memoryLimit: '200MB' });
  const config = { landingDays: 14, lakeDays: 396, deadLetterDays: 30 };
  expect(
    await applyRetention({ duck, store: fixture.store, config, nowMs: MIDNIGHT + 30 * 24 * HOUR }),
  ).toMatchObject({ kept: 0 });
  duck.close();
  await check('logs_all');
  expect(acknowledged.size).toBeGreaterThan(400);
});
