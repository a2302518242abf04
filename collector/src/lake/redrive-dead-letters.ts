import { createHash } from 'node:crypto';
import type { LandingTarget } from '../landing/landing-target.ts';
import type { Round } from '../landing/object-keys.ts';
import { createRoundPack } from '../landing/pack-round.ts';
import { RowsError, rowsOf } from '../landing/rows.ts';
import type { Metrics } from '../metrics.ts';
import { type DeadLetter, keepDeadLetters, readDeadLetters } from './dead-letter.ts';
import type { LakeStore, StoredObject } from './lake-store.ts';
import { DEAD_LETTER, LAKE_RECEIPTS, nameOf } from './layout.ts';
import { type DeadLetterFilter, isMeant } from './list-dead-letters.ts';
import { partitionedRows } from './partitioned-rows.ts';
import { withUpkeepLock } from './run-upkeep.ts';
import { readSuppressions, type SuppressionList } from './suppressions.ts';

export interface RedriveOptions extends DeadLetterFilter {
  /** Where the letters lie (`openStore`). */
  readonly store: LakeStore;
  /** Where rows are landed (`openTarget`). */
  readonly target: LandingTarget;
  readonly dataDir: string;
  /** `landing.shards` of the configuration. */
  readonly shards: number;
  /** Who asked: a name for the receipt, e.g. `command line` or a user's id. */
  readonly actor: string;
  /** Wall clock, ms since 1970. */
  readonly nowMs: number;
  readonly metrics?: Pick<Metrics, 'count'> | undefined;
}

/** What became of the letters of one reason. */
export interface RedriveResult {
  readonly reason: string;
  /** Letters that are rows of landing now, and are dead letters no more. */
  readonly landed: number;
  /** Letters that still cannot become rows, or whose content was not kept; they stay. */
  readonly failed: number;
  /** Letters of erased transactions and sessions: removed. */
  readonly suppressed: number;
}

/** The audit record of a run; kept below `lake/receipts`. */
export interface RedriveReceipt {
  readonly id: string;
  readonly at: string;
  readonly actor: string;
  /** What was asked for; null means all. */
  readonly reason: string | null;
  readonly merchants: readonly string[] | null;
  readonly results: readonly RedriveResult[];
  /** Logs that were landed. */
  readonly rows: number;
  /** Landing objects that were put. */
  readonly objects: readonly string[];
}

/**
 * Puts dead letters back through landing, once each: a letter whose content is kept and can become rows by now is landed, by its own
 * receive time, and taken out of its object; the others stay. Run again it does nothing: an object that was landed before, by a run
 * that was killed before it took the letters out, has the same name and is kept; compaction drops what came twice otherwise.
 * @throws UpkeepBusyError when another process compacts, erases or drives in this lake
 * @example await redriveDeadLetters({ store, target, dataDir, shards: 1, actor: 'command line', nowMs: Date.now(), reason: 'code' });
 */
export const redriveDeadLetters = (options: RedriveOptions): Promise<RedriveReceipt> =>
  withUpkeepLock(options.dataDir, options.store, async () => {
    const { store, nowMs, metrics } = options;
    const suppressed = await readSuppressions(store);
    const run: Run = { results: new Map(), rows: 0, objects: [] };
    for (const object of await store.list(DEAD_LETTER)) await redriveObject(object, options, suppressed, run);
    const { results, rows, objects } = run;
    const at = new Date(nowMs).toISOString();
    const receipt: RedriveReceipt = {
      id: `${at.replace(/[:.]/g, '-')}-redrive`,
      at,
      actor: options.actor,
      reason: options.reason ?? null,
      merchants: options.merchants ? [...options.merchants].sort() : null,
      results: [...results].map(([reason, result]) => ({ reason, ...result })),
      rows,
      objects,
    };
    await store.replace(
      `${LAKE_RECEIPTS}/${receipt.id}.json`,
      Buffer.from(`${JSON.stringify(receipt, null, 2)}\n`),
    );
    for (const { reason, ...counts } of receipt.results) {
      for (const result of ['landed', 'failed', 'suppressed'] as const) {
        if (counts[result])
          metrics?.count('gander_redriven_letters_total', counts[result], { reason, result });
      }
    }
    metrics?.count('gander_redriven_rows_total', rows);
    return receipt;
  });

type Outcome = 'landed' | 'failed' | 'suppressed';

interface Run {
  readonly results: Map<string, Record<Outcome, number>>;
  rows: number;
  readonly objects: string[];
}

const redriveObject = async (
  object: StoredObject,
  options: RedriveOptions,
  suppressed: SuppressionList,
  run: Run,
): Promise<void> => {
  const letters = await readDeadLetters(options.store, object);
  const { collector } = roundOf(object);
  const pack = createRoundPack(collector, options.shards);
  const left: DeadLetter[] = [];
  const outcomes: [string, Outcome][] = [];
  for (const letter of letters) {
    const outcome = isMeant(letter, options) ? addLetter(pack, letter, collector, suppressed) : undefined;
    if (outcome) outcomes.push([letter.reason, outcome]);
    if (outcome === undefined || outcome === 'failed') left.push(letter);
  }
  if (left.length < letters.length) {
    const { objects, rows } = pack.finish(roundOf(object));
    for (const { key, body } of objects) {
      await options.target.put(key, body);
      run.objects.push(key);
    }
    run.rows += rows;
    // Only now: a run that ends before this lands the same objects again.
    await keepDeadLetters(options.store, object, left);
  }
  for (const [reason, outcome] of outcomes) {
    const counts = run.results.get(reason) ?? { landed: 0, failed: 0, suppressed: 0 };
    counts[outcome]++;
    run.results.set(reason, counts);
  }
};

const addLetter = (
  pack: ReturnType<typeof createRoundPack>,
  letter: DeadLetter,
  collector: string,
  suppressed: SuppressionList,
): Outcome => {
  const { merchant, receivedMs, content } = letter;
  if (!content) return 'failed';
  if (letter.stage === 'firehose') {
    const all = partitionedRows(content);
    if (!all) return 'failed';
    const kept = all.filter(({ row }) => !suppressed.has(row));
    for (const { folder, row } of kept) pack.addRow(folder, row);
    return kept.length ? 'landed' : 'suppressed';
  }
  if (!letter.batch || merchant === null) return 'failed';
  const batch = { merchant, receivedMs, frame: content, ...letter.batch };
  if (suppressed.has(batch)) return 'suppressed';
  try {
    rowsOf(batch, collector);
  } catch (error) {
    if (error instanceof RowsError) return 'failed';
    throw error;
  }
  pack.add(batch);
  return 'landed';
};

/** The round that a dead-letter object was part of; Firehose's objects have names of their own and get a round made of them. */
const roundOf = ({ key }: Pick<StoredObject, 'key'>): Round => {
  const [, collector = '', boot = '', seq = ''] =
    /^([a-z0-9]+)-([a-z0-9]+)-(\d+)-[0-9a-f]{12}\./.exec(nameOf(key)) ?? [];
  if (collector) return { collector, boot, seq: Number(seq) };
  return { collector: 'firehose', boot: createHash('sha256').update(key).digest('hex').slice(0, 12), seq: 1 };
};
