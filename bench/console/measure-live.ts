import { get } from 'node:http';
import { LOGS_A_BATCH, MERCHANT, makeBatch } from './make-batch.ts';
import { startServer } from './start-server.ts';

const ROUNDS = 20;

/**
 * From a commit, which is when the collector acknowledges, to the log in its reader's hands, over HTTP, while each of the open sessions
 * has a reader who follows its timeline.
 */
export const measureLive = async (open: number) => {
  const server = await startServer({ merchants: [MERCHANT] });
  const { live, cookie, url } = server;
  const committed = new Map<string, number>();
  const latencies: number[] = [];
  const requests = Array.from({ length: open }, (_, i) => {
    const path = `/api/merchants/${MERCHANT}/transactions/order_${i}/stream?after=${live.boot}.0`;
    const request = get(`${url}${path}`, { headers: { cookie }, agent: false }, (response) => {
      let text = '';
      response.setEncoding('utf8').on('data', (chunk: string) => {
        text += chunk;
        for (let end = text.indexOf('\n\n'); end >= 0; end = text.indexOf('\n\n')) {
          const id = /^id: (.*)$/m.exec(text.slice(0, end))?.[1] ?? '';
          text = text.slice(end + 2);
          const at = committed.get(id);
          if (at !== undefined) latencies.push(performance.now() - at);
        }
      });
    });
    request.on('error', () => undefined);
    return request;
  });
  await new Promise((resolve) => setTimeout(resolve, 1500));
  for (let round = 0; round < ROUNDS; round++) {
    for (let i = 0; i < open; i++) {
      committed.set(`${live.boot}.${live.newest + 1}`, performance.now());
      live.add([makeBatch(i, round)]);
    }
    await new Promise((resolve) => setTimeout(resolve, 200));
  }
  await new Promise((resolve) => setTimeout(resolve, 1000));
  const { bytes, batches } = live.stats();
  for (const request of requests) request.destroy();
  await server.close();
  if (latencies.length !== open * ROUNDS)
    throw new Error(`${latencies.length} of ${open * ROUNDS} events came`);
  return { latencies, bytesPerLog: bytes / (batches * LOGS_A_BATCH) };
};
