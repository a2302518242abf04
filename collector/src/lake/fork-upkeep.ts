import { type ChildProcess, type ForkOptions, fork } from 'node:child_process';
import { createRequire } from 'node:module';
import { fileURLToPath, pathToFileURL } from 'node:url';
import type { DayResult } from './compact-day.ts';
import type { FromUpkeepProcess, ToUpkeepProcess, UpkeepJob, UpkeepOutcome } from './upkeep-process.ts';

/** A round of upkeep under way. */
export interface UpkeepRound {
  /** Settles once the process is gone, and its lock with it. Never rejects. */
  readonly outcome: Promise<UpkeepOutcome>;
  /** Has it end after the shard's day under way, or be killed: each step on the lake is whole or not at all. */
  stop(): void;
}

/** What a round may still take once it is to stop; a stop of the collector has 9 s for everything. */
const STOP_MS = 5_000;

/**
 * Runs one round of the lake's upkeep in a process of its own: DuckDB's memory goes back to the system when the round is over, and a
 * crash in native code or a lack of memory ends the round and not the intake.
 * @param onCompacted told of each shard's day as it is done
 * @param start for tests: starts another script
 * @param stopMs how long it may go on once it is to stop, ms
 */
export const forkUpkeep = (
  job: UpkeepJob,
  onCompacted: (day: DayResult) => void,
  start: () => ChildProcess = startProcess,
  stopMs = STOP_MS,
): UpkeepRound => {
  let child: ChildProcess;
  try {
    child = start();
  } catch (error) {
    return { outcome: Promise.resolve(failure(error as Error)), stop: () => undefined };
  }
  let outcome: UpkeepOutcome | undefined;
  let stopping = false;
  let force: NodeJS.Timeout | undefined;
  const send = (message: ToUpkeepProcess): void => {
    // How it ended tells more than that it could not be told.
    if (child.connected) child.send(message, () => undefined);
  };
  child.on('message', (message: FromUpkeepProcess) => {
    if (message.kind === 'compacted') onCompacted(message.day);
    else outcome = message;
  });
  const ended = new Promise<UpkeepOutcome>((resolve) => {
    child.on('error', (error) => {
      // Where there is no process, nothing else comes.
      if (child.pid === undefined) resolve(failure(error));
    });
    child.on('close', (code, signal) => {
      clearTimeout(force);
      const unsaid = stopping
        ? STOPPED
        : failure(new UpkeepProcessError(`ended by ${signal ?? `exit code ${code}`}`));
      resolve(outcome ?? unsaid);
    });
  });
  send({ kind: 'run', job });
  return {
    outcome: ended,
    stop() {
      stopping = true;
      send({ kind: 'stop' });
      force ??= setTimeout(() => child.kill('SIGKILL'), stopMs);
    },
  };
};

/** The process ended without a word. */
class UpkeepProcessError extends Error {
  override readonly name = 'UpkeepProcessError';
}

const STOPPED: UpkeepOutcome = { kind: 'stopped' };
const failure = ({ name, message }: Error): UpkeepOutcome => ({ kind: 'failed', error: name, message });

/** From source the process needs tsx: a tool of the workspace, never of the shipped package. The job comes by message: it may name secrets. */
const startProcess = (): ChildProcess => {
  const { resolve } = createRequire(import.meta.url);
  const options: ForkOptions = { stdio: ['ignore', 'ignore', 'inherit', 'ipc'], execArgv: [] };
  if (!import.meta.url.endsWith('.ts')) return fork(resolve('@gander/collector/upkeep-process'), options);
  return fork(fileURLToPath(new URL('./upkeep-process.ts', import.meta.url)), {
    ...options,
    execArgv: ['--conditions=@gander/source', '--import', pathToFileURL(resolve('tsx')).href],
  });
};
