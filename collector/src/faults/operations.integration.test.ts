import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { Server } from 'node:http';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { describe, expect, it, vi } from 'vitest';
import { bodyOf, frameOf, grantOf, post, startFixture } from '../collector-fixture.ts';
import { systemClock } from '../intake/clock.ts';
import { type JournalFs, nodeFs } from '../journal/journal-fs.ts';
import { bundleCollector } from './bundle-collector.ts';
import { createObligations, LOGS } from './obligations.ts';
import { readLanded } from './read-landed.ts';

const big = { points: 1_000_000, seconds: 10 };
const config = { limits: { session: big, ip: big, openIp: big }, landing: { intervalMs: 100 } };
const errno = (code: string): Error => Object.assign(new Error(code), { code });

/** Traffic of eight senders while `during` runs; then everything must have arrived, once, whole. */
const underTraffic = async (
  files: JournalFs | undefined,
  during: (answers: ReadonlyMap<number, number>) => Promise<void>,
): Promise<ReadonlyMap<number, number>> => {
  const fixture = await startFixture(config, files ? { files } : {});
  const book = createObligations(await Promise.all(Array.from({ length: 8 }, () => fixture.open())));
  let done = false;
  const traffic = book.run(
    () => fixture.collector.url,
    () => done,
  );
  await during(book.answers);
  done = true;
  await traffic;
  const { metrics } = fixture.collector;
  const count = (name: Parameters<typeof metrics.value>[0]) => metrics.value(name);
  // The ledger: what came in was acknowledged, known already, or refused with a reason; nothing else.
  expect(await count('gander_received_batches_total')).toBe(
    (await count('gander_acknowledged_batches_total')) +
      (await count('gander_duplicate_batches_total')) +
      (await count('gander_refused_batches_total')) +
      (await count('gander_inflight_batches')),
  );
  await fixture.collector.landing.flush();
  expect(await count('gander_journal_logs_total')).toBe(
    (await count('gander_landed_rows_total')) +
      (await count('gander_landing_dead_letter_logs_total')) +
      (await count('gander_landing_suppressed_logs_total')),
  );
  await fixture.collector.stop();
  const landed = readLanded(fixture.dataDir);
  expect([...book.acknowledged].filter((b) => !landed.has(b))).toEqual([]);
  expect(
    [...landed].filter(
      ([b, logs]) => !book.sent.has(b) || logs.length !== LOGS || new Set(logs).size !== LOGS,
    ),
  ).toEqual([]);
  await fixture.remove();
  return book.answers;
};

const wait = (ms: number) => new Promise<void>((resolve) => setTimeout(resolve, ms));
const until = async (holds: () => boolean, tries = 2_000): Promise<void> => {
  for (let i = 0; i < tries && !holds(); i++) await wait(10);
  expect(holds()).toBe(true);
};

describe('a collector whose disk fails', () => {
  it.each([
    ['#44 says EIO once when it syncs', 'sync', 'EIO', 1],
    ['#44 says EIO for a while when it writes', 'write', 'EIO', 5],
    ['#45 has no room for a while', 'write', 'ENOSPC', 5],
    ['has no file handles for a while', 'create', 'EMFILE', 5],
  ] as const)(
    '%s: refuses, keeps what it acknowledged, and comes back by itself',
    async (_, step, code, times) => {
      let left = 0;
      const failing = async <T>(work: () => Promise<T>): Promise<T> => {
        if (left > 0) {
          left--;
          throw errno(code);
        }
        return work();
      };
      const files: JournalFs = {
        ...nodeFs,
        createSynced: (path) =>
          step === 'create' ? failing(() => nodeFs.createSynced(path)) : nodeFs.createSynced(path),
        writeSynced: async (...a) => {
          if (step === 'write') return failing(() => nodeFs.writeSynced(...a));
          // The bytes stand in the file already when the sync fails.
          const count = await nodeFs.writeSynced(...a);
          return step === 'sync' ? failing(async () => count) : count;
        },
      };
      if (step === 'create') left = times;
      const answers = await underTraffic(files, async (seen) => {
        await wait(200);
        left = times;
        await until(() => (seen.get(503) ?? 0) > 0);
        left = Math.min(left, times);
        await until(() => left === 0);
        const before = seen.get(202) ?? 0;
        await until(() => (seen.get(202) ?? 0) > before + 20);
      });
      expect(new Set(answers.keys())).toEqual(new Set([202, 503]));
    },
  );

  it('writes short and takes half a second to sync: nothing is refused', async () => {
    const files: JournalFs = {
      ...nodeFs,
      writeSynced: async (fd, bytes, from, length, position) => {
        const count = await nodeFs.writeSynced(
          fd,
          bytes,
          from,
          Math.min(length, Math.max(100, length >> 1)),
          position,
        );
        await wait(500);
        return count;
      },
    };
    const answers = await underTraffic(files, () => wait(4_000));
    expect([...answers.keys()]).toEqual([202]);
  });

  it.each([
    ['is full', 'ENOSPC', '{"e":150}'],
    ['fails', 'EIO', '{"e":151}'],
  ] as const)('says that it is not ready while its disk %s', async (_, code, body) => {
    let broken = false;
    const fails =
      (write: JournalFs['write']): JournalFs['write'] =>
      (...a) =>
        broken ? Promise.reject(errno(code)) : write(...a);
    let now = 0;
    const fixture = await startFixture(config, {
      files: { ...nodeFs, write: fails(nodeFs.write), writeSynced: fails(nodeFs.writeSynced) },
      clock: { now: systemClock.now, monotonic: () => systemClock.monotonic() + now },
    });
    const ready = async () => {
      const response = await fetch(`${fixture.collector.url}/readyz`);
      return [response.status, await response.text()];
    };
    const token = await fixture.open();
    expect(await ready()).toEqual([200, 'ready\n']);
    broken = true;
    expect((await fixture.send(token, 0)).status).toBe(503);
    expect(await ready()).toEqual([503, body]);
    broken = false;
    // Nobody sends anything to a collector that is not ready: it finds out by itself.
    let left = 20;
    for (; left > 0 && (await ready())[0] !== 200; left--) {
      now += 1_000;
      await wait(50);
    }
    expect(left).toBeGreaterThan(0);
    expect((await fixture.send(token, 0)).status).toBe(202);
    await fixture.remove();
  });

  it('goes on when connections cannot be accepted', async () => {
    const server = vi.spyOn(Server.prototype, 'listen');
    const fixture = await startFixture(config);
    const listening = server.mock.contexts.at(-1) as Server;
    server.mockRestore();
    for (let i = 0; i < 3; i++) listening.emit('error', errno('EMFILE'));
    expect((await fixture.send(await fixture.open(), 0)).status).toBe(202);
    expect(fixture.logged.join('')).toContain('could not be accepted');
    await fixture.remove();
  });

  it('tells clients when to come back', async () => {
    let broken = false;
    const files: JournalFs = {
      ...nodeFs,
      writeSynced: (...a) => (broken ? Promise.reject(errno('EIO')) : nodeFs.writeSynced(...a)),
    };
    const fixture = await startFixture(config, { files });
    const token = await fixture.open();
    broken = true;
    const refused = await fixture.send(token, 0);
    expect([refused.status, await refused.text(), Number(refused.headers.get('retry-after')) > 0]).toEqual([
      503,
      '{"e":151}',
      true,
    ]);
    broken = false;
    await until(() => fixture.collector.journal.durable.offset >= 0);
    await wait(150);
    expect((await fixture.send(token, 0)).status).toBe(202);
    await fixture.remove();
  });
});

it('#49 whose landing is away: the journal is bounded, then 503; all acknowledged lands when it is back', {
  timeout: 150_000,
}, async () => {
  const dataDir = mkdtempSync(join(tmpdir(), 'gander-away-'));
  // Where the folder of landing should be is a file: every put fails, as root too.
  writeFileSync(join(dataDir, 'landing'), '');
  const maxBytes = 60_000;
  const journal = { maxBytes, segmentBytes: 8_192 };
  const fixture = await startFixture({ ...config, journal, dataDir });
  const book = createObligations(await Promise.all(Array.from({ length: 8 }, () => fixture.open())));
  let done = false;
  const traffic = book.run(
    () => fixture.collector.url,
    () => done,
  );
  const { metrics } = fixture.collector;
  await until(() => (book.answers.get(503) ?? 0) > 20);
  const full = await metrics.value('gander_journal_bytes');
  // A commit under way may go a little over.
  expect(full).toBeGreaterThanOrEqual(maxBytes);
  expect(full).toBeLessThan(maxBytes + 8_192);
  expect(fixture.collector.landing.status().failing).toBeTruthy();
  const before = book.acknowledged.size;
  rmSync(join(dataDir, 'landing'));
  // The next try comes within about the time that it was away.
  await until(() => book.acknowledged.size > before + 50, 9_000);
  done = true;
  await traffic;
  await fixture.collector.landing.flush();
  await fixture.collector.stop();
  const landed = readLanded(dataDir);
  expect([...book.acknowledged].filter((b) => landed.get(b)?.length !== LOGS)).toEqual([]);
  rmSync(dataDir, { recursive: true });
});

describe('a collector whose clock is set', () => {
  it.each([-7_200_000, 3_600_000, 3 * 86_400_000])(
    '#47 by %i ms goes on with the sessions it has',
    async (jump) => {
      let shift = 0;
      const clock = { now: () => systemClock.now() + shift, monotonic: systemClock.monotonic };
      const fixture = await startFixture(config, { clock });
      const token = await fixture.open();
      expect((await fixture.send(token, 0)).status).toBe(202);
      shift = jump;
      const after = await fixture.send(token, 1);
      expect(after.status).toBe(202);
      const { t } = (await after.json()) as { t: string };
      expect((await fixture.send(t, 2)).status).toBe(202);
      expect(await fixture.collector.metrics.value('gander_late_batches_total')).toBe(0);
      expect(await fixture.collector.metrics.value('gander_clock_jumps_total')).toBe(1);
      await fixture.remove();
    },
  );

  it('takes late batches of an outbox in a bucket of their own, marked', async () => {
    let shift = 0;
    // Both clocks together: time passes.
    const clock = { now: () => systemClock.now() + shift, monotonic: () => systemClock.monotonic() + shift };
    const late = { points: 2, seconds: 60 };
    const fixture = await startFixture({ limits: { ...config.limits, late } }, { clock });
    const token = await fixture.open();
    shift = 3_600_000;
    const statuses: number[] = [];
    for (let i = 0; i < 3; i++) statuses.push((await fixture.send(token, i)).status);
    expect(statuses).toEqual([202, 202, 429]);
    expect(await fixture.collector.metrics.value('gander_late_batches_total')).toBe(2);
    shift = 90_000_000;
    const over = await post(`${fixture.collector.url}/v1/logs`, bodyOf(token, frameOf(9)));
    expect([over.status, await over.text()]).toEqual([401, '{"e":104,"renew":true}']);
    const old = await post(
      `${fixture.collector.url}/v1/sessions`,
      JSON.stringify({ grant: grantOf(fixture.secretKey) }),
    );
    expect(old.status).toBe(401);
    await fixture.remove();
  });
});

it('#50 is told to stop under load: answers what is under way, lands it, and ends by itself', {
  timeout: 60_000,
}, async () => {
  const script = await bundleCollector();
  const dataDir = mkdtempSync(join(tmpdir(), 'gander-stop-'));
  const seed = await startFixture({ ...config, dataDir });
  const tokens = await Promise.all(Array.from({ length: 8 }, () => seed.open()));
  await seed.collector.stop();
  const child: ChildProcess = spawn(process.execPath, [
    script,
    JSON.stringify({ ...config, dataDir, port: 0, logLevel: 'error' }),
  ]);
  const [line] = (await once(child.stdout!, 'data')) as [Buffer];
  const book = createObligations(tokens);
  let done = false;
  const traffic = book.run(
    () => line.toString().trim(),
    () => done,
  );
  await until(() => book.acknowledged.size > 40);
  child.kill('SIGTERM');
  const [code] = (await once(child, 'exit')) as [number];
  done = true;
  await traffic;
  expect(code).toBe(0);
  const landed = readLanded(dataDir);
  expect([...book.acknowledged].filter((b) => landed.get(b)?.length !== LOGS)).toEqual([]);
  rmSync(dataDir, { recursive: true });
  rmSync(dirname(script), { recursive: true });
});
