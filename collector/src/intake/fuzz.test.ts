import { randomBytes } from 'node:crypto';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { expect, it } from 'vitest';
import { bodyOf, frameOf, ORIGIN } from '../collector-fixture.ts';
import { readConfig } from '../config.ts';
import { createMemoryDisk } from '../faults/memory-disk.ts';
import { nodeFs } from '../journal/journal-fs.ts';
import { openJournal } from '../journal/open-journal.ts';
import { JOURNAL_START } from '../journal/position.ts';
import { readJournal } from '../journal/reader.ts';
import { rowsOf } from '../landing/rows.ts';
import { createMetrics } from '../metrics.ts';
import { openRegistry } from '../registry/open-registry.ts';
import { createAcceptLogs } from './accept-logs.ts';
import { createTokenClock, systemClock } from './clock.ts';
import { createGrantUses } from './grants.ts';
import { createLimits } from './limits.ts';
import { createOpenSession } from './open-session.ts';
import { createTokens, originHash } from './token.ts';
import { createTokenCache } from './token-cache.ts';
import { createTokenTimes } from './token-times.ts';

/**
 * A million by command, with the journal in a folder of its own, and with Node as `deploy/` starts it:
 * `NODE_OPTIONS=--max-semi-space-size=4 GANDER_FUZZ=1000000 npx vitest run --project unit collector/src/intake/fuzz`.
 */
const RUNS = Number(process.env.GANDER_FUZZ ?? 100_000);
const BATCH = 50;
/** Bodies before memory is looked at first: code is compiled and buffers are made by then. */
const WARM_UP = 50_000;
/** Most that memory may grow from there, bytes. */
const MAX_GROWTH = 50 * 2 ** 20;

const many = { points: 10_000_000, seconds: 10 };
const names = ['merchant', 'session', 'ip', 'late', 'lateMerchant', 'openKey', 'openGrant', 'openIp'];
const config = readConfig({ limits: Object.fromEntries(names.map((name) => [name, many])) });

setFlagsFromString('--expose-gc');
// The other flag of `deploy/` that is about memory; NODE_OPTIONS does not take it.
if (process.env.GANDER_FUZZ) setFlagsFromString('--heap-growing-percent=40');
const collectGarbage = runInNewContext('gc') as () => void;

/** Memory without what is garbage, bytes. */
const memory = () => {
  collectGarbage();
  const { rss, heapUsed, external } = process.memoryUsage();
  return { rss, used: heapUsed + external };
};

/** Everything behind the socket. The disk is memory, or a folder where memory is what is to be measured. */
const build = async () => {
  const rootKey = randomBytes(32);
  const metrics = createMetrics();
  const registry = await openRegistry({ dataDir: ':memory:', rootKey, pollMs: 0 });
  const { id } = await registry.createMerchant({ name: 'Shop', origins: [ORIGIN] });
  const key = await registry.createSiteKey(id);
  const folder = process.env.GANDER_FUZZ && mkdtempSync(join(tmpdir(), 'gander-fuzz-'));
  const dir = folder || 'j';
  const files = folder ? nodeFs : createMemoryDisk({ random: Math.random }).files;
  const journal = await openJournal({
    dir,
    readers: ['landing'],
    metrics,
    files,
    ...(folder ? {} : { segmentBytes: 20_000, lock: () => () => undefined }),
  });
  const clock = createTokenClock(systemClock, () => undefined);
  const tokens = createTokens({ rootKey, rotationDays: 7, useSeconds: 87_360, now: clock.now });
  const times = createTokenTimes(clock, config.tokens);
  const limits = createLimits(config.limits, systemClock.monotonic);
  const grantUses = createGrantUses(systemClock.monotonic);
  const tokenCache = createTokenCache(tokens, () => undefined);
  const common = { registry, tokens, times, limits, metrics, clock: systemClock };
  return {
    accept: createAcceptLogs({ ...common, tokenCache, journal }),
    open: createOpenSession({ ...common, config, grantUses }),
    mint: (session: string) => {
      const token = {
        merchant: id,
        session,
        transaction: 'order_1',
        assurance: 1 as const,
        originHash: originHash(ORIGIN),
      };
      return tokens.mint({ ...token, ...times.next()! });
    },
    landed: () => {
      let rows = 0;
      let last = journal.cursorOf('landing');
      for (const { batch, next } of readJournal(dir, last ?? JOURNAL_START, journal.durable, { files })) {
        rows += rowsOf(batch, 'c1').length;
        last = next;
      }
      journal.release('landing', last);
      return rows;
    },
    key,
    metrics,
    stop: async () => {
      await journal.stop();
      if (folder) rmSync(folder, { recursive: true });
    },
  };
};

const pick = (n: number) => Math.floor(Math.random() * n);

/** Changes bytes, cuts, doubles or adds some, as a broken or a hostile sender would. */
const mutate = (bytes: Buffer): Buffer => {
  const copy = Buffer.from(bytes);
  for (let n = 1 + pick(3); n > 0; n--) {
    const at = pick(copy.length);
    const kind = pick(5);
    if (kind === 0) copy[at] = pick(256);
    else if (kind === 1) copy[at]! ^= 1 << pick(8);
    else if (kind === 2) return copy.subarray(0, at);
    else if (kind === 3)
      return Buffer.concat([copy.subarray(0, at), randomBytes(pick(20)), copy.subarray(at)]);
    else copy.copy(copy, at, pick(copy.length));
  }
  return copy;
};

it(`#42 answers ${RUNS} mutated bodies with what the table has, keeps only what can be landed, and does not grow`, {
  timeout: 900_000,
}, async () => {
  const { accept, open, mint, landed, key, metrics, stop } = await build();
  const statuses = new Map<number, number>();
  const ip = '127.0.0.1';
  let before = memory();
  for (let run = 0; run < RUNS; run += BATCH) {
    const token = mint(randomBytes(16).toString('hex'));
    const answers = await Promise.all(
      Array.from({ length: BATCH }, (_, i) => {
        const frame = Buffer.from(frameOf(i, 1 + pick(8)));
        const kind = (run + i) % 5;
        if (kind === 0)
          return accept({ body: mutate(Buffer.from(bodyOf(token, frame))), origin: ORIGIN, ip });
        if (kind === 4)
          return open({
            body: mutate(Buffer.from(`{"key":"${key}","transaction":"order_1"}`)),
            origin: ORIGIN,
            ip,
          });
        // Mutating the frame inside a sound envelope reaches further than mutating the whole.
        const inner = kind === 3 ? randomBytes(pick(300)) : mutate(frame);
        return accept({ body: Buffer.from(bodyOf(token, inner)), origin: ORIGIN, ip });
      }),
    );
    for (const { status } of answers) statuses.set(status, (statuses.get(status) ?? 0) + 1);
    if (run % 5_000 === 0) landed();
    if (run === WARM_UP) before = memory();
  }
  landed();
  const after = memory();
  const grown = { rss: after.rss - before.rss, used: after.used - before.used };
  const mb = (bytes: number) => (bytes / 2 ** 20).toFixed(1);
  console.log(
    `behind the first ${WARM_UP} bodies: RSS ${mb(before.rss)} → ${mb(after.rss)} MiB, heap and buffers ${mb(before.used)} → ${mb(after.used)} MiB`,
  );
  expect(grown.used).toBeLessThan(MAX_GROWTH);
  // What the system has given the process is told by a run that has nothing beside it.
  if (process.env.GANDER_FUZZ) expect(grown.rss).toBeLessThan(MAX_GROWTH);
  expect([...statuses.keys()].filter((s) => s >= 500)).toEqual([]);
  expect(statuses.get(202)).toBeGreaterThan(RUNS / 100);
  expect(statuses.get(400)).toBeGreaterThan(RUNS / 10);
  expect(await metrics.value('gander_journal_failures_total')).toBe(0);
  await stop();
});
