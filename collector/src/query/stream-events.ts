import type { Context } from 'hono';
import { type SSEStreamingApi, streamSSE } from 'hono/streaming';
import type { ApiContext, ApiEnv } from './context.ts';
import type { OpenStream } from './open-streams.ts';

/**
 * Answers by server-sent events (https://html.spec.whatwg.org/multipage/server-sent-events.html) until the work is over, its reader has
 * gone or may read no more. A mistake of ours ends the stream and is told to the log alone; the reader comes back with its cursor.
 * @param open the stream's place among those open, given back at the end
 */
export const streamEvents = (
  context: Pick<ApiContext, 'onError'>,
  c: Context<ApiEnv>,
  open: OpenStream,
  work: (stream: SSEStreamingApi) => Promise<void>,
): Response => {
  const route = `${c.req.method} ${c.req.routePath}`;
  const answer = streamSSE(c, async (stream) => {
    // Also wakes a write that waits for a reader who does not read.
    open.onEnd(() => stream.abort());
    try {
      await work(stream);
    } catch (error) {
      context.onError?.(error, route);
    } finally {
      open.close();
    }
  });
  // Hono's own would let a cache keep what only this reader may see.
  answer.headers.set('cache-control', 'no-store');
  answer.headers.set('x-accel-buffering', 'no');
  return answer;
};
