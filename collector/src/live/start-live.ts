import type { Batch } from '../journal/batch.ts';
import type { Journal } from '../journal/journal.ts';
import type { Position } from '../journal/position.ts';
import type { Live } from './create-live.ts';

export interface StartLiveOptions {
  readonly live: Pick<Live, 'add'>;
  readonly journal: Pick<Journal, 'dir' | 'firstSince' | 'durable' | 'onCommitted'>;
  /** Reads committed batches back (journal/reader.ts). */
  readonly readJournal: (
    dir: string,
    from: Position,
    to: Position,
  ) => Iterable<{ batch: Batch; next: Position }>;
  readonly clock: () => number;
  /** Batches received longer ago are not brought back, ms. Default: one hour. */
  readonly keepMs?: number;
}

/** How many batches are read, be they brought back or too old, before others get their turn on the event loop. */
const SLICE = 500;

/**
 * Feeds the live store: first what the journal still holds of the last hour, then each commit. Commits that arrive during the replay
 * wait for its end, so that the store sees everything once and in order.
 * @returns `recovered`, which settles when the replay is over (rejected when it ended early: commits are followed all the same), and `stop`
 */
export const startLive = (options: StartLiveOptions): { recovered: Promise<void>; stop(): void } => {
  const { live, journal, readJournal, clock, keepMs = 3_600_000 } = options;
  let waiting: { batches: readonly Batch[]; end: Position }[] | undefined = [];
  let stopped = false;
  const to = journal.durable;
  const unsubscribe = journal.onCommitted((batches, end) => {
    if (waiting) waiting.push({ batches, end });
    else live.add(batches, end);
  });

  const replay = async (): Promise<void> => {
    let slice: Batch[] = [];
    let read = 0;
    try {
      for (const { batch, next } of readJournal(journal.dir, journal.firstSince(clock() - keepMs), to)) {
        if (batch.receivedMs >= clock() - keepMs) slice.push(batch);
        if (++read % SLICE) continue;
        live.add(slice, next);
        slice = [];
        await new Promise((resolve) => setImmediate(resolve));
        if (stopped) return;
      }
    } finally {
      live.add(slice, to);
      const rest = waiting ?? [];
      waiting = undefined;
      for (const { batches, end } of rest) live.add(batches, end);
    }
  };

  return {
    recovered: replay(),
    stop() {
      stopped = true;
      unsubscribe();
    },
  };
};
