import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { createListener, type Listener } from './app.ts';
import { type Config, dataPath } from './config.ts';
import { createAcceptLogs } from './intake/accept-logs.ts';
import { type Clock, createTokenClock, systemClock } from './intake/clock.ts';
import { createGrantUses } from './intake/grants.ts';
import { keepSdkFiles } from './intake/keep-sdk-files.ts';
import { createLimits } from './intake/limits.ts';
import { createOpenSession } from './intake/open-session.ts';
import { refuseConnections } from './intake/refuse-connections.ts';
import { createTokens } from './intake/token.ts';
import { createTokenCache } from './intake/token-cache.ts';
import { createTokenTimes } from './intake/token-times.ts';
import type { JournalError } from './journal/journal-error.ts';
import type { JournalFs } from './journal/journal-fs.ts';
import { type OpenJournal, openJournal } from './journal/open-journal.ts';
import { readJournal } from './journal/reader.ts';
import { startUpkeep } from './lake/start-upkeep.ts';
import { type Landing, startLanding } from './landing/start-landing.ts';
import { createLive, type Live } from './live/create-live.ts';
import { startLive } from './live/start-live.ts';
import { createLogger, type Logger } from './logger.ts';
import { createMetrics, type Metrics } from './metrics.ts';
import { checkRootKey } from './registry/check-root-key.ts';
import { type DeliveryCounts, startDeliveryCounts } from './registry/delivery-counts.ts';
import { openRegistry } from './registry/open-registry.ts';
import type { Registry } from './registry/registry.ts';
import { loadRootKey } from './registry/root-key.ts';

export interface CollectorOptions {
  readonly config: Config;
  /** Folder of the built SDK script and its manifest; none is served without it. */
  readonly sdkDir?: string | undefined;
  readonly log?: Logger;
  readonly clock?: Clock;
  /** Folder of the journal; by default `journal` in the data folder. */
  readonly journalDir?: string;
  /** File system of the journal. */
  readonly files?: JournalFs;
}

/** A running collector. */
export interface Collector {
  /** Where pages send to. */
  readonly url: string;
  readonly registry: Registry;
  readonly live: Live;
  readonly journal: OpenJournal;
  readonly landing: Landing;
  readonly metrics: Metrics;
  /** By merchant and hour, what came and was not stored. */
  readonly deliveries: DeliveryCounts;
  readonly log: Logger;
  /** Takes nothing new, answers what is under way, lands what is journaled, and ends: within 10 s. */
  stop(): Promise<void>;
}

/** A stop takes no longer, so that whoever asked need not kill. */
const STOP_MS = 9_000;

/**
 * Starts a collector: registry → journal → landing, live → intake.
 * @throws JournalError `locked` when another process writes the same journal
 * @throws RootKeyError where the root key is missing that the database's keys were made with
 * @example const collector = await startCollector({ config: readConfig({ port: 0 }) });
 */
export const startCollector = async (options: CollectorOptions): Promise<Collector> => {
  const { config, clock = systemClock } = options;
  const log = options.log ?? createLogger(config.logLevel);
  const metrics = createMetrics(true);
  await checkRootKey(config);
  const rootKey = loadRootKey(config.dataDir, config.rootKey);
  const registry = await openRegistry({
    databaseUrl: config.databaseUrl,
    dataDir: config.dataDir,
    rootKey,
    now: clock.now,
    onReach: (reached, error) => {
      metrics.set('gander_registry_up', reached ? 1 : 0);
      if (reached) log.info('the database of the registry answers again');
      else
        log.warn(
          { code: (error as NodeJS.ErrnoException).code },
          'the database of the registry does not answer',
        );
    },
  });
  metrics.set('gander_registry_up', 1);
  const deliveries = startDeliveryCounts({ db: registry.db, now: clock.now });
  const journal = await openJournal({
    dir: options.journalDir ?? dataPath(config, 'journal'),
    readers: ['landing'],
    segmentBytes: config.journal.segmentBytes,
    maxBytes: config.journal.maxBytes,
    maxWaiting: config.journal.maxWaiting,
    rememberMs: config.journal.rememberHours * 3_600_000,
    rememberSessions: config.journal.rememberSessions,
    metrics,
    now: clock.now,
    monotonic: clock.monotonic,
    onFailure: (step, error) =>
      log.error(
        { step, code: (error as NodeJS.ErrnoException).code ?? (error as JournalError).fault },
        'journal failed',
      ),
    ...(options.files ? { files: options.files } : {}),
  }).catch(async (error: unknown) => {
    await deliveries.stop();
    await registry.stop();
    throw error;
  });
  const landing = startLanding({ journal, config, metrics, log });
  const stopUpkeep = config.lake.upkeep
    ? startUpkeep({
        dataDir: config.dataDir,
        landing: config.landing,
        config: config.lake,
        metrics,
        log,
        now: clock.now,
      })
    : async () => {};
  const live = createLive({ clock: clock.now, maxBytes: config.live.maxBytes });
  const feed = startLive({
    live,
    journal,
    readJournal: (dir, from, to) =>
      readJournal(dir, from, to, {
        onDamage: (at, bytes) => log.error({ at, bytes }, 'the journal is damaged: the live view skips it'),
      }),
    clock: clock.now,
  });
  feed.recovered.catch((error: unknown) =>
    log.error({ code: (error as NodeJS.ErrnoException).code }, 'the live view was not brought back whole'),
  );

  const tokenClock = createTokenClock(clock, () => {
    metrics.count('gander_clock_jumps_total');
    log.warn('the clock was set');
  });
  const { rotationDays, ttlSeconds, skewSeconds, lateSeconds } = config.tokens;
  const useSeconds = ttlSeconds + skewSeconds + lateSeconds;
  const tokens = createTokens({ rootKey, rotationDays, useSeconds, now: tokenClock.now });
  const times = createTokenTimes(tokenClock, config.tokens);
  const tokenCache = createTokenCache(tokens, () => metrics.count('gander_token_cache_misses_total'));
  // The Redis client is loaded only where there is one: it takes as much memory as the rest of the intake.
  const shared = config.redisUrl
    ? (await import('./intake/connect-shared.ts')).connectShared({
        url: config.redisUrl,
        rememberSeconds: config.journal.rememberHours * 3_600,
        monotonic: clock.monotonic,
        metrics,
        log,
      })
    : undefined;
  const limits = createLimits(config.limits, clock.monotonic, shared?.storeOf, registry);
  const grantUses = shared?.grantUses ?? createGrantUses(clock.monotonic);
  const replays = shared?.replays;
  let stopping = false;
  const listener = createListener({
    acceptLogs: createAcceptLogs({
      registry,
      tokens,
      tokenCache,
      times,
      limits,
      journal,
      replays,
      metrics,
      deliveries,
      clock,
    }),
    openSession: createOpenSession({ config, registry, tokens, times, limits, grantUses, metrics, clock }),
    isKnownOrigin: registry.isKnownOrigin,
    sdkFiles: keepSdkFiles(options.sdkDir, dataPath(config, 'sdk'), log),
    metrics,
    deliveries,
    http: config.http,
    unready: () => (stopping ? 'stopping' : journal.trouble && (`journal_${journal.trouble}` as const)),
    onError: (error, route) =>
      log.error({ route, error: (error as Error).name, stack: (error as Error).stack }, 'request failed'),
  });
  const server = await listen(config, listener, log);
  refuseConnections(server, metrics, clock.monotonic);
  const { port } = server.address() as AddressInfo;
  log.info({ port }, 'collector listens');

  let ended: Promise<void> | undefined;
  const end = async (): Promise<void> => {
    stopping = true;
    const deadline = clock.monotonic() + STOP_MS;
    await closeServer(server, config.http.drainMs);
    feed.stop();
    const upkeep = stopUpkeep();
    await journal.flush();
    // What is not landed by then stays in the journal.
    await within(deadline - clock.monotonic(), Promise.all([landing.stop(), upkeep, deliveries.stop()]));
    await journal.stop();
    await registry.stop();
    shared?.stop();
    log.info('collector stopped');
  };
  return {
    url: `http://${config.host.includes(':') ? `[${config.host}]` : config.host}:${port}`,
    registry,
    live,
    journal,
    landing,
    metrics,
    deliveries,
    log,
    stop: () => {
      ended ??= end();
      return ended;
    },
  };
};

const listen = async (config: Config, listener: Listener, log: Logger): Promise<Server> => {
  const { http } = config;
  const server = createServer(
    {
      headersTimeout: http.headersTimeoutMs,
      requestTimeout: http.requestTimeoutMs,
      keepAliveTimeout: http.keepAliveMs,
      connectionsCheckingInterval: 1_000,
      maxHeaderSize: 8_192,
      insecureHTTPParser: false,
      requireHostHeader: true,
      noDelay: true,
    },
    listener,
  );
  server.maxConnections = http.maxConnections;
  await new Promise<void>((resolve, reject) => {
    // Later ones are of connections that could not be accepted: the process goes on.
    server.on('error', (error: NodeJS.ErrnoException) => {
      if (server.listening) log.error({ code: error.code }, 'a connection could not be accepted');
      reject(error);
    });
    server.listen(config.port, config.host, 4_096, () => resolve());
  });
  return server;
};

/** Lets requests under way end, for a while; connections are closed as they fall idle. */
const closeServer = (server: Server, drainMs: number): Promise<void> =>
  new Promise((resolve) => {
    const idle = setInterval(() => server.closeIdleConnections(), 50);
    const timer = setTimeout(() => server.closeAllConnections(), drainMs);
    server.close(() => {
      clearInterval(idle);
      clearTimeout(timer);
      resolve();
    });
  });

/** Waits for a promise, but not beyond `ms`. */
const within = async (ms: number, work: Promise<unknown>): Promise<void> => {
  let timer: NodeJS.Timeout | undefined;
  await Promise.race([work, new Promise((resolve) => (timer = setTimeout(resolve, ms)))]);
  clearTimeout(timer);
};
