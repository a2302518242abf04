import type { Live } from '@gander/collector/operators';
import { LOGS_A_BATCH, makeBatch } from './make-batch.ts';

const TICK_MS = 50;

/** Commits so many logs a second, of 200 sessions at a time, until stopped. */
export const startFeed = (live: Live, logsPerSecond: number): { sent(): number; stop(): void } => {
  const began = performance.now();
  let batches = 0;
  const timer = setInterval(() => {
    const due = ((performance.now() - began) / 1000) * (logsPerSecond / LOGS_A_BATCH);
    while (batches < due) {
      // A session has some forty batches, then another takes its place.
      const round = Math.floor(batches / 200);
      live.add([makeBatch((batches % 200) + 200 * Math.floor(round / 40), round % 40)]);
      batches++;
    }
  }, TICK_MS);
  return { sent: () => batches * LOGS_A_BATCH, stop: () => clearInterval(timer) };
};
