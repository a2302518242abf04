import { createHmac, randomBytes } from 'node:crypto';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { encodeFrame, encodeLog, focus, toBase64Url } from '@gander/log-codes/encode';
import { grantMessage } from '@gander/log-codes/grant';
import { type ConfigInput, readConfig } from './config.ts';
import { createLogger } from './logger.ts';
import { type Collector, type CollectorOptions, startCollector } from './start.ts';

/** For tests: a collector with one merchant, and what a page of that merchant does. */
export interface CollectorFixture {
  readonly collector: Collector;
  readonly dataDir: string;
  readonly merchant: string;
  readonly siteKey: string;
  readonly secretKey: string;
  /** Lines it logged. */
  readonly logged: string[];
  /** Opens a session by site key; gives its token. */
  open(more?: object): Promise<string>;
  /** Opens a session by grant; gives its token. */
  openByGrant(transaction: string): Promise<string>;
  send(token: string, batchSeq: number, logs?: number): Promise<Response>;
  /** Stops it and removes its folder. */
  remove(): Promise<void>;
}

export const ORIGIN = 'https://shop.example';

/** POSTs text as a page does. */
export const post = (
  url: string,
  body: string | Uint8Array,
  headers: Record<string, string> = {},
): Promise<Response> =>
  fetch(url, {
    method: 'POST',
    body,
    headers: { 'content-type': 'text/plain;charset=UTF-8', origin: ORIGIN, ...headers },
  });

/** A frame of `count` logs. */
export const frameOf = (batchSeq: number, count = 3, firstLogSeq = batchSeq * count): Uint8Array => {
  const bytes: number[] = [];
  for (let i = 0; i < count; i++)
    encodeLog(bytes, focus({ field: 1 + (i % 5), field_no: i, visit: 1, via: 1 }), 20, []);
  const baseTimeMs = Date.now();
  return encodeFrame(
    { batchSeq, firstLogSeq, baseTimeMs, sentAfterMs: 5, transactionType: 1 },
    [],
    bytes,
    count,
  );
};

/** The body of a batch. */
export const bodyOf = (token: string, frame: Uint8Array): string => `G1.${token}.${toBase64Url(frame)}`;

/** A grant as a merchant's server makes it. */
export const grantOf = (
  secretKey: string,
  more: Partial<Parameters<typeof grantMessage>[0]> = {},
): string => {
  const message = grantMessage({
    keyId: secretKey.slice(4, 12),
    merchant: secretKey.slice(13, 29),
    transaction: 'order_1',
    transactionType: 1,
    origin: ORIGIN,
    issuedAt: Math.floor(Date.now() / 1_000),
    nonce: randomBytes(16).toString('hex'),
    ...more,
  });
  const mac = createHmac('sha256', secretKey).update(message).digest('base64url');
  return `gr1.${Buffer.from(message).toString('base64url')}.${mac}`;
};

/** Starts a collector on a free port, in a folder of its own unless one is given. */
export const startFixture = async (
  config: ConfigInput = {},
  options: Partial<CollectorOptions> = {},
): Promise<CollectorFixture> => {
  const dataDir = config.dataDir ?? mkdtempSync(join(tmpdir(), 'gander-collector-'));
  const logged: string[] = [];
  const log = createLogger('info', { write: (line) => void logged.push(line) });
  const read = readConfig({ port: 0, ...config, dataDir });
  const collector = await startCollector({ config: read, log, ...options });
  const merchant = await collector.registry.createMerchant({ name: 'Shop', origins: [ORIGIN] });
  const siteKey = await collector.registry.createSiteKey(merchant.id);
  const secretKey = await collector.registry.createSecretKey(merchant.id);
  const token = async (body: object): Promise<string> => {
    const response = await post(`${collector.url}/v1/sessions`, JSON.stringify(body));
    if (response.status !== 201) throw new Error(`no session: ${response.status} ${await response.text()}`);
    return ((await response.json()) as { t: string }).t;
  };
  return {
    collector,
    dataDir,
    merchant: merchant.id,
    siteKey,
    secretKey,
    logged,
    open: (more = {}) => token({ key: siteKey, ...more }),
    openByGrant: (transaction) => token({ grant: grantOf(secretKey, { transaction }) }),
    send: (t, batchSeq, logs) => post(`${collector.url}/v1/logs`, bodyOf(t, frameOf(batchSeq, logs))),
    remove: async () => {
      await collector.stop();
      if (config.dataDir === undefined) rmSync(dataDir, { recursive: true });
    },
  };
};

/**
 * What comes of some requests that Redis answered. Where it takes longer than intake waits for it, as on a busy machine, each collector goes
 * on alone, which is another test's: then they are made once more.
 * @param fallbacks the sum of `gander_limiter_fallbacks_total`
 */
export const answeredByRedis = async <T>(
  fallbacks: () => Promise<number>,
  requests: () => Promise<T>,
): Promise<T> => {
  for (let i = 0; i < 10; i++) {
    const before = await fallbacks();
    const result = await requests();
    if ((await fallbacks()) === before) return result;
    // By then it is asked again.
    await new Promise((resolve) => setTimeout(resolve, 1_500));
  }
  throw new Error('Redis did not answer in time, ten times');
};
