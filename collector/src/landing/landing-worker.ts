import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { parentPort, workerData } from 'node:worker_threads';
import { JOURNAL_START, type Position } from '../journal/position.ts';
import { createJournalReader } from '../journal/reader.ts';
import { LAKE_SUPPRESSED } from '../lake/layout.ts';
import { createLander, type LandingReport, nameOf } from './lander.ts';
import type { LandingConfig } from './landing-config.ts';
import { lowerThreadPriority } from './lower-thread-priority.ts';
import { openSuppressions, REMOTE_MS } from './open-suppressions.ts';
import { openTarget } from './open-target.ts';
import { createPlanFile } from './plan.ts';

/** What the main thread starts this worker with. */
export interface LandingWorkerData {
  readonly journalDir: string;
  readonly dataDir: string;
  readonly collector: string;
  readonly boot: string;
  readonly cursor: Position;
  readonly config: LandingConfig;
}

/** Main thread → worker. */
export type ToLandingWorker =
  | { readonly kind: 'land'; readonly durable: Position; readonly flush?: number }
  | { readonly kind: 'stop' };

/** Worker → main thread. */
export type FromLandingWorker = LandingReport | { readonly kind: 'flushed'; readonly flush: number };

/** Landing's own thread: decoding and compressing must not keep the intake waiting. */
const run = async (port: NonNullable<typeof parentPort>, data: LandingWorkerData): Promise<void> => {
  lowerThreadPriority();
  const stopped = new AbortController();
  const post = (message: FromLandingWorker): void => port.postMessage(message);
  const journal = createJournalReader(data.journalDir, {
    onDamage: (at, bytes) => post({ kind: 'damaged', at, bytes }),
  });
  const lander = createLander({
    read: (from, to) => journal.read(from, to),
    target: await openTarget(data.config, data.dataDir),
    plans: createPlanFile(join(data.journalDir, 'landing-plan.json'), () => post({ kind: 'planDamaged' })),
    collector: data.collector,
    boot: data.boot,
    shards: data.config.shards,
    objectBytes: data.config.objectBytes,
    cursor: data.cursor,
    report: post,
    suppressed: await openSuppressions(data.config, data.dataDir, (error) =>
      post({ kind: 'failed', key: LAKE_SUPPRESSED, error: nameOf(error), retryInMs: REMOTE_MS }),
    ),
    sleep: (ms) => delay(ms, undefined, { signal: stopped.signal }),
    random: Math.random,
  });

  let durable: Position = JOURNAL_START;
  let flushes: number[] = [];
  let running = false;
  const work = async (): Promise<void> => {
    if (running) return;
    running = true;
    for (let behind = false; !stopped.signal.aborted; behind = true) {
      const waiting = flushes;
      flushes = [];
      const to = durable;
      await lander.land(to, behind);
      for (const flush of waiting) post({ kind: 'flushed', flush });
      if (!flushes.length && to === durable) break;
    }
    running = false;
  };

  port.on('message', (message: ToLandingWorker) => {
    if (message.kind === 'stop') {
      stopped.abort();
      port.close();
      return;
    }
    durable = message.durable;
    if (message.flush !== undefined) flushes.push(message.flush);
    // Anything but the end of a stopped wait ends the thread; the main thread then starts it again.
    work().catch((error: unknown) => {
      if (!stopped.signal.aborted) throw error;
    });
  });
};

if (parentPort) await run(parentPort, workerData as LandingWorkerData);
