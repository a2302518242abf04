import type { Context } from 'hono';
import type { TailLogs } from './api.ts';
import type { ApiContext, ApiEnv } from './context.ts';
import { firstLogs, rowsOfBatch } from './live-rows.ts';
import { type LogFilter, merchantsOf, needsFacts, passes } from './log-filter.ts';
import { createOpenStreams } from './open-streams.ts';
import type { KnowSessions } from './session-facts.ts';
import { parseCursor } from './stream.ts';
import { streamEvents } from './stream-events.ts';

/** Pushes come at most this often: a screen shows no more, and one event of many logs is cheaper than many of one. */
const PUSH_MS = 200;
const BEAT_MS = 15_000;
/** Most batches and logs of one push; the rest follows with the next. */
const MAX_BATCHES = 2000;
const MAX_LOGS = 5000;
const MAX_TAILS = 100;

/**
 * Follows all logs that pass a filter. A client that pauses closes its stream and comes back with its cursor: whatever came within
 * the hour is still there, so nothing is lost while paused and nothing waits in a queue.
 */
export const createTail = (context: ApiContext, knowSessions: KnowSessions) => {
  const { live } = context;
  const streams = createOpenStreams(context, MAX_TAILS);
  return (c: Context<ApiEnv>, filter: LogFilter): Response => {
    const cursor = parseCursor(c.req.header('last-event-id') ?? c.req.query('after') ?? '', live.boot);
    const merchants = merchantsOf(filter);
    const open = streams.open(c, merchants);
    return streamEvents(context, c, open, async (stream) => {
      let after = cursor;
      let beat = Date.now();
      let fresh = true;
      const stops = [...merchants].map((m) => live.subscribe(m, undefined, () => (fresh = true)));
      try {
        while (!stream.aborted && !stream.closed) {
          if (after === undefined || after < live.oldest - 1) {
            await stream.writeSSE({ event: 'reset', data: '{}' });
            return;
          }
          if (fresh) {
            fresh = false;
            const found = live.since(merchants, after, MAX_BATCHES);
            const batches = firstLogs(found.batches, MAX_LOGS);
            const upTo = batches.length < found.batches.length ? batches.at(-1)!.n : found.upTo;
            after = Math.max(after, upTo);
            if (after < live.newest) fresh = true;
            const rows = batches.flatMap((batch) => rowsOfBatch(context, batch));
            const factsOf = needsFacts(filter) ? await knowSessions(rows) : () => undefined;
            const logs = rows.filter((row) => passes(filter, row, factsOf(row)));
            if (logs.length) {
              const data: TailLogs = { logs };
              await stream.writeSSE({
                event: 'logs',
                id: `${live.boot}.${after}`,
                data: JSON.stringify(data),
              });
              beat = Date.now();
            }
          }
          if (Date.now() - beat > BEAT_MS) {
            await stream.writeSSE({ event: 'beat', id: `${live.boot}.${after}`, data: '{}' });
            beat = Date.now();
          }
          await stream.sleep(PUSH_MS);
        }
      } finally {
        for (const stop of stops) stop();
      }
    });
  };
};
