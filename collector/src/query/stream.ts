import type { Context } from 'hono';
import type { StreamLogs } from './api.ts';
import type { ApiContext, ApiEnv } from './context.ts';
import { rowsOfBatch } from './live-rows.ts';
import { createOpenStreams } from './open-streams.ts';
import { streamEvents } from './stream-events.ts';
import { toLogRow } from './timeline.ts';

/** How often a quiet stream says that it lives, and gives a fresh cursor. */
const BEAT_MS = 15_000;
/** Most streams at once; a browser tab has one. */
const MAX_STREAMS = 1000;

/**
 * Follows a transaction by server-sent events. The stream pulls: a commit only wakes it, and it reads on from its cursor. So a slow reader holds no queue, and a reader that comes back with
 * `Last-Event-ID` gets what it missed and nothing twice.
 */
export const createTransactionStream = (context: ApiContext) => {
  const { live } = context;
  const streams = createOpenStreams(context, MAX_STREAMS);

  return (c: Context<ApiEnv>, merchant: string, transaction: string): Response => {
    const given = c.req.header('last-event-id') ?? c.req.query('after') ?? '';
    const cursor = parseCursor(given, live.boot);
    const open = streams.open(c, new Set([merchant]));
    return streamEvents(context, c, open, async (stream) => {
      let after = cursor;
      let woken = false;
      let wake: (() => void) | undefined;
      const onChange = (): void => {
        woken = true;
        wake?.();
      };
      const unsubscribe = live.subscribe(merchant, transaction, onChange);
      stream.onAbort(onChange);
      try {
        while (!stream.aborted && !stream.closed) {
          if (after === undefined || after < live.oldest - 1) {
            await stream.writeSSE({ event: 'reset', data: '{}' });
            return;
          }
          woken = false;
          const upTo = live.newest;
          for (const batch of live.batchesOf(merchant, transaction, after)) {
            const data: StreamLogs = { logs: rowsOfBatch(context, batch).map(toLogRow) };
            await stream.writeSSE({
              event: 'logs',
              id: `${live.boot}.${batch.n}`,
              data: JSON.stringify(data),
            });
            if (stream.aborted) return;
          }
          after = Math.max(after, upTo);
          if (woken || (await sleep((done) => (wake = done)))) continue;
          await stream.writeSSE({ event: 'beat', id: `${live.boot}.${after}`, data: '{}' });
        }
      } finally {
        unsubscribe();
      }
    });
  };
};

/** Waits for a wake-up or the next beat. @returns whether it was woken */
const sleep = (onWake: (wake: () => void) => void): Promise<boolean> =>
  new Promise((resolve) => {
    const timer = setTimeout(() => resolve(false), BEAT_MS);
    onWake(() => {
      clearTimeout(timer);
      resolve(true);
    });
  });

/** The number behind `<boot>.<n>`; undefined when it is of another process, or none. */
export const parseCursor = (text: string, boot: string): number | undefined => {
  const match = /^([\w-]{1,40})\.(\d{1,15})$/.exec(text);
  return match && match[1] === boot ? Number(match[2]) : undefined;
};
