// npm run bench:neighbours — what a merchant notices of its neighbours: latency of a paced merchant alone, while another sends at ten
// times its quota, and while a thousand sockets send a byte every five seconds. In turns, each next to a turn alone.
import { fork } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { connect } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { runLoad } from './load.mjs';
import { requestMaker } from './requests.mjs';

const ROUNDS = Number(process.env.ROUNDS ?? 5);
const SECONDS = Number(process.env.SECONDS ?? 8);
/** Batches a second that a merchant may send; the good one sends three fifths of it, the other ten times. */
const QUOTA = Number(process.env.QUOTA ?? 300);
const SOCKETS = Number(process.env.SOCKETS ?? 1_000);

const dataDir = mkdtempSync(join(tmpdir(), 'gander-neighbours-'));
const env = { ...process.env, LIMITS: JSON.stringify({ merchant: { points: QUOTA * 10, seconds: 10 } }) };
const child = fork(join(import.meta.dirname, 'collector-server.mjs'), [dataDir], { env });
const [{ url, key, otherKey }] = await once(child, 'message');

const requestsOf = (siteKey, count) =>
  Promise.all(
    Array.from({ length: count }, async (_, i) => {
      const body = JSON.stringify({ key: siteKey, transaction: `order_${i}` });
      const headers = { 'content-type': 'text/plain', origin: 'https://shop.example' };
      const response = await fetch(`${url}/v1/sessions`, { method: 'POST', body, headers });
      return requestMaker((await response.json()).t).make;
    }),
  );
const good = await requestsOf(key, 32);
const greedy = await requestsOf(otherKey, 32);

const paced = () => runLoad({ url, requests: good, seconds: SECONDS, rate: QUOTA * 0.6, expect: 202 });
/** Most of it is refused: that is what it is for. */
const flood = () => runLoad({ url, requests: greedy, seconds: SECONDS, rate: QUOTA * 10, expect: '' });

/** Keeps sockets open that never finish their headers; the collector closes them, and they come back. */
const openSlowSockets = () => {
  const { hostname, port } = new URL(url);
  let stopped = false;
  const sockets = new Set();
  const open = () => {
    if (stopped) return;
    const socket = connect(Number(port), hostname, () =>
      socket.write('POST /v1/logs HTTP/1.1\r\nhost: x\r\nx-a: '),
    );
    const timer = setInterval(() => socket.write('a'), 5_000);
    sockets.add(socket);
    socket.on('error', () => undefined);
    socket.on('close', () => {
      clearInterval(timer);
      sockets.delete(socket);
      setTimeout(open, 50);
    });
  };
  for (let i = 0; i < SOCKETS; i++) open();
  return () => {
    stopped = true;
    for (const socket of sockets) socket.destroy();
  };
};

const turns = { alone: [], flood: [], slow: [] };
await paced();
for (let round = 0; round < ROUNDS; round++) {
  turns.alone.push(await paced());
  const [beside, flooded] = await Promise.all([paced(), flood()]);
  turns.flood.push({ ...beside, sent: flooded.perSecond, refused: flooded.refused });
  const close = openSlowSockets();
  await new Promise((resolve) => setTimeout(resolve, 1_000));
  turns.slow.push(await paced());
  close();
  await new Promise((resolve) => setTimeout(resolve, 500));
}
const median = (values) => values.toSorted((a, b) => a - b)[Math.floor(values.length / 2)];
const of = (turn, figure) => median(turns[turn].map((t) => t[figure]));
for (const turn of ['alone', 'flood', 'slow']) {
  const lost = turns[turn].reduce((sum, t) => sum + t.wrong, 0);
  console.log(
    `${turn.padEnd(6)} p50 ${of(turn, 'p50').toFixed(2)} ms  p99 ${of(turn, 'p99').toFixed(2)} ms  (${(of(turn, 'p99') / of('alone', 'p99')).toFixed(2)} × alone)  not 202: ${lost}`,
  );
}
console.log(
  `flood: ${of('flood', 'sent').toFixed(0)} batches/s at a quota of ${QUOTA}/s, ${of('flood', 'refused')} refused of ${(of('flood', 'sent') * SECONDS).toFixed(0)}; slow: ${SOCKETS} sockets`,
);
child.kill('SIGTERM');
await once(child, 'exit');
rmSync(dataDir, { recursive: true });
