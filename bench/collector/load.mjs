// The load: keep-alive connections with one request each on its way, over bare sockets, so that the client costs little.
import { connect } from 'node:net';

/**
 * @param {{ url: string, requests: (() => Buffer)[], seconds: number, rate?: number, expect: number | string }} options one maker of
 *   requests for each connection; `rate` in requests a second for a paced load, else as fast as they are answered
 * @returns {Promise<{ perSecond: number, p50: number, p99: number, wrong: number, refused: number }>} latencies in ms; `refused`: answers 429
 */
export const runLoad = async ({ url, requests, seconds, rate, expect }) => {
  const { hostname, port } = new URL(url);
  const latencies = [];
  let answered = 0;
  let wrong = 0;
  let refused = 0;
  const started = performance.now();
  const end = started + seconds * 1_000;
  const gap = rate ? (requests.length / rate) * 1_000 : 0;
  await Promise.all(
    requests.map(
      (next, i) =>
        new Promise((resolve, reject) => {
          const socket = connect(Number(port), hostname);
          socket.setNoDelay(true);
          socket.on('error', reject);
          let due = started + (gap * i) / requests.length;
          let sentAt = 0;
          let text = '';
          const send = () => {
            if (performance.now() >= end) {
              socket.destroy();
              return resolve();
            }
            // Paced: latency counts from when it was due, so that a stall is not left out.
            sentAt = gap ? due : performance.now();
            socket.write(next());
          };
          const later = () => {
            if (!gap) return send();
            due += gap;
            const wait = due - performance.now();
            if (wait > 1) setTimeout(send, wait);
            else send();
          };
          socket.on('connect', () => (gap ? setTimeout(send, Math.max(0, due - performance.now())) : send()));
          socket.on('data', (chunk) => {
            text += chunk.latin1Slice();
            const head = text.indexOf('\r\n\r\n');
            if (head < 0) return;
            const length = /content-length: ([0-9]+)/i.exec(text);
            const chunked = !length && /transfer-encoding: chunked/i.test(text);
            if (chunked ? !text.endsWith('0\r\n\r\n') : text.length < head + 4 + Number(length?.[1] ?? 0))
              return;
            if (text.startsWith('HTTP/1.1 429')) refused++;
            if (!text.startsWith(`HTTP/1.1 ${expect}`)) {
              if (wrong++ === 0) console.error('unexpected answer:', text.slice(0, 300));
            }
            text = '';
            answered++;
            latencies.push(performance.now() - sentAt);
            later();
          });
        }),
    ),
  );
  const took = (performance.now() - started) / 1_000;
  latencies.sort((a, b) => a - b);
  const at = (q) => latencies[Math.min(latencies.length - 1, Math.floor(latencies.length * q))] ?? 0;
  return { perSecond: answered / took, p50: at(0.5), p99: at(0.99), wrong, refused };
};
