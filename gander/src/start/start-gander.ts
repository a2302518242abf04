import { createRequire } from 'node:module';
import { dirname } from 'node:path';
import { type Collector, type Config, JournalError, loadRootKey, startCollector } from '@gander/collector';
import { createApi, openUsers, rowsOf, type UsersOptions } from '@gander/collector/operators';
import { createConsole } from '@gander/console';
import { createDemoCheckout } from '@gander/demo-checkout';
import { Hono } from 'hono';
import { consoleSecret } from './console-secret.ts';
import { type DemoMerchant, ensureDemoMerchant } from './demo-merchant.ts';
import { type Listening, listen, portTaken } from './listen.ts';
import { openDeadLetters } from './open-dead-letters.ts';
import { openQuerySide } from './open-query-side.ts';

export interface GanderOptions {
  readonly config: Config;
  readonly consolePort: number;
  /** Port of the demo checkout; null runs none. */
  readonly demoPort: number | null;
  /** Told what is being done. */
  readonly say: (line: string) => void;
}

/** A running Gander: everything in one process. */
export interface Gander {
  readonly collector: string;
  readonly console: string;
  /** First sign-in link; undefined once somebody has a password. */
  readonly signIn: string | undefined;
  readonly demo: { readonly url: string; readonly merchant: DemoMerchant } | undefined;
  /** Takes nothing new, lands what is journaled, and ends: within 10 s. */
  stop(): Promise<void>;
}

/** A journal that another process writes; the message says what to do. */
export class InUseError extends Error {
  override readonly name = 'InUseError';
}

/** A data folder or a database that cannot be used; the message says which, and what to do. */
export class StoreError extends Error {
  override readonly name = 'StoreError';
}

const require = createRequire(import.meta.url);
const MANIFEST = '@gander/sdk/manifest.json';

/**
 * Starts collector, console and demo checkout: the only wiring of everything.
 * @throws PortError a port is taken
 * @throws InUseError another process works on the same data folder
 * @throws StoreError the data folder or the database cannot be used
 */
export const startGander = async (options: GanderOptions): Promise<Gander> => {
  const { config, say } = options;
  const stops: (() => Promise<void>)[] = [];
  const stop = async (): Promise<void> => {
    while (stops.length > 0) await stops.pop()!();
  };
  try {
    say('collector');
    const collector = await startCollector({ config, sdkDir: dirname(require.resolve(MANIFEST)) }).catch(
      (error: unknown) => {
        throw explain(error, config);
      },
    );
    stops.push(() => collector.stop());

    const sdk = sdkOf(config.url ?? onThisMachine(collector.url));
    say('console');
    const operators = await startConsole(options, collector, sdk);
    stops.push(operators.stop);

    const demo = options.demoPort === null ? undefined : await startDemo(options.demoPort, collector, sdk);
    if (demo) stops.push(demo.stop);
    return { collector: sdk.collectorUrl, console: operators.url, signIn: operators.signIn, demo, stop };
  } catch (error) {
    await stop();
    throw error;
  }
};

const startConsole = async (
  { config, consolePort }: GanderOptions,
  collector: Collector,
  sdk: Sdk,
): Promise<Listening & { signIn: string | undefined }> => {
  const rootKey = loadRootKey(config.dataDir, config.rootKey);
  let app: Hono | undefined;
  // Listening comes first: passkeys and OIDC are bound to the console's address, and its port may be any free one.
  const { host } = config.console;
  const server = await listen('console', host, consolePort, '--console-port', (request, env) =>
    app ? app.fetch(request, env) : new Response('starting', { status: 503 }),
  );
  const consoleUrl = config.console.url ?? server.url;
  const users = await openUsers({
    // The same database: users have tables of their own in it.
    db: collector.registry.db as unknown as UsersOptions['db'],
    dialect: collector.registry.dialect,
    secret: consoleSecret(rootKey),
    consoleUrl,
    passwords: config.console.passwords,
    oidc: config.console.oidc,
    clock: Date.now,
  });
  const lake = await openQuerySide(config);
  app = new Hono()
    .route(
      '/api',
      createApi({
        users,
        lake,
        rowsOf,
        live: collector.live,
        registry: collector.registry,
        collector: config.collectorId,
        clock: Date.now,
        consoleUrl,
        signIn: config.console,
        limits: config.limits,
        landed: () => collector.landing.readable(),
        flush: () => collector.landing.flush(),
        sdk,
        deadLetters: openDeadLetters(config, collector),
        deliveries: collector.deliveries,
        health: {
          landing: () => collector.landing.status(),
          metrics: () => readMetrics(collector),
        },
        onError: (error, route) =>
          collector.log.error({ route, stack: (error as Error).stack }, 'console request failed'),
      }),
    )
    .route('/', createConsole());
  return {
    url: server.url,
    signIn: await users.createFirstSignInLink(consoleUrl),
    async stop() {
      await server.stop();
      lake.close();
    },
  };
};

/** What a page needs to load the SDK from this collector. */
type Sdk = ReturnType<typeof sdkOf>;
const sdkOf = (url: string) => {
  const { version, integrity } = require(MANIFEST) as { version: string; integrity: string };
  return { collectorUrl: url, sdkUrl: `${url}/sdk/${version}/gander.min.js`, sdkVersion: version, integrity };
};

/** An address to listen on, loopback or all of them, as a browser on this machine says it. */
const onThisMachine = (url: string): string =>
  url.replace(/\/\/(127\.0\.0\.1|0\.0\.0\.0|\[::1?\])(?=:)/, '//localhost');

/** Gander's counters and gauges, for the console's page of health. */
const readMetrics = async ({ metrics }: Collector) => {
  // Gauges are set when they are scraped.
  await metrics.text();
  return (await metrics.registry.getMetricsAsJSON())
    .filter(({ name }) => name.startsWith('gander_'))
    .flatMap(({ name, values }) =>
      values.flatMap(({ labels, value }) => {
        const text = Object.fromEntries(Object.entries(labels).map(([k, v]) => [k, String(v)]));
        return 'le' in text ? [] : [{ name, labels: text, value }];
      }),
    );
};

const startDemo = async (port: number, collector: Collector, sdk: Sdk) => {
  let app: Hono | undefined;
  // Listening comes first: the shop's origin is part of its grants, and its port may be any free one.
  const server = await listen('demo checkout', '127.0.0.1', port, '--demo-port', (request) =>
    app ? app.fetch(request) : new Response('starting', { status: 503 }),
  );
  const merchant = await ensureDemoMerchant(collector.registry, [server.url]);
  app = createDemoCheckout({
    collectorUrl: sdk.collectorUrl,
    sdkUrl: sdk.sdkUrl,
    integrity: sdk.integrity,
    siteKey: merchant.siteKey,
    secretKey: merchant.secretKey,
    origin: server.url,
  });
  return { ...server, merchant };
};

/** Turns what an operator can mend into words; leaves mistakes of ours as they are. */
const explain = (error: unknown, config: Config): unknown => {
  if (error instanceof JournalError && error.fault === 'locked') {
    return new InUseError(
      `Another process already works on ${config.dataDir}. Stop it, or choose another folder with --data-dir.`,
    );
  }
  const { code, path, syscall, message } = error as NodeJS.ErrnoException;
  if (code === 'EADDRINUSE') return portTaken('collector', config.port, '--port');
  if (path?.startsWith(config.dataDir))
    return new StoreError(
      `${message}. Gander keeps its data in ${config.dataDir}: let the user that runs it write there, or choose another folder with --data-dir.`,
    );
  // Of the PostgreSQL server itself, or of the way to it.
  const ofDatabase = 'severity' in (error as object) || /^(connect|getaddrinfo)$/.test(syscall ?? '');
  return config.databaseUrl !== undefined && (ofDatabase || code === 'ECONNREFUSED')
    ? new StoreError(`The database (DATABASE_URL or databaseUrl) cannot be used: ${message || code}.`)
    : error;
};
