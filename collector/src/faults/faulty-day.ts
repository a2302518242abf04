import {
  encodeFrame,
  encodeLog,
  FIREHOSE_ERROR_PREFIX,
  FIREHOSE_EXTENSION,
  FIREHOSE_PARTITION_QUERY,
  FIREHOSE_PREFIX,
} from '@gander/log-codes';
import { paste } from '@gander/log-codes/encode';
import type { Batch } from '../journal/batch.ts';
import type { Position } from '../journal/position.ts';
import { compactLake } from '../lake/compact-lake.ts';
import type { LakeStore } from '../lake/lake-store.ts';
import { createLocalStore } from '../lake/local-store.ts';
import { openDuck } from '../lake/open-duck.ts';
import { createFirehoseDelivery } from '../landing/firehose-delivery-emulator.ts';
import { createFirehoseTarget } from '../landing/firehose-target.ts';
import { createLander } from '../landing/lander.ts';
import type { LandingTarget } from '../landing/landing-target.ts';
import { createLocalTarget } from '../landing/local-target.ts';
import type { Plan } from '../landing/plan.ts';

const HOUR = 3_600_000;
/** Start of the simulated day. */
export const MIDNIGHT = Date.parse('2026-03-02T00:00:00Z');
/** Logs of a batch. */
export const LOGS = 3;

export interface FaultyDayOptions {
  /** Data folder: landing and lake. */
  readonly dataDir: string;
  readonly seed: number;
  readonly sessionsPerHour: number;
  /** Called when everything acknowledged so far is landed, every fifth hour and at the end. */
  readonly check: (acknowledged: ReadonlySet<string>) => Promise<void>;
}

/** What happened in the day. */
export interface FaultyDay {
  /** `<session>/<log_seq>` of each acknowledged log. */
  readonly acknowledged: ReadonlySet<string>;
  /** Batches that clients sent again though they were acknowledged. */
  readonly resent: number;
  /** Deaths of collectors and of compactions. */
  readonly killed: number;
  /** Records that Firehose refused in calls that it took in part. */
  readonly firehoseFailures: number;
  /** Answers of the target that were lost after it had stored. */
  readonly lostAnswers: number;
  readonly compactions: number;
}

/** mulberry32, seeded: https://gist.github.com/tommyettinger/46a874533244883189143505d203312c */
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

type Counts = { killed: number; lostAnswers: number; firehoseFailures: number };

/** One collector: its journal (in memory) and landing's plan and cursor outlive its processes. */
const createCollector = (name: string, random: () => number, files: LandingTarget, counts: Counts) => {
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
          if (random() < p) {
            counts.lostAnswers++;
            throw new Error('the answer was lost');
          }
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
        counts.killed++;
      });
    },
  };
};

/** Delivers at least once, as Firehose says of itself: a record is refused, or taken, or taken twice. */
const createFaultyFirehose = (dataDir: string, random: () => number, counts: Counts) => {
  const delivery = createFirehoseDelivery({
    folder: dataDir,
    query: FIREHOSE_PARTITION_QUERY,
    prefix: FIREHOSE_PREFIX,
    errorPrefix: FIREHOSE_ERROR_PREFIX,
    extension: FIREHOSE_EXTENSION,
    bufferBytes: 64 * 1024,
    // Records of an hour are delivered after its end: they land late in an hour that is compacted.
    bufferMs: 300_000,
    nowMs: MIDNIGHT,
  });
  const target = createFirehoseTarget({
    async send(records) {
      return records.map((record) => {
        if (random() < 0.2) {
          counts.firehoseFailures++;
          return 'ServiceUnavailableException';
        }
        delivery.take(Buffer.from(record));
        if (random() < 0.02) delivery.take(Buffer.from(record));
        return undefined;
      });
    },
    others: createLocalTarget(dataDir),
    sleep: async () => {},
    random,
  });
  return { target, delivery };
};

const dying = (store: LakeStore, random: () => number, p: number): LakeStore => ({
  ...store,
  async replace(key, body) {
    if (random() < p) throw new Killed();
    await store.replace(key, body);
  },
});

/**
 * A day of traffic over three collectors, one of them behind Firehose, with everything that may go wrong between an acknowledgement
 * and the lake: clients that send again (also to another collector, and hours later, and after midnight), processes that die at any
 * step, lost answers of the target, refused and repeated records of the delivery stream, compaction meanwhile that dies as well.
 * What is acknowledged must be in `logs_all` once, to the row. Needs jq.
 */
export const runFaultyDay = async (options: FaultyDayOptions): Promise<FaultyDay> => {
  const { dataDir, sessionsPerHour } = options;
  const random = randomFrom(options.seed);
  const counts: Counts = { killed: 0, lostAnswers: 0, firehoseFailures: 0 };
  const store = createLocalStore(dataDir);
  const files = createLocalTarget(dataDir);
  const firehose = createFaultyFirehose(dataDir, random, counts);
  const collectors = [
    createCollector('c1', random, files, counts),
    createCollector('c2', random, files, counts),
    createCollector('c3', random, firehose.target, counts),
  ];
  const any = () => collectors[Math.floor(random() * collectors.length)]!;
  const acknowledged = new Set<string>();
  const later: { atMs: number; batch: Batch }[] = [];
  const open: { session: number; batches: number }[] = [];
  let session = 0;
  let resent = 0;
  let compactions = 0;

  const compact = async (nowMs: number, into: LakeStore): Promise<void> => {
    compactions++;
    const duck = await openDuck({ scratch: store.scratch, memoryLimit: '500MB' });
    try {
      await compactLake({ duck, store: into, nowMs, graceMs: 300_000 });
    } catch (error) {
      if (!(error instanceof Killed)) throw error;
      counts.killed++;
    } finally {
      duck.close();
    }
  };
  const landAll = async (): Promise<void> => {
    for (const c of collectors) await c.land(0);
    firehose.delivery.advance(300_000);
  };

  for (let hour = 0; hour < 27; hour++) {
    const hourMs = MIDNIGHT + hour * HOUR;
    if (hour < 24) {
      for (let i = 0; i < sessionsPerHour; i++) open.push({ session: session++, batches: 0 });
      for (const one of open) {
        const batch = batchOf(one.session, one.batches++, hourMs + Math.floor(random() * HOUR));
        any().journal.push(batch);
        for (let i = 0; i < LOGS; i++) acknowledged.add(`${one.session}/${(one.batches - 1) * LOGS + i}`);
        // Its acknowledgement was lost: the client sends it again, to whichever collector, up to three hours later.
        if (random() < 0.2) later.push({ atMs: batch.receivedMs + Math.floor(random() * 3 * HOUR), batch });
      }
      open.splice(0, Math.max(0, open.length - sessionsPerHour * 1.5));
    }
    for (const { batch, atMs } of later.splice(0).filter((l) => l.atMs < hourMs + HOUR || !later.push(l))) {
      resent++;
      any().journal.push({ ...batch, receivedMs: atMs });
    }
    const compaction =
      random() < 0.6 ? compact(hourMs + 400_000, dying(store, random, 0.1)) : Promise.resolve();
    await Promise.all([compaction, ...collectors.map((c) => c.land(0.05))]);
    firehose.delivery.advance(HOUR);
    if (hour % 5 === 0) {
      await landAll();
      await options.check(acknowledged);
    }
  }
  await landAll();
  await options.check(acknowledged);
  await compact(MIDNIGHT + 60 * HOUR, store);
  await options.check(acknowledged);
  return { acknowledged, resent, compactions, ...counts };
};
