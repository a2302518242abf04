import { get } from 'node:http';
import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { startFeed } from './feed.ts';
import { MERCHANT } from './make-batch.ts';
import { startServer } from './start-server.ts';

const TAILS = 5;
const SAMPLES = 24;

/**
 * Memory of the server while five readers tail everything: after so many minutes in which the live store fills up (it keeps a quarter
 * of the run, an hour at most), how it grows over the rest.
 */
export const measureMemory = async (minutes: number, logsPerSecond: number) => {
  setFlagsFromString('--expose-gc');
  const collect = runInNewContext('gc') as () => void;
  const runMs = minutes * 60_000;
  const keepMs = Math.min(3_600_000, runMs / 4);
  const server = await startServer({ merchants: [MERCHANT], keepMs });
  const { cookie, url, live } = server;
  let received = 0;
  const requests = Array.from({ length: TAILS }, () => {
    const request = get(
      `${url}/api/logs/tail?after=${live.boot}.0`,
      { headers: { cookie }, agent: false },
      (response) => response.on('data', (chunk: Buffer) => (received += chunk.length)),
    );
    request.on('error', () => undefined);
    return request;
  });
  const feed = startFeed(live, logsPerSecond);
  await new Promise((resolve) => setTimeout(resolve, runMs / 2));
  const samples: { minute: number; heap: number; rss: number }[] = [];
  for (let i = 0; i < SAMPLES; i++) {
    await new Promise((resolve) => setTimeout(resolve, runMs / 2 / SAMPLES));
    collect();
    const { heapUsed, external, rss } = process.memoryUsage();
    samples.push({ minute: ((i + 1) * minutes) / 2 / SAMPLES, heap: heapUsed + external, rss });
  }
  feed.stop();
  for (const request of requests) request.destroy();
  await server.close();
  if (received === 0) throw new Error('no reader got anything');
  return {
    heapMiBPerMinute: slope(samples.map((s) => [s.minute, s.heap / 2 ** 20])),
    rssMiB: samples.at(-1)!.rss / 2 ** 20,
    firstMiB: samples[0]!.heap / 2 ** 20,
    lastMiB: samples.at(-1)!.heap / 2 ** 20,
    logs: feed.sent(),
    keepMs,
  };
};

/** Least squares. */
const slope = (points: readonly (readonly [number, number])[]): number => {
  const mx = points.reduce((sum, [x]) => sum + x, 0) / points.length;
  const my = points.reduce((sum, [, y]) => sum + y, 0) / points.length;
  const up = points.reduce((sum, [x, y]) => sum + (x - mx) * (y - my), 0);
  return up / points.reduce((sum, [x]) => sum + (x - mx) ** 2, 0);
};
