import { isAbsolute, join, resolve } from 'node:path';
import { z } from 'zod';
import { lakeConfigSchema } from './lake/lake-config.ts';
import { landingConfigSchema } from './landing/landing-config.ts';
import { queryConfigSchema } from './query/athena/athena-config.ts';
import { consoleConfigSchema } from './users/console-config.ts';

const MiB = 1024 * 1024;
const whole = (min: number, max: number) => z.number().int().min(min).max(max);
const bucket = (points: number, seconds: number, what: string) =>
  z
    .strictObject({
      points: whole(1, 10_000_000).default(points).describe(`${what}: how many.`),
      seconds: whole(1, 86_400).default(seconds).describe(`${what}: in how many seconds.`),
    })
    .prefault({})
    .describe(`${what}.`);

/**
 * All options of the collector, their defaults and their meaning. docs/configuration.md and its JSON schema are made from it
 * (`npm run generate`). Each leaf can also be set by an environment variable: {@link environmentName}.
 */
export const configSchema = z.strictObject({
  dataDir: z
    .string()
    .min(1)
    .default('.gander')
    .describe('Folder of keys, registry, journal, landing and lake.'),
  host: z.string().min(1).default('127.0.0.1').describe('Address the intake listens on.'),
  port: whole(0, 65_535).default(7070).describe('Port the intake listens on; 0 takes a free one.'),
  url: z
    .url({ protocol: /^https?$/ })
    .transform((url) => new URL(url).origin)
    .optional()
    .describe(
      'Address of the collector as pages see it, e.g. https://collect.example: what the console’s integration pages name; default: this machine’s.',
    ),
  collectorId: z
    .string()
    .regex(/^[a-z0-9]{1,16}$/)
    .default('c1')
    .describe('Name of this collector in object names and rows; unique among collectors of one lake.'),
  rootKey: z
    .string()
    .regex(/^[A-Za-z0-9_-]{43}$/)
    .optional()
    .describe(
      'Root key, 32 bytes in base64url; default: the file root.key of the data folder, made at the first start.',
    ),
  databaseUrl: z
    .url({ protocol: /^postgres(?:ql)?$/ })
    .optional()
    .describe(
      'PostgreSQL of merchants, keys, users and audit, e.g. postgres://gander:…@db.example/gander; default: SQLite in the data folder.',
    ),
  redisUrl: z
    .url({ protocol: /^rediss?$/ })
    .optional()
    .describe(
      'Redis or Valkey shared by several collectors for limits and replay windows, e.g. redis://cache.example:6379, or rediss:// for TLS.',
    ),
  logLevel: z
    .enum(['fatal', 'error', 'warn', 'info', 'debug', 'trace', 'silent'])
    .default('info')
    .describe('Least level that is logged.'),
  http: z
    .strictObject({
      trustedProxyHops: whole(0, 8).default(0).describe('How many proxies in front add to X-Forwarded-For.'),
      headersTimeoutMs: whole(100, 60_000).default(8_000).describe('Time for a request to send its headers.'),
      requestTimeoutMs: whole(100, 60_000).default(8_000).describe('Time for a request to arrive whole.'),
      keepAliveMs: whole(0, 600_000).default(65_000).describe('How long an idle connection is kept.'),
      maxConnections: whole(1, 1_000_000).default(10_000).describe('Connections at once; more are closed.'),
      publicMetrics: z
        .boolean()
        .default(false)
        .describe('Serve /metrics to anyone, and not only to this machine.'),
      drainMs: whole(0, 8_000)
        .default(5_000)
        .describe('Time for requests under way when it stops, which takes 10 s at most.'),
    })
    .prefault({})
    .describe('The HTTP server.'),
  tokens: z
    .strictObject({
      ttlSeconds: whole(30, 3_600)
        .default(900)
        .describe('Life of a session token; renewed in acknowledgements.'),
      sessionSeconds: whole(60, 86_400).default(14_400).describe('Longest life of a session.'),
      skewSeconds: whole(0, 600).default(60).describe('Tolerated difference between collectors’ clocks.'),
      lateSeconds: whole(0, 604_800)
        .default(86_400)
        .describe('How long after expiry batches from an outbox are taken.'),
      grantSeconds: whole(30, 86_400)
        .default(600)
        .describe('A grant is valid this long before and after its issue.'),
      grantUses: whole(1, 1_000)
        .default(10)
        .describe('Sessions that one grant may open: a page may be reloaded.'),
      rotationDays: whole(1, 365)
        .default(7)
        .describe(
          'How often the token key changes; those before stay valid while their tokens may come late, the last as long again.',
        ),
    })
    .prefault({})
    .describe('Sessions, tokens and grants.'),
  limits: z
    .strictObject({
      merchant: bucket(50_000, 10, 'Batches of one merchant'),
      session: bucket(100, 10, 'Batches of one session'),
      ip: bucket(1_000, 10, 'Batches from one address (IPv6: /64)'),
      late: bucket(30, 60, 'Late batches of one session'),
      lateMerchant: bucket(5_000, 10, 'Late batches of one merchant'),
      openKey: bucket(2_000, 10, 'Sessions opened with one site key'),
      openGrant: bucket(10_000, 10, 'Sessions opened by grants of one merchant'),
      openIp: bucket(60, 10, 'Sessions opened from one address'),
    })
    .prefault({})
    .describe('Rate limits; over one the answer is 429 with Retry-After.'),
  journal: z
    .strictObject({
      segmentBytes: whole(4_096, 1_024 * MiB)
        .default(64 * MiB)
        .describe('Size at which a segment is closed and the next begun.'),
      maxBytes: whole(4_096, 2 ** 50)
        .default(4_096 * MiB)
        .describe('Size of all segments; over it the answer is 503.'),
      maxWaiting: whole(1, 1_000_000)
        .default(20_000)
        .describe('Batches waiting for a commit; over it the answer is 503.'),
      rememberHours: whole(1, 168)
        .default(26)
        .describe('How long acknowledged batch numbers are remembered, against resends.'),
      rememberSessions: whole(100, 10_000_000)
        .default(400_000)
        .describe('Of how many sessions at most (about 110 bytes of memory each).'),
    })
    .prefault({})
    .describe('The journal: what is acknowledged is in it, fsynced.'),
  live: z
    .strictObject({
      maxBytes: whole(MiB, 1_024 * MiB)
        .default(24 * MiB)
        .describe(
          'Memory of the live view; the oldest batches leave it early when it is full, and are read from landing then.',
        ),
    })
    .prefault({})
    .describe('The newest hour of every session, for the console.'),
  landing: landingConfigSchema.prefault({}).describe('Where the journal’s batches are landed.'),
  lake: lakeConfigSchema.prefault({}).describe('Upkeep of the lake: compaction and retention.'),
  query: queryConfigSchema.prefault({}).describe('What answers the console’s questions about the lake.'),
  console: consoleConfigSchema.prefault({}).describe('The console: where it is, and how its users sign in.'),
});

/** The collector's configuration, defaults filled in. */
export type Config = z.output<typeof configSchema>;

/** A configuration as an operator writes it. */
export type ConfigInput = z.input<typeof configSchema>;

/**
 * The environment variable of an option.
 * @example environmentName(['journal', 'maxBytes']) // 'GANDER_JOURNAL_MAX_BYTES'
 */
export const environmentName = (path: readonly string[]): string =>
  SHARED_NAMES[path.join('.')] ??
  `GANDER_${path.map((p) => p.replace(/[A-Z]/g, (c) => `_${c}`).toUpperCase()).join('_')}`;

/** Names that many programs share. */
const SHARED_NAMES: Readonly<Record<string, string>> = { redisUrl: 'REDIS_URL', databaseUrl: 'DATABASE_URL' };

/** A configuration that cannot be used; the message names the option and never its value. */
export class ConfigError extends Error {
  override readonly name = 'ConfigError';
}

/** One option: where it stands, and its schema in JSON Schema terms. */
export interface ConfigOption {
  readonly path: readonly string[];
  readonly type: string;
  /** The texts it may have, where they are few. */
  readonly choices?: readonly string[] | undefined;
  readonly default: unknown;
  readonly doc: string;
}

interface JsonSchema {
  readonly type?: string;
  readonly enum?: readonly string[];
  readonly properties?: Record<string, JsonSchema>;
  readonly default?: unknown;
  readonly description?: string;
}

/** The JSON schema of the configuration file. */
export const configJsonSchema = (): object => z.toJSONSchema(configSchema, { io: 'input' });

/** Every leaf option, in the schema's order. */
export const configOptions = (): ConfigOption[] => {
  const walk = (schema: JsonSchema, path: readonly string[]): ConfigOption[] =>
    schema.properties
      ? Object.entries(schema.properties).flatMap(([name, inner]) => walk(inner, [...path, name]))
      : [
          {
            path,
            type: schema.type ?? 'string',
            choices: schema.enum,
            default: schema.default,
            doc: schema.description ?? '',
          },
        ];
  return walk(configJsonSchema() as JsonSchema, []);
};

/**
 * Reads a configuration: a file's JSON, overridden by the environment.
 * @param file the parsed file, `{}` for none
 * @param environment e.g. `process.env`
 * @throws ConfigError
 */
export const readConfig = (
  file: unknown,
  environment: Readonly<Record<string, string | undefined>> = {},
): Config => {
  const input = structuredClone(file);
  for (const option of configOptions()) {
    const text = environment[environmentName(option.path)];
    if (text !== undefined && text !== '')
      put(input, option.path, option.type === 'string' ? text : fromText(text));
  }
  const result = configSchema.safeParse(input);
  if (!result.success) {
    const what = result.error.issues.flatMap(describeIssue);
    throw new ConfigError(`Bad configuration: ${what.join('; ')}. See docs/configuration.md.`);
  }
  return { ...result.data, dataDir: resolve(result.data.dataDir) };
};

/** In words, with what is expected; zod's messages never hold the value. */
const describeIssue = (issue: z.core.$ZodIssue): string[] =>
  issue.code === 'unrecognized_keys'
    ? issue.keys.map((key) => `there is no option ${[...issue.path, key].join('.')}`)
    : [
        `${issue.path.join('.') || 'the file'}: ${issue.message.replace(/^[A-Z](?=[a-z])/, (c) => c.toLowerCase())}`,
      ];

/** Variables that are spelled as options and are none: most likely a slip of the pen. The other names are read elsewhere. */
export const unknownVariables = (environment: Readonly<Record<string, string | undefined>>): string[] => {
  const known = new Set(configOptions().map(({ path }) => environmentName(path)));
  for (const name of ['GANDER_CONSOLE_PORT', 'GANDER_DEMO_PORT', 'GANDER_SECRET_KEY']) known.add(name);
  return Object.keys(environment).filter((name) => name.startsWith('GANDER_') && !known.has(name));
};

const fromText = (text: string): unknown => {
  try {
    return JSON.parse(text) as unknown;
  } catch {
    return text;
  }
};

/** Puts a value in its place; where the file has something else than an object on the way there, that is left for the schema to refuse. */
const put = (root: unknown, path: readonly string[], value: unknown): void => {
  let at = root;
  for (const [i, name] of path.entries()) {
    if (typeof at !== 'object' || at === null) return;
    const group = at as Record<string, unknown>;
    if (i === path.length - 1) group[name] = value;
    else group[name] ??= {};
    at = group[name];
  }
};

/** A folder below the data folder, or the absolute one given. */
export const dataPath = (config: Pick<Config, 'dataDir'>, name: string): string =>
  isAbsolute(name) ? name : join(config.dataDir, name);
