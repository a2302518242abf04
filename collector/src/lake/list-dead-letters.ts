import { type DeadLetter, readDeadLetters } from './dead-letter.ts';
import type { LakeStore } from './lake-store.ts';
import { DEAD_LETTER } from './layout.ts';

/** Which dead letters are meant. Everything left out means all. */
export interface DeadLetterFilter {
  readonly reason?: string | undefined;
  /** Ids; letters whose merchant is not known (Firehose's) are then left out. */
  readonly merchants?: ReadonlySet<string> | undefined;
}

/** The dead letters of one stage and reason. */
export interface DeadLetterGroup {
  readonly stage: DeadLetter['stage'];
  readonly reason: string;
  /** Batches; behind Firehose, records of many rows. */
  readonly letters: number;
  /** How many of them can be driven again: their content was kept. */
  readonly redrivable: number;
  readonly bytes: number;
  /** Receive times, ms since 1970. */
  readonly oldestMs: number;
  readonly newestMs: number;
  /** The newest of them. */
  readonly sample: {
    readonly merchant: string | null;
    readonly receivedMs: number;
    readonly bytes: number;
    /** Its first bytes, at most 32, in hex; null when they were not kept. Never text: it is what a stranger sent. */
    readonly head: string | null;
  };
}

const HEAD_BYTES = 32;

/**
 * The dead letters by stage and reason, most letters first.
 * @example const groups = await listDeadLetters(store, { merchants: new Set(['00112233445566ff']) });
 */
export const listDeadLetters = async (
  store: Pick<LakeStore, 'list' | 'read'>,
  filter: DeadLetterFilter = {},
): Promise<DeadLetterGroup[]> => {
  const groups = new Map<string, DeadLetterGroup>();
  for (const object of await store.list(DEAD_LETTER)) {
    for (const letter of await readDeadLetters(store, object)) {
      if (!isMeant(letter, filter)) continue;
      const key = `${letter.stage} ${letter.reason}`;
      groups.set(key, withLetter(groups.get(key), letter));
    }
  }
  return [...groups.values()].sort((a, b) => b.letters - a.letters || (a.reason < b.reason ? -1 : 1));
};

/** Whether a filter means a letter. */
export const isMeant = (letter: DeadLetter, { reason, merchants }: DeadLetterFilter): boolean =>
  (reason === undefined || letter.reason === reason) &&
  (merchants === undefined || (letter.merchant !== null && merchants.has(letter.merchant)));

const withLetter = (group: DeadLetterGroup | undefined, letter: DeadLetter): DeadLetterGroup => {
  const { stage, reason, merchant, receivedMs, bytes, content } = letter;
  const isNewest = !group || receivedMs >= group.newestMs;
  return {
    stage,
    reason,
    letters: (group?.letters ?? 0) + 1,
    redrivable: (group?.redrivable ?? 0) + (content ? 1 : 0),
    bytes: (group?.bytes ?? 0) + bytes,
    oldestMs: Math.min(group?.oldestMs ?? receivedMs, receivedMs),
    newestMs: Math.max(group?.newestMs ?? receivedMs, receivedMs),
    sample: isNewest
      ? {
          merchant,
          receivedMs,
          bytes,
          head: content && Buffer.from(content.subarray(0, HEAD_BYTES)).toString('hex'),
        }
      : group.sample,
  };
};
