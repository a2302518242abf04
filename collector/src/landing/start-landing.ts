import { createRequire } from 'node:module';
import { pathToFileURL } from 'node:url';
import { Worker } from 'node:worker_threads';
import { FIREHOSE_BUFFER_SECONDS } from '@gander/log-codes';
import type { Journal } from '../journal/journal.ts';
import type { Position } from '../journal/position.ts';
import type { Metrics } from '../metrics.ts';
import type { LandingConfig } from './landing-config.ts';
import type { FromLandingWorker, LandingWorkerData, ToLandingWorker } from './landing-worker.ts';
import { createReadablePosition } from './readable-position.ts';

/** The few methods of a logger that landing needs (pino's). */
export interface LandingLog {
  info(fields: object, message: string): void;
  warn(fields: object, message: string): void;
  error(fields: object, message: string): void;
}

export interface LandingOptions {
  readonly journal: Journal;
  readonly config: {
    readonly dataDir: string;
    readonly collectorId: string;
    readonly landing: LandingConfig;
  };
  readonly metrics?: Pick<Metrics, 'count' | 'set'>;
  readonly log?: LandingLog;
  /** Monotonic clock, ms. */
  readonly monotonic?: () => number;
  /** How long a stop waits for what is not landed yet, ms. Default: 8 s. */
  readonly stopMs?: number;
}

/** How landing is doing. */
export interface LandingStatus {
  /** Everything before this is landed. */
  readonly position: Position;
  readonly rows: number;
  readonly objects: number;
  readonly bytes: number;
  readonly deadLetters: number;
  /** Of the last failure that is still being retried; null when all is well. */
  readonly failing: string | null;
  /** How often the worker thread had to be started again. */
  readonly restarts: number;
}

export interface Landing {
  /** Lands what is durable now. Resolves when it is stored; keeps waiting while the target is down. */
  flush(): Promise<void>;
  status(): LandingStatus;
  /** Everything before this can be read where it was landed. Behind Firehose that is minutes after it was landed. */
  readable(): Position;
  /** Flushes for at most `stopMs` and ends the worker. What is not landed then stays in the journal. */
  stop(): Promise<void>;
}

const READER = 'landing';
const STOP_MS = 8_000;
const RESTART_MS = 1_000;
/** A buffer's longest age, and time to deliver it. */
const FIREHOSE_MS = (FIREHOSE_BUFFER_SECONDS + 60) * 1_000;
/** What is decoded lives for microseconds: a small young generation collects it as well as the default of six times this. */
const LIMITS = { maxYoungGenerationSizeMb: 8 };

/**
 * Starts landing in a thread of its own: it reads the journal behind the durable position, stores objects and releases the journal.
 * @example const landing = startLanding({ journal, config }); await landing.flush(); await landing.stop();
 */
export const startLanding = (options: LandingOptions): Landing => {
  const { journal, config, metrics, log, stopMs = STOP_MS } = options;
  const delayMs = config.landing.target === 'firehose' ? FIREHOSE_MS : 0;
  const readable = createReadablePosition(delayMs, options.monotonic ?? (() => performance.now()));
  readable.landed(journal.cursorOf(READER));
  const status = {
    position: journal.cursorOf(READER),
    rows: 0,
    objects: 0,
    bytes: 0,
    deadLetters: 0,
    restarts: 0,
  };
  let failing: string | null = null;
  let stopping = false;
  let nextFlush = 1;
  const flushes = new Map<number, () => void>();
  /** Of the thread there is, or was until it ended by itself. */
  let ended: Promise<void>;
  let worker = begin();
  const timer = setInterval(
    () => send({ kind: 'land', durable: journal.durable }),
    config.landing.intervalMs,
  );
  // A backlog of the run before does not wait for the first tick.
  send({ kind: 'land', durable: journal.durable });

  function begin(): Worker {
    const data: LandingWorkerData = {
      journalDir: journal.dir,
      dataDir: config.dataDir,
      collector: config.collectorId,
      boot: bootName(status.restarts),
      cursor: journal.cursorOf(READER),
      config: config.landing,
    };
    const started = startWorker(data);
    ended = new Promise((resolve) => started.once('exit', () => resolve()));
    started.on('message', receive);
    started.on('error', (error) =>
      log?.error({ error: error.name, stack: error.stack }, 'landing thread failed'),
    );
    started.on('exit', () => {
      if (stopping) return;
      failing = 'landing thread ended';
      status.restarts++;
      metrics?.count('gander_landing_restarts_total');
      metrics?.set('gander_landing_failing', 1);
      setTimeout(() => {
        if (stopping) return;
        worker = begin();
        for (const flush of flushes.keys()) send({ kind: 'land', durable: journal.durable, flush });
      }, RESTART_MS);
    });
    return started;
  }

  function send(message: ToLandingWorker): void {
    worker.postMessage(message);
  }

  function receive(message: FromLandingWorker): void {
    if (message.kind === 'flushed') {
      flushes.get(message.flush)?.();
      flushes.delete(message.flush);
      return;
    }
    switch (message.kind) {
      case 'stored':
        failing = null;
        status.objects++;
        status.bytes += message.bytes;
        metrics?.count('gander_landed_objects_total', 1, { result: message.existed ? 'exists' : 'stored' });
        metrics?.count('gander_landed_bytes_total', message.bytes);
        metrics?.set('gander_landing_failing', 0);
        break;
      case 'deadLettered':
        status.deadLetters += message.batches;
        metrics?.count('gander_landing_dead_letters_total', message.batches, { reason: message.reason });
        metrics?.count('gander_landing_dead_letter_logs_total', message.logs, { reason: message.reason });
        log?.warn({ reason: message.reason, batches: message.batches }, 'batches went to the dead letters');
        break;
      case 'failed':
        failing = message.error;
        metrics?.count('gander_landing_failures_total');
        metrics?.set('gander_landing_failing', 1);
        log?.warn({ key: message.key, error: message.error, retryInMs: message.retryInMs }, 'landing failed');
        break;
      case 'damaged':
        metrics?.count('gander_landing_damaged_bytes_total', message.bytes);
        log?.error({ at: message.at, bytes: message.bytes }, 'the journal is damaged: skipped');
        break;
      case 'planDamaged':
        metrics?.count('gander_landing_damaged_plans_total');
        log?.error(
          { file: 'landing-plan.json.damaged' },
          'the plan of a landing round is damaged and was set aside: if that round was under way, its rows land again, and logs_all leaves the copies out',
        );
        break;
      case 'suppressed':
        metrics?.count('gander_landing_suppressed_batches_total', message.batches);
        metrics?.count('gander_landing_suppressed_logs_total', message.logs);
        break;
      case 'released':
        status.position = message.position;
        status.rows += message.rows;
        metrics?.count('gander_landed_rows_total', message.rows);
        journal.release(READER, message.position);
        readable.landed(message.position);
        break;
    }
  }

  const flush = (): Promise<void> =>
    new Promise((resolve) => {
      const id = nextFlush++;
      flushes.set(id, resolve);
      send({ kind: 'land', durable: journal.durable, flush: id });
    });

  return {
    flush,
    status: () => ({ ...status, failing }),
    readable: readable.get,
    async stop() {
      if (stopping) return;
      clearInterval(timer);
      const limit = new Promise<void>((resolve) => setTimeout(resolve, stopMs).unref());
      await Promise.race([flush(), limit]);
      stopping = true;
      send({ kind: 'stop' });
      // A thread in the middle of a put is ended: the plan brings its objects back at the next start.
      const force = setTimeout(() => void worker.terminate(), 500);
      await ended;
      clearTimeout(force);
    },
  };
};

/** Sorts by time, and differs between two workers of one process. */
const bootName = (restarts: number): string =>
  `${Date.now().toString(36)}${restarts.toString(36).padStart(2, '0')}`;

/**
 * From source the thread needs tsx, which a worker takes only by its API (a worker ignores `--import`); it is a tool of the workspace,
 * never of the shipped package.
 */
const startWorker = (workerData: LandingWorkerData): Worker => {
  const { resolve } = createRequire(import.meta.url);
  if (!import.meta.url.endsWith('.ts')) {
    return new Worker(resolve('@gander/collector/landing-worker'), { workerData, resourceLimits: LIMITS });
  }
  // `require.resolve` answers the CommonJS build, which cannot register ES module hooks.
  const tsx = pathToFileURL(resolve('tsx/esm/api').replace(/\.cjs$/, '.mjs')).href;
  const source = new URL('./landing-worker.ts', import.meta.url).href;
  const code = `import(${JSON.stringify(tsx)}).then(({ register }) => { register(); return import(${JSON.stringify(source)}); })`;
  return new Worker(code, { eval: true, workerData, execArgv: ['--conditions=@gander/source'] });
};
