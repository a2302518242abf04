import { encodeFrame, encodeLog, type Log, MAX_LABELS, toBase64Url } from '@gander/log-codes/encode';

/** A sealed batch: its frame as text, and what it holds. */
export interface SealedBatch {
  readonly seq: number;
  readonly logs: number;
  /** base64url of the frame. */
  readonly frame: string;
}

export interface RunningBatch {
  add(log: Log): void;
  /** Logs in it. */
  readonly logs: number;
  /** Whether it is full enough to be sealed at once. */
  readonly full: boolean;
  /** When its first log came, by `now`. */
  readonly since: number;
  /** Logs of the session so far, this batch included. */
  readonly total: number;
  /** The batch as it stands, if any; the same `seq` comes again until it is sealed. */
  peek(): SealedBatch | undefined;
  /** The same, and begins the next batch. */
  seal(): SealedBatch | undefined;
  /** Forgets the logs it holds; says how many. */
  clear(): number;
}

/** Numbers at which a batch is sealed: a body of some 4 KiB, and far from 16 KiB whatever they are. */
const FULL_NUMBERS = 2_500;
/** Logs at which a batch is sealed; the wire's cap is 500. */
const FULL_LOGS = 400;

/**
 * Creates the batch that logs are put into. Times come from `now`, so that they never run backwards; each batch takes the wall clock
 * afresh, so that a device that slept is right again with the next one.
 * @param logNow `now`, or later: what logs are timed by
 * @param wallClock ms since 1970, by the device's clock or a better one
 * @param transactionType first digit of the stored codes, 0 to 9
 */
export const createRunningBatch = (
  now: () => number,
  logNow: () => number,
  wallClock: () => number,
  transactionType: () => number,
): RunningBatch => {
  let numbers: number[] = [];
  let labels: string[] = [];
  /** Of `numbers`, those of whole logs: Firefox may stop a script that leaves its page while it adds one (see unload.ts). */
  let whole = 0;
  let logs = 0;
  let seq = 0;
  let total = 0;
  let baseTimeMs = 0;
  let since = 0;
  let last = 0;

  const clear = (): number => {
    const count = logs;
    numbers = [];
    labels = [];
    logs = whole = 0;
    return count;
  };
  const peek = (): SealedBatch | undefined => {
    if (!logs) return;
    numbers.length = whole;
    const header = {
      batchSeq: seq,
      firstLogSeq: total - logs,
      baseTimeMs,
      sentAfterMs: Math.max(0, Math.round(now() - since)),
      transactionType: transactionType(),
    };
    return { seq, logs, frame: toBase64Url(encodeFrame(header, labels, numbers, logs)) };
  };

  return {
    add(log) {
      const at = logNow();
      if (!logs) {
        since = last = at;
        baseTimeMs = Math.max(0, Math.round(wallClock() + at - now()));
      }
      // Rounded from the start of the batch, so that roundings do not add up.
      const delta = Math.max(0, Math.round(at - since) - Math.round(last - since));
      numbers.length = whole;
      encodeLog(numbers, log, delta, labels);
      last = Math.max(last, at);
      whole = numbers.length;
      logs++;
      total++;
    },
    get logs() {
      return logs;
    },
    get full() {
      return numbers.length > FULL_NUMBERS || logs >= FULL_LOGS || labels.length >= MAX_LABELS;
    },
    get since() {
      return since;
    },
    get total() {
      return total;
    },
    peek,
    seal() {
      const sealed = peek();
      if (sealed) {
        clear();
        seq++;
      }
      return sealed;
    },
    clear() {
      total -= logs;
      return clear();
    },
  };
};
