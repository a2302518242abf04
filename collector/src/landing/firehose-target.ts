import { callsOf, recordsOf } from './firehose-records.ts';
import type { LandingTarget } from './landing-target.ts';
import { LANDING_LOGS } from './object-keys.ts';

/**
 * Sends one call's records.
 * @returns for each record, in order, its error code; undefined when it was taken
 * @throws when the call as a whole failed
 */
export type SendRecords = (records: readonly Uint8Array[]) => Promise<readonly (string | undefined)[]>;

export interface FirehoseTargetOptions {
  readonly send: SendRecords;
  /** Takes everything that is not a log: dead letters do not go through Firehose. */
  readonly others: LandingTarget;
  readonly sleep: (ms: number) => Promise<void>;
  /** 0 ≤ x < 1. */
  readonly random: () => number;
}

/** Firehose did not take records; `code` says why, in Firehose's words. */
export class FirehoseError extends Error {
  override readonly name = 'FirehoseError';
  readonly code: string;
  constructor(code: string) {
    super(`Firehose took no more records: ${code}`);
    this.code = code;
  }
}

const PAUSE_MS = 500;

/**
 * Lands rows through a Firehose delivery stream. Firehose keeps no names: an object that is put again after a crash is sent again,
 * and compaction and `logs_all` drop the copies. Within a run nothing is: of a call that failed in part only the failed records are
 * sent again, also when the caller tries the whole object again.
 * @example createFirehoseTarget({ send: createFirehoseSender(config), others: createLocalTarget(dataDir), sleep, random: Math.random })
 */
export const createFirehoseTarget = (options: FirehoseTargetOptions): LandingTarget => {
  const { send, others, sleep, random } = options;
  let unfinished: { readonly key: string; pending: Uint8Array[] } | undefined;

  /** Sends what is pending, once. @returns the last error code, if any */
  const sendPending = async (work: { pending: Uint8Array[] }): Promise<string | undefined> => {
    let code: string | undefined;
    const failed: Uint8Array[] = [];
    const calls = callsOf(work.pending);
    let sent = 0;
    try {
      for (const records of calls) {
        const codes = await send(records);
        sent++;
        for (const [i, record] of records.entries()) {
          if (codes[i] === undefined) continue;
          failed.push(record);
          code = codes[i];
        }
      }
    } finally {
      // Also when a call failed as a whole: what was taken before it is not sent again.
      work.pending = [...failed, ...calls.slice(sent).flat()];
    }
    return code;
  };

  return {
    async put(key, body) {
      if (!key.startsWith(`${LANDING_LOGS}/`)) return others.put(key, body);
      const work = unfinished?.key === key ? unfinished : { key, pending: recordsOf(key, body) };
      unfinished = work;
      while (work.pending.length) {
        const before = work.pending.length;
        const code = await sendPending(work);
        if (code === undefined) break;
        if (work.pending.length === before) throw new FirehoseError(code);
        // Throttled, but it moves: the stream's quota comes back by the second.
        await sleep(PAUSE_MS * random());
      }
      unfinished = undefined;
      return 'stored';
    },
  };
};
