/**
 * `npm run bench:kills`: kills a collector at one system call after another of its way to the disk — each write, sync, rename, cut and
 * removal, by `strace -e inject` — with traffic going on, and checks at the end that nothing acknowledged is lost or doubled.
 *
 *     POINTS=300 npm run bench:kills
 *     FROM=100 POINTS=100 npm run bench:kills       # points 100 to 199 alone
 */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { ORIGIN, post } from '../collector-fixture.ts';
import { openRegistry } from '../registry/open-registry.ts';
import { loadRootKey } from '../registry/root-key.ts';
import { bundleCollector } from './bundle-collector.ts';
import { createObligations, LOGS } from './obligations.ts';
import { readLanded } from './read-landed.ts';

const POINTS = Number(process.env.POINTS ?? 300);
const FROM = Number(process.env.FROM ?? 0);
const CALLS = ['pwrite64', 'write', 'fsync', 'fdatasync', 'rename', 'ftruncate', 'unlink', 'openat', 'link'];
/** A run that reaches no such call any more is ended after this long. */
const RUN_MS = 4_000;

const big = { points: 1_000_000, seconds: 10 };
const script = await bundleCollector();
const dataDir = mkdtempSync(join(tmpdir(), 'gander-kills-'));
const registry = await openRegistry({ dataDir, rootKey: loadRootKey(dataDir), pollMs: 0 });
const { id } = await registry.createMerchant({ name: 'Shop', origins: [ORIGIN] });
const key = await registry.createSiteKey(id);
await registry.stop();

const config = JSON.stringify({
  dataDir,
  port: 0,
  logLevel: 'fatal',
  limits: { session: big, ip: big, openIp: big },
  journal: { segmentBytes: 8_000 },
  landing: { intervalMs: 50 },
});
let at: string | undefined;
// -D: the collector is our child, and the tracer its grandchild, so that signals reach the one that is meant.
/** Runs one collector until it dies, or `ms` after it listens. @returns whether the injected kill came */
const run = async (inject: readonly string[], ms: number): Promise<boolean> => {
  const command = inject.length
    ? ['strace', '-D', '-f', '-qq', '-o', '/dev/null', ...inject, process.execPath]
    : [process.execPath];
  const child = spawn(command[0]!, [...command.slice(1), script, config], {
    stdio: ['ignore', 'pipe', 'ignore'],
  });
  const exit = once(child, 'exit') as Promise<[number | null, string | null]>;
  let timer: NodeJS.Timeout | undefined;
  child.stdout!.once('data', (line: Buffer) => {
    at = line.toString().trim();
    timer = setTimeout(() => child.kill('SIGTERM'), ms);
  });
  const force = setTimeout(() => child.kill('SIGKILL'), ms + 60_000);
  const [code, signal] = await exit;
  clearTimeout(timer);
  clearTimeout(force);
  at = undefined;
  return inject.length > 0 && (signal === 'SIGKILL' || code === 137);
};

let tokens: string[] = [];
const opening = run([], 3_000);
for (let i = 0; i < 2_000 && !at; i++) await new Promise((resolve) => setTimeout(resolve, 20));
tokens = await Promise.all(
  Array.from({ length: 6 }, async () => {
    const response = await post(`${at}/v1/sessions`, JSON.stringify({ key, transaction: 'order_1' }));
    return ((await response.json()) as { t: string }).t;
  }),
);
await opening;

const book = createObligations(tokens);
let done = false;
const traffic = book.run(
  () => at,
  () => done,
);
let kills = 0;
for (let point = FROM; point < FROM + POINTS; point++) {
  const call = CALLS[point % CALLS.length]!;
  const when = 1 + Math.floor(point / CALLS.length);
  const killed = await run(['-e', `trace=${call}`, '-e', `inject=${call}:signal=KILL:when=${when}`], RUN_MS);
  if (killed) kills++;
  if (point % 25 === 24)
    console.log(
      `${point - FROM + 1} runs, ${kills} killed at a call, ${book.acknowledged.size} batches acknowledged`,
    );
}
await run([], 3_000);
done = true;
await traffic;

const landed = readLanded(dataDir);
const lost = [...book.acknowledged].filter((b) => !landed.has(b));
const doubled = [...landed].filter(([, logs]) => logs.length !== LOGS || new Set(logs).size !== LOGS);
const foreign = [...landed.keys()].filter((b) => !book.sent.has(b));
console.log(
  `${POINTS} runs, ${kills} killed at a call: ${book.acknowledged.size} acknowledged, ${lost.length} lost, ${doubled.length} doubled or torn, ${foreign.length} never sent`,
);
rmSync(dataDir, { recursive: true });
rmSync(dirname(script), { recursive: true });
process.exitCode = lost.length + doubled.length + foreign.length > 0 ? 1 : 0;
