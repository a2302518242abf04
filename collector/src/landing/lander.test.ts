import { gunzipSync } from 'node:zlib';
import { encodeFrame, encodeLog, type LakeRow } from '@gander/log-codes';
import { typed } from '@gander/log-codes/encode';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Batch } from '../journal/batch.ts';
import type { Position } from '../journal/position.ts';
import { createLander, type LandingReport } from './lander.ts';
import type { LandingTarget } from './landing-target.ts';
import type { Plan, PlanFile } from './plan.ts';

const RECEIVED = 1_790_000_000_000;

const batchOf = (n: number, over: Partial<Batch> = {}): Batch => {
  const logs: number[] = [];
  for (let i = 0; i < 4; i++) encodeLog(logs, typed({ field: 10, field_no: i, keys: n % 50 }), 20, []);
  return {
    merchant: (n % 3).toString(16).padStart(16, '0'),
    session: (n % 5).toString(16).padStart(32, '0'),
    transaction: `order_${n % 5}`,
    assurance: 2,
    late: false,
    receivedMs: RECEIVED + n * 60_000,
    frame: encodeFrame(
      {
        batchSeq: n,
        firstLogSeq: n * 4,
        baseTimeMs: RECEIVED + n * 60_000,
        sentAfterMs: 80,
        transactionType: 1,
      },
      [],
      logs,
      4,
    ),
    ...over,
  };
};

/** A journal in memory: position = index of the next batch. */
const reader = (batches: readonly Batch[]) =>
  function* (from: Position, to: Position) {
    for (let i = from.offset; i < to.offset; i++)
      yield { batch: batches[i]!, next: { segment: 1, offset: i + 1 } };
  };

/** Everything that outlives a process: objects, plan, cursor. `budget` steps later the process dies. */
const createWorld = () => {
  const objects = new Map<string, Uint8Array>();
  let plan: Plan | undefined;
  let cursor: Position = { segment: 1, offset: 0 };
  let budget = Number.POSITIVE_INFINITY;
  const step = (): void => {
    if (--budget < 0) throw new Error('killed');
  };
  const target: LandingTarget = {
    async put(key, body) {
      step();
      const existed = objects.has(key);
      if (!existed) objects.set(key, body);
      step();
      return existed ? 'exists' : 'stored';
    },
  };
  const plans: PlanFile = {
    load: () => plan,
    save(next) {
      step();
      plan = next;
      step();
    },
  };
  return {
    objects,
    kills(after: number) {
      budget = after;
    },
    losePlan() {
      plan = undefined;
    },
    async run(
      batches: readonly Batch[],
      boot: string,
      objectBytes: number,
      over: Partial<LandingTarget> = {},
    ) {
      const reports: LandingReport[] = [];
      const lander = createLander({
        read: reader(batches),
        target: { ...target, ...over },
        plans,
        collector: 'c1',
        boot,
        shards: 2,
        objectBytes,
        cursor,
        report(report) {
          reports.push(report);
          if (report.kind === 'released') {
            step();
            cursor = report.position;
          }
        },
        async sleep() {
          throw new Error('killed');
        },
        random: () => 0.5,
      });
      await lander.land({ segment: 1, offset: batches.length });
      return reports;
    },
    rows(): LakeRow[] {
      return [...objects]
        .filter(([key]) => key.startsWith('landing/'))
        .flatMap(([, body]) => gunzipSync(body).toString().trimEnd().split('\n'))
        .map((line) => JSON.parse(line) as LakeRow);
    },
  };
};

const keyOf = (row: LakeRow): string => `${row.session}/${row.batch_seq}/${row.log_seq}`;

type World = ReturnType<typeof createWorld>;

describe('createLander', () => {
  const batches = Array.from({ length: 30 }, (_, n) => batchOf(n));

  /** Lands in a world of its own for each step, is killed at it, and lands once more. @param meanwhile what happens in between */
  const dieAtEachStep = async (
    check: (world: World, message: string) => void,
    meanwhile: (world: World) => void = () => undefined,
  ): Promise<void> => {
    for (let kill = 0; ; kill++) {
      const world = createWorld();
      world.kills(kill);
      const survived = await world.run(batches, 'b1', 600).then(
        () => true,
        () => false,
      );
      if (survived) break;
      world.kills(Number.POSITIVE_INFINITY);
      meanwhile(world);
      await world.run(batches, 'b2', 600);
      check(world, `killed at step ${kill}`);
      expect(kill).toBeLessThan(500);
    }
  };

  it('lands every row once, in the partition of its receive time and merchant', async () => {
    const world = createWorld();
    const reports = await world.run(batches, 'b1', 1e9);
    expect(world.rows()).toHaveLength(120);
    expect(new Set(world.rows().map(keyOf)).size).toBe(120);
    for (const [key, body] of world.objects) {
      expect(key).toMatch(
        /^landing\/logs\/dt=2026-09-21\/hour=\d\d\/shard=0[01]\/c1-b1-00000001-[0-9a-f]{12}\.ndjson\.gz$/,
      );
      const hour = /hour=(\d\d)/.exec(key)![1];
      for (const line of gunzipSync(body).toString().trimEnd().split('\n')) {
        const row = JSON.parse(line) as LakeRow;
        expect(new Date(row.event_ts + row.lag_ms).toISOString().slice(11, 13)).toBe(hour);
      }
    }
    expect(reports.at(-1)).toEqual({ kind: 'released', position: { segment: 1, offset: 30 }, rows: 120 });
  });

  it('ends a round when it is full', async () => {
    const world = createWorld();
    const reports = await world.run(batches, 'b1', 600);
    expect(reports.filter((r) => r.kind === 'released').length).toBeGreaterThan(3);
    expect(world.rows()).toHaveLength(120);
  });

  it('is the same after a death at every step, with no object twice under another name', {
    timeout: 60_000,
  }, async () => {
    await dieAtEachStep((world, message) => {
      const rows = world.rows();
      expect(rows, message).toHaveLength(120);
      expect(new Set(rows.map(keyOf)).size, message).toBe(120);
    });
  });

  it('loses nothing when the plan of a round is lost at any step, and lands only copies twice', {
    timeout: 60_000,
  }, async () => {
    await dieAtEachStep(
      (world, message) => {
        const rows = world.rows().map((row) => JSON.stringify(row));
        expect(new Set(rows).size, message).toBe(120);
      },
      (world) => world.losePlan(),
    );
  });

  it('loses and doubles nothing over many deaths and changing limits', { timeout: 60_000 }, async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.array(fc.record({ kill: fc.nat(40), objectBytes: fc.integer({ min: 200, max: 3_000 }) }), {
          maxLength: 8,
        }),
        async (deaths) => {
          const world = createWorld();
          for (const [i, death] of deaths.entries()) {
            world.kills(death.kill);
            await world.run(batches, `d${i}`, death.objectBytes).catch(() => {});
          }
          world.kills(Number.POSITIVE_INFINITY);
          await world.run(batches, 'z', 1_000);
          const rows = world.rows();
          expect(rows).toHaveLength(120);
          expect(new Set(rows.map(keyOf)).size).toBe(120);
        },
      ),
    );
  });

  it('puts what does not decode to the dead letters with its reason, without a card number', async () => {
    const world = createWorld();
    const card: number[] = [];
    encodeLog(card, [299, 4242424242424242], 0, []);
    const header = { batchSeq: 0, firstLogSeq: 0, baseTimeMs: RECEIVED, sentAfterMs: 0, transactionType: 1 };
    const bad = [
      batchOf(1),
      batchOf(2, { frame: new Uint8Array([1, 2, 3]) }),
      batchOf(3, { frame: encodeFrame(header, [], card, 1) }),
    ];
    const reports = await world.run(bad, 'b1', 1e9);
    const key = [...world.objects.keys()].find((k) => k.startsWith('dead-letter/'))!;
    expect(key).toMatch(
      /^dead-letter\/collector\/dt=2026-09-21\/hour=\d\d\/c1-b1-00000001-[0-9a-f]{12}\.ndjson\.gz$/,
    );
    const text = gunzipSync(world.objects.get(key)!).toString();
    const letters = text
      .trimEnd()
      .split('\n')
      .map((l) => JSON.parse(l) as Record<string, unknown>);
    expect(letters.map((l) => [l.reason, l.frame, l.bytes])).toEqual([
      ['truncated', 'AQID', 3],
      ['card_number', undefined, bad[2]!.frame.length],
    ]);
    expect(text).not.toContain('4242');
    expect(reports.filter((r) => r.kind === 'deadLettered')).toEqual([
      { kind: 'deadLettered', reason: 'truncated', batches: 1, logs: 0 },
      { kind: 'deadLettered', reason: 'card_number', batches: 1, logs: 1 },
    ]);
    expect(world.rows()).toHaveLength(4);
  });

  it('#49 lands everything once a target comes back that was away for a day, asking it seldom', async () => {
    const objects = new Map<string, Uint8Array>();
    const reports: LandingReport[] = [];
    let nowMs = 0;
    let asked = 0;
    const lander = createLander({
      read: reader(batches),
      target: {
        async put(key, body) {
          asked++;
          if (nowMs < 24 * 3_600_000) throw Object.assign(new Error('away'), { code: 'ECONNREFUSED' });
          objects.set(key, body);
          return 'stored';
        },
      },
      plans: { load: () => undefined, save: () => undefined },
      collector: 'c1',
      boot: 'b1',
      shards: 1,
      objectBytes: 600,
      cursor: { segment: 1, offset: 0 },
      report: (report) => void reports.push(report),
      sleep: async (ms) => {
        nowMs += ms;
      },
      random: () => 0.5,
    });
    await lander.land({ segment: 1, offset: batches.length });
    // Half of a minute at most between two tries, on average: 2,880 a day, and some quick ones at first.
    expect(asked).toBeLessThan(3_000);
    expect(nowMs).toBeLessThan(24 * 3_600_000 + 60_000);
    expect(reports.filter((r) => r.kind === 'released').reduce((sum, r) => sum + r.rows, 0)).toBe(120);
    expect(new Set(objects.keys()).size).toBe(objects.size);
  });

  it('tries again what fails, and does not release before it is stored', async () => {
    const world = createWorld();
    const reports = await world
      .run(batches.slice(0, 1), 'b1', 1e9, {
        put: async () => {
          throw Object.assign(new Error('secret text'), { code: 'ECONNRESET' });
        },
      })
      .catch((error: Error) => error.message);
    expect(reports).toBe('killed');
    expect(world.objects.size).toBe(0);
    await world.run(batches.slice(0, 1), 'b2', 1e9);
    // The plan of the first start is carried out under its own name.
    expect([...world.objects.keys()]).toEqual([expect.stringContaining('/c1-b1-00000001-')]);
  });

  it('tries again whatever fails, and rejects only when its sleep does', async () => {
    const failing = (work: string) => Object.assign(new Error(`${work} is away`), { code: 'EIO' });
    const reports: LandingReport[] = [];
    const left = { suppressed: 2, read: 2, save: 2, put: 2 };
    const fail = (what: keyof typeof left): void => {
      if (left[what]-- > 0) throw failing(what);
    };
    const lander = createLander({
      read: (from, to) => {
        fail('read');
        return reader(batches)(from, to);
      },
      target: {
        async put() {
          fail('put');
          return 'stored';
        },
      },
      plans: { load: () => undefined, save: () => fail('save') },
      collector: 'c1',
      boot: 'b1',
      shards: 1,
      objectBytes: 1e9,
      cursor: { segment: 1, offset: 0 },
      report: (report) => void reports.push(report),
      suppressed: async () => {
        fail('suppressed');
        return { has: ({ transaction }) => transaction === 'order_1' };
      },
      sleep: async () => {},
      random: () => 0.5,
    });
    await lander.land({ segment: 1, offset: batches.length });
    const failed = reports.flatMap((r) => (r.kind === 'failed' ? [r.key.replace(/.*c1-.*/, 'object')] : []));
    expect(failed).toEqual([
      'lake/suppressed',
      'lake/suppressed',
      'journal',
      'journal',
      'landing-plan.json',
      'landing-plan.json',
      'object',
      'object',
    ]);
    expect(reports.at(-1)).toMatchObject({ kind: 'released', rows: 96 });
  });
});
