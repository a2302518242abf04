// npm run bench:collector — the collector against a bare node:http server, in turns, on the same two cores.
import { fork } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, readdirSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { runLoad } from './load.mjs';
import { requestMaker } from './requests.mjs';

const ROUNDS = Number(process.env.ROUNDS ?? 5);
const SECONDS = Number(process.env.SECONDS ?? 5);
const CONNECTIONS = Number(process.env.CONNECTIONS ?? 64);
const PROFILE = process.env.PROFILE;
/** Minutes at full load with the collector alone, its memory printed each half minute; 0 leaves them out. */
const MINUTES = Number(process.env.MINUTES ?? 0);

const start = async (file, args = []) => {
  // As deploy/ starts it.
  const execArgv = file.startsWith('collector')
    ? ['--max-semi-space-size=4', '--heap-growing-percent=40', '--no-parallel-scavenge']
    : [];
  if (PROFILE && file.startsWith('collector')) execArgv.push('--cpu-prof', `--cpu-prof-dir=${PROFILE}`);
  const child = fork(join(import.meta.dirname, file), args, { execArgv });
  const [hello] = await once(child, 'message');
  const ask = async (question) => {
    child.send(question);
    return (await once(child, 'message'))[0];
  };
  const stop = async () => {
    child.kill('SIGTERM');
    await once(child, 'exit');
  };
  return { ...hello, usage: () => ask('usage'), drain: () => ask('drain'), stop };
};

const dataDir = mkdtempSync(join(tmpdir(), 'gander-bench-'));
const servers = {
  floor: { ...(await start('floor-server.mjs')), expect: 204 },
  hono: { ...(await start('hono-server.mjs')), expect: 204 },
  collector: { ...(await start('collector-server.mjs', [dataDir])), expect: 202 },
};
const { url, key } = servers.collector;
const makers = await Promise.all(
  Array.from({ length: CONNECTIONS }, async (_, i) => {
    const body = JSON.stringify({ key, transaction: `order_${i}` });
    const headers = { 'content-type': 'text/plain', origin: 'https://shop.example' };
    const response = await fetch(`${url}/v1/sessions`, { method: 'POST', body, headers });
    return requestMaker((await response.json()).t);
  }),
);
const requests = makers.map((m) => m.make);

const measure = async (name, options) => {
  const server = servers[name];
  const before = await server.usage();
  const load = await runLoad({ url: server.url, requests, expect: server.expect, ...options });
  const after = await server.usage();
  const count = load.perSecond * options.seconds;
  const landed = (after.landed - before.landed) / (after.acknowledged - before.acknowledged);
  // Else its landing would take another server's time.
  if (!options.goesOn) await server.drain();
  return {
    ...load,
    cpuUs: ((after.cpuMs - before.cpuMs) * 1_000) / count,
    mainUs: ((after.mainMs - before.mainMs) * 1_000) / count,
    rss: after.rss,
    landedRows: after.landed,
    landed,
  };
};
const median = (values) => values.toSorted((a, b) => a - b)[Math.floor(values.length / 2)];

if (MINUTES) await runMinutes();
else await runRounds();
for (const server of Object.values(servers)) await server.stop();
rmSync(dataDir, { recursive: true });

/** Least squares: MB a minute. */
function slopeOf(points) {
  const mean = (values) => values.reduce((a, b) => a + b, 0) / values.length;
  const [x, y] = [mean(points.map((p) => p[0])), mean(points.map((p) => p[1]))];
  const [top, bottom] = points.reduce(
    ([t, b], [px, py]) => [t + (px - x) * (py - y), b + (px - x) ** 2],
    [0, 0],
  );
  return top / bottom;
}

async function runMinutes() {
  const points = [];
  for (let half = 1; half <= MINUTES * 2; half++) {
    const { perSecond, p99, rss, landedRows, wrong } = await measure('collector', {
      seconds: 30,
      goesOn: true,
    });
    const mb = rss / 2 ** 20;
    points.push([half / 2, mb]);
    console.log(
      `${(half / 2).toFixed(1)} min  ${perSecond.toFixed(0)} batches/s  p99 ${p99.toFixed(1)} ms  rss ${mb.toFixed(0)} MB  ${landedRows} rows landed  wrong ${wrong}`,
    );
  }
  const highest = Math.max(...points.map((p) => p[1]));
  const later = points.slice(points.length >> 1);
  console.log(
    `highest ${highest.toFixed(0)} MB; slope ${slopeOf(points).toFixed(2)} MB a minute, in the second half ${slopeOf(later).toFixed(2)}`,
  );
}

async function runRounds() {
  for (const name of Object.keys(servers)) await measure(name, { seconds: 2 });
  const results = { floor: [], hono: [], collector: [] };
  for (let round = 0; round < ROUNDS; round++) {
    for (const name of Object.keys(servers)) results[name].push(await measure(name, { seconds: SECONDS }));
  }
  const of = (name, figure) => median(results[name].map((r) => r[figure]));
  const half = of('collector', 'perSecond') / 2;
  const paced = await measure('collector', { seconds: SECONDS, rate: half });

  console.log(
    `batch: 25 logs, frame ${makers[0].frameBytes} B, body ${makers[0].bodyBytes} B; ${CONNECTIONS} connections, ${ROUNDS} × ${SECONDS} s each, in turns`,
  );
  for (const name of Object.keys(servers)) {
    const line = ['perSecond', 'p50', 'p99', 'cpuUs', 'mainUs'].map(
      (f) => `${f} ${of(name, f).toFixed(f === 'perSecond' ? 0 : 2)}`,
    );
    console.log(
      name.padEnd(10),
      line.join('  '),
      ` rss ${(of(name, 'rss') / 2 ** 20).toFixed(0)} MB`,
      ` wrong ${results[name].reduce((s, r) => s + r.wrong, 0)}`,
    );
  }
  const ratios = results.collector.map((r, i) => r.perSecond / results.floor[i].perSecond);
  console.log(
    `collector / floor  ${median(ratios).toFixed(3)}  (rounds: ${ratios.map((r) => r.toFixed(3)).join(' ')})   hono / floor  ${(of('hono', 'perSecond') / of('floor', 'perSecond')).toFixed(3)}`,
  );
  console.log(
    `landed of what was acknowledged, while it was under load: ${(of('collector', 'landed') * 100).toFixed(0)} %`,
  );
  console.log(
    `logs/s ${(of('collector', 'perSecond') * 25).toFixed(0)}   at half load (${half.toFixed(0)}/s): p50 ${paced.p50.toFixed(2)} ms, p99 ${paced.p99.toFixed(2)} ms, wrong ${paced.wrong}`,
  );
  const journal = join(dataDir, 'journal');
  const sizes = readdirSync(journal)
    .filter((f) => f.endsWith('.segment'))
    .map((f) => statSync(join(journal, f)).size);
  console.log(
    `journal ${(sizes.reduce((a, b) => a + b, 0) / 2 ** 20).toFixed(1)} MiB in ${sizes.length} segments`,
  );
}
