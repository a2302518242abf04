import type { Context } from 'hono';
import { covers, roleFor } from '../users/roles.ts';
import { ApiError } from './api-errors.ts';
import type { ApiContext, ApiEnv } from './context.ts';

/** A stream ends so long after its session or a role for its merchants has, at the latest, ms; whether or not logs come. */
const CHECK_MS = 10_000;
/** Most streams of one user, over all their tabs, so that nobody takes all there are. */
const MAX_OF_USER = 20;

/** A stream that may go on until it is told to stop. */
export interface OpenStream {
  /** Calls back once the stream must end. */
  onEnd(listener: () => void): void;
  close(): void;
}

export interface OpenStreams {
  /** @throws ApiError `too_many` */
  open(c: Context<ApiEnv>, merchants: ReadonlySet<string>): OpenStream;
}

/**
 * Counts the streams of one kind, and watches that who reads them still may.
 * @param most of all users
 * @param mostOfUser of one
 */
export const createOpenStreams = (
  { users }: Pick<ApiContext, 'users'>,
  most: number,
  mostOfUser = MAX_OF_USER,
): OpenStreams => {
  const open = new Map<string, number>();
  let all = 0;
  return {
    open(c, merchants) {
      const { id } = c.get('user');
      const needs = c.get('needs');
      const { headers } = c.req.raw;
      const own = open.get(id) ?? 0;
      if (all >= most || own >= mostOfUser) throw new ApiError('too_many');
      all++;
      open.set(id, own + 1);
      let onEnd: (() => void) | undefined;
      const check = async (): Promise<void> => {
        const user = await users.authenticate(headers);
        if (user && [...merchants].every((merchant) => covers(roleFor(user, merchant), needs))) return;
        onEnd?.();
      };
      // While the database does not answer, a stream goes on; the next check asks again.
      const timer = setInterval(() => void check().catch(() => undefined), CHECK_MS);
      timer.unref();
      let closed = false;
      return {
        onEnd: (listener) => {
          onEnd = listener;
        },
        close() {
          if (closed) return;
          closed = true;
          clearInterval(timer);
          all--;
          const left = (open.get(id) ?? 1) - 1;
          if (left > 0) open.set(id, left);
          else open.delete(id);
        },
      };
    },
  };
};
