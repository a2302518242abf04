import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { expect, it } from 'vitest';
import { ORIGIN, post } from '../collector-fixture.ts';
import { openRegistry } from '../registry/open-registry.ts';
import { loadRootKey } from '../registry/root-key.ts';
import { bundleCollector } from './bundle-collector.ts';
import { createObligations, LOGS } from './obligations.ts';
import { readLanded } from './read-landed.ts';

/** More by command: `GANDER_KILLS=500 npx vitest run --project integration collector/src/faults/kill`. */
const KILLS = Number(process.env.GANDER_KILLS ?? 50);

const wait = (ms: number) => new Promise<void>((resolve) => setTimeout(resolve, ms));

const start = async (script: string, dataDir: string): Promise<{ child: ChildProcess; url: string }> => {
  const big = { points: 1_000_000, seconds: 10 };
  const config = {
    dataDir,
    port: 0,
    logLevel: 'error',
    limits: { session: big, ip: big, openIp: big },
    journal: { segmentBytes: 40_000 },
    landing: { intervalMs: 50 },
  };
  const child = spawn(process.execPath, [script, JSON.stringify(config)], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  const [line] = (await once(child.stdout!, 'data')) as [Buffer];
  return { child, url: line.toString().trim() };
};

it(`#43 loses and doubles no acknowledged batch when killed ${KILLS} times under traffic`, {
  timeout: 120_000 + KILLS * 20_000,
}, async () => {
  const script = await bundleCollector();
  const dataDir = mkdtempSync(join(tmpdir(), 'gander-kill-'));
  const registry = await openRegistry({ dataDir, rootKey: loadRootKey(dataDir), pollMs: 0 });
  const { id } = await registry.createMerchant({ name: 'Shop', origins: [ORIGIN] });
  const key = await registry.createSiteKey(id);
  await registry.stop();

  let { child, url } = await start(script, dataDir);
  const tokens = await Promise.all(
    Array.from({ length: 8 }, async () => {
      const response = await post(`${url}/v1/sessions`, JSON.stringify({ key, transaction: 'order_1' }));
      return ((await response.json()) as { t: string }).t;
    }),
  );
  const book = createObligations(tokens);
  let at: string | undefined = url;
  let done = false;
  const traffic = book.run(
    () => at,
    () => done,
  );
  for (let kill = 0; kill < KILLS; kill++) {
    // A random moment is counted in batches, so that a busy machine is killed in the middle of as much as an idle one.
    const goal = book.acknowledged.size + Math.random() * 60;
    for (let i = 0; i < 2_000 && book.acknowledged.size < goal; i++) await wait(5);
    await wait(Math.random() * 10);
    child.kill('SIGKILL');
    await once(child, 'exit');
    at = undefined;
    ({ child, url } = await start(script, dataDir));
    at = url;
  }
  // What was under way at the last kill is sent again, and must not double.
  const before = book.acknowledged.size;
  for (let i = 0; i < 2_000 && book.acknowledged.size < before + 16; i++) await wait(5);
  done = true;
  await traffic;
  child.kill('SIGTERM');
  const [code] = (await once(child, 'exit')) as [number];
  expect(code).toBe(0);

  const landed = readLanded(dataDir);
  expect(book.acknowledged.size).toBeGreaterThan(KILLS * 5);
  expect([...book.acknowledged].filter((b) => !landed.has(b))).toEqual([]);
  expect([...landed.keys()].filter((b) => !book.sent.has(b))).toEqual([]);
  const whole = (logs: readonly number[]) => logs.length === LOGS && new Set(logs).size === LOGS;
  expect([...landed].filter(([, logs]) => !whole(logs))).toEqual([]);
  rmSync(dataDir, { recursive: true });
  rmSync(dirname(script), { recursive: true });
});
