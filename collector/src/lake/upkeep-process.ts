import { writeFileSync } from 'node:fs';
import { setPriority } from 'node:os';
import type { LandingConfig } from '../landing/landing-config.ts';
import type { RetentionResult } from './apply-retention.ts';
import type { DayResult } from './compact-day.ts';
import type { LakeConfig } from './lake-config.ts';
import { openStore } from './open-store.ts';
import { runUpkeep, UpkeepBusyError } from './run-upkeep.ts';

/** One round of upkeep. */
export interface UpkeepJob {
  readonly dataDir: string;
  readonly landing: LandingConfig;
  readonly lake: LakeConfig;
  /** Wall clock, ms since 1970. */
  readonly nowMs: number;
}

/** How a round ended. */
export type UpkeepOutcome =
  | { readonly kind: 'done'; readonly removed: RetentionResult }
  /** Another process looks after the same lake. */
  | { readonly kind: 'busy' }
  /** Killed because the collector stops. */
  | { readonly kind: 'stopped' }
  /** Name and message of what was thrown. */
  | { readonly kind: 'failed'; readonly error: string; readonly message: string };

/** Collector → this process. */
export type ToUpkeepProcess = { readonly kind: 'run'; readonly job: UpkeepJob } | { readonly kind: 'stop' };

/** This process → collector. */
export type FromUpkeepProcess = { readonly kind: 'compacted'; readonly day: DayResult } | UpkeepOutcome;

/** The intake comes first: of a processor that both want this takes a third of its share, as landing's thread does; and where memory runs out, this is killed. */
const NICE = 5;
const OOM_SCORE = '500';

const stepBack = (): void => {
  try {
    setPriority(NICE);
    // Linux: https://man7.org/linux/man-pages/man5/proc_pid_oom_score_adj.5.html
    writeFileSync('/proc/self/oom_score_adj', OOM_SCORE);
  } catch {
    // Where there is no such thing, the system decides.
  }
};

/** One round of the lake's upkeep in a process of its own, started by `forkUpkeep`; it ends after the round. */
const run = (): void => {
  stepBack();
  let stopping = false;
  const stop = (): void => {
    stopping = true;
  };
  // A terminal and systemd send them to every process of a group; the collector's own end closes the channel.
  for (const signal of ['SIGINT', 'SIGTERM'] as const) process.on(signal, stop);
  process.on('disconnect', stop);
  const send = (message: FromUpkeepProcess): Promise<void> =>
    new Promise((resolve) => {
      if (process.connected) process.send!(message, undefined, {}, () => resolve());
      else resolve();
    });
  const work = async ({ dataDir, landing, lake, nowMs }: UpkeepJob): Promise<UpkeepOutcome> => {
    try {
      const { removed } = await runUpkeep({
        dataDir,
        store: await openStore(landing, dataDir),
        config: lake,
        nowMs,
        threads: 1,
        onCompacted: (day) => void send({ kind: 'compacted', day }),
        stopped: () => stopping,
      });
      return { kind: 'done', removed };
    } catch (error) {
      if (error instanceof UpkeepBusyError) return { kind: 'busy' };
      const { name, message } = error as Error;
      return { kind: 'failed', error: name, message };
    }
  };
  process.on('message', (message: ToUpkeepProcess) => {
    if (message.kind === 'stop') return stop();
    // Kept-alive connections to a bucket would hold the process.
    void work(message.job)
      .then(send)
      .finally(() => process.exit());
  });
};

if (process.send) run();
