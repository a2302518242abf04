import type { Batch } from '../journal/batch.ts';
import { headOf } from '../journal/head-of.ts';
import { comparePositions, type Position } from '../journal/position.ts';
import { LAKE_SUPPRESSED } from '../lake/layout.ts';
import type { SuppressionList } from '../lake/suppressions.ts';
import type { LandingTarget } from './landing-target.ts';
import { createRoundPack, type LandingObject } from './pack-round.ts';
import type { PackLevel } from './packer.ts';
import type { Plan, PlanFile } from './plan.ts';

/** What landing tells the outside, for metrics and logs. */
export type LandingReport =
  | {
      readonly kind: 'stored';
      readonly key: string;
      readonly rows: number;
      readonly bytes: number;
      readonly existed: boolean;
    }
  | {
      readonly kind: 'deadLettered';
      readonly reason: string;
      readonly batches: number;
      readonly logs: number;
    }
  /** What `key` names failed: an object, `lake/suppressed`, `journal` or `landing-plan.json`. It is tried again. */
  | { readonly kind: 'failed'; readonly key: string; readonly error: string; readonly retryInMs: number }
  /** Bytes of the journal that cannot be read any more; reading goes on behind them. */
  | { readonly kind: 'damaged'; readonly at: Position; readonly bytes: number }
  /** The plan of the last round could not be read: it was set aside, and its round is planned anew. */
  | { readonly kind: 'planDamaged' }
  /** Batches of erased transactions and sessions, dropped. */
  | { readonly kind: 'suppressed'; readonly batches: number; readonly logs: number }
  | { readonly kind: 'released'; readonly position: Position; readonly rows: number };

export interface LanderOptions {
  /** Reads the journal between two positions. */
  readonly read: (
    from: Position,
    to: Position,
  ) => Iterable<{ readonly batch: Batch; readonly next: Position }>;
  readonly target: LandingTarget;
  readonly plans: PlanFile;
  readonly collector: string;
  /** Name of this start of the process, unique and growing. */
  readonly boot: string;
  readonly shards: number;
  /** Compressed bytes at which a round ends. */
  readonly objectBytes: number;
  /** Where landing had released the journal. */
  readonly cursor: Position;
  readonly report: (report: LandingReport) => void;
  /** Waits; rejects when aborted. */
  readonly sleep: (ms: number) => Promise<void>;
  /** What was erased and must not come back; asked before each round. */
  readonly suppressed?: () => Promise<Pick<SuppressionList, 'has'>>;
  /** 0 ≤ x < 1. */
  readonly random: () => number;
}

/** Moves the journal's batches into objects, round by round. */
export interface Lander {
  /**
   * Lands everything before `durable`. Rejects only when `sleep` does; what fails (a put, the list of what was erased, the journal, the
   * plan) is tried again.
   * @param behind whether more had come while the call before was under way: objects are then packed quickly and not so small, as
   *   they are behind the first round of any call
   */
  land(durable: Position, behind?: boolean): Promise<void>;
}

const FIRST_RETRY_MS = 500;
const LAST_RETRY_MS = 60_000;

/**
 * A round is: pack batches until the round is full → write the plan → store the objects → release the journal. After a crash
 * the plan is carried out again from the journal: same batches, same names, and the target keeps what is there.
 */
export const createLander = (options: LanderOptions): Lander => {
  const { read, target, plans, report } = options;
  let position = options.cursor;
  let seq = 0;
  let unfinished = unfinishedPlan(plans.load(), options.cursor);

  /** Does it until it works. Rejects only when `sleep` does. @param key what it is about, for the report */
  const keepTrying = async <T>(key: string, work: () => T | Promise<T>): Promise<T> => {
    for (let attempt = 0; ; attempt++) {
      try {
        return await work();
      } catch (error) {
        // Full jitter: https://aws.amazon.com/blogs/architecture/exponential-backoff-and-jitter/
        const retryInMs = Math.ceil(
          options.random() * Math.min(LAST_RETRY_MS, FIRST_RETRY_MS * 2 ** attempt),
        );
        report({ kind: 'failed', key, error: nameOf(error), retryInMs });
        await options.sleep(retryInMs);
      }
    }
  };

  const store = async ({ key, body, lines }: LandingObject): Promise<void> => {
    const existed = (await keepTrying(key, () => target.put(key, body))) === 'exists';
    report({ kind: 'stored', key, rows: lines, bytes: body.length, existed });
  };

  /** Packs from `from` until full or `to`. @returns the pack and where it ends */
  const packUp = async (from: Position, to: Position, shards: number, limit: number, level?: PackLevel) => {
    const suppressed = await keepTrying(LAKE_SUPPRESSED, () => options.suppressed?.());
    return keepTrying('journal', () => packBatches(suppressed, from, to, shards, limit, level));
  };

  const packBatches = (
    suppressed: Pick<SuppressionList, 'has'> | undefined,
    from: Position,
    to: Position,
    shards: number,
    limit: number,
    level: PackLevel | undefined,
  ) => {
    const pack = createRoundPack(options.collector, shards, level);
    let end = to;
    let batches = 0;
    let logs = 0;
    for (const { batch, next } of read(from, to)) {
      if (suppressed?.has(batch)) {
        batches++;
        logs += headOf(batch.frame).logCount;
        continue;
      }
      if (pack.add(batch) >= limit) {
        end = next;
        break;
      }
    }
    if (batches) report({ kind: 'suppressed', batches, logs });
    return { pack, end };
  };

  const carryOut = async (plan: Plan, pack: ReturnType<typeof createRoundPack>): Promise<void> => {
    const { objects, rows, deadLetters } = pack.finish(plan);
    for (const object of objects) await store(object);
    for (const [reason, counts] of deadLetters) report({ kind: 'deadLettered', reason, ...counts });
    position = plan.to;
    report({ kind: 'released', position, rows });
  };

  const redo = async (plan: Plan): Promise<void> => {
    const { pack } = await packUp(plan.from, plan.to, plan.shards, Number.POSITIVE_INFINITY);
    await carryOut(plan, pack);
  };

  return {
    async land(durable, behind = false) {
      if (unfinished) {
        await redo(unfinished);
        unfinished = undefined;
      }
      const { collector, boot, shards, objectBytes } = options;
      for (let first = true; comparePositions(position, durable) < 0; first = false) {
        const level = first && !behind ? 'small' : 'quick';
        const { pack, end } = await packUp(position, durable, shards, objectBytes, level);
        const plan: Plan = { collector, boot, seq: ++seq, shards, from: position, to: end };
        await keepTrying('landing-plan.json', () => plans.save(plan));
        await carryOut(plan, pack);
      }
    },
  };
};

/** A plan is finished once the journal was released up to its end. The cursor may lag behind the plan, never the other way round. */
const unfinishedPlan = (plan: Plan | undefined, cursor: Position): Plan | undefined =>
  plan && comparePositions(plan.to, cursor) > 0 ? plan : undefined;

/** Name and code of an error; its message may hold input. */
export const nameOf = (error: unknown): string => {
  const { name, code } = error as NodeJS.ErrnoException;
  return code ? `${name}: ${code}` : String(name);
};
