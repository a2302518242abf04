import type { SealedBatch } from '../batch/running-batch.ts';
import { now, random, wallClock } from '../natives.ts';
import type { Answer, Post } from './post.ts';
import type { Session } from './session.ts';

/** Most that waits, in bytes of text; the oldest is dropped first. */
export const MAX_WAITING_BYTES = 262_144;
const MAX_RETRY_MS = 60_000;
const MAX_REFUSALS = 5;
/** What the collector answers when it has a batch. Any other success is some proxy's. */
const ACKNOWLEDGED = 202;
/** How long a renewed token is taken to last: the collector renews when this much or more is gained. */
const RENEWED_MS = 600_000;

/** A batch that waits for its acknowledgement. */
export interface Waiting extends SealedBatch {
  readonly boot: string;
  readonly session: Session;
  /** Of how many lost logs it tells: told again when it is lost itself. */
  readonly lost?: number;
}

/** Values of `drop_reason`. */
const OUTBOX_FULL = 1;
export const CONSENT = 6;

/** Logs that are lost with a batch: its own, and those that it tells of. */
export const lossOf = ({ logs, lost }: Waiting): number => logs + (lost ?? 0);

export interface Sender {
  /**
   * The session of this page from here on: opened with the next {@link pump}, whether or not anything waits. Another one than before is tried
   * also after that one was refused.
   */
  use(session: Session): void;
  /** Keeping is allowed from now on: what waits is handed over for it. */
  save(): void;
  /** Takes a batch. It is sent with the next {@link pump}. */
  push(batch: Waiting): void;
  /** Sends what waits, one after the other, unless told to wait; resolves when there is nothing more to do now. */
  pump(): Promise<void>;
  /** The page may be gone the next moment: sends all of it at once. */
  leave(): void;
  /** The network is back: does not wait out the backoff, though it does wait out a `Retry-After`. */
  retryNow(): void;
  /** Forgets everything; says how many logs are lost with what waits. Of what is under way its answer tells. */
  clear(): number;
}

export interface SenderEvents {
  /** A batch got its token, or may be kept from now on. */
  onSave(batch: Waiting): void;
  /** The collector has the batch: it needs not be kept any more. */
  onDone(batch: Waiting): void;
  /**
   * A batch was given up.
   * @param why the status by which the collector refused it for good; or a `drop_reason`: too many waited, or it was under way when it was
   * forgotten, and did not arrive as far as can be told
   */
  onLost(batch: Waiting, why: number): void;
  /** Sending works again after so many tries in vain. */
  onRecovered(tries: number, status: number): void;
  /** A session was opened: the collector's clock, ms since 1970. */
  onOpened(serverMs: number): void;
  /** There is nothing more to be done: the page's key, grant or origin is refused for good. Not told of the grant of a later transaction. */
  onRefused(): void;
}

/** Whether trying again would change nothing. */
const isFinal = (status: number): boolean => /^4(?!08|29)/.test(`${status}`);

/**
 * Creates the queue of batches and its retries: exponential from 1 s to 60 s with full jitter, by a timer of its own.
 * docs/life-of-a-batch.md has the whole way; this part of it:
 *
 * | what waits | answer | then |
 * |---|---|---|
 * | session without a token | one | the batches of that session are sent |
 * | | final | its batches are lost; those of this page's session wait for another one, and all is over if it was the first, or had been open |
 * | batch in `queue`, session with a token | 202 | done |
 * | | final | lost; the fifth in a row ends all |
 * | either | anything else, or none | waits until `waitUntil`, and is tried again |
 * | batch in `sending` | none yet, or a beacon's | neither sent again nor given up |
 *
 * Retries wait by the monotonic clock. Tokens end by the wall clock: the monotonic one may stand still while the device sleeps.
 */
export const createSender = (
  post: Post,
  later: (work: () => void, ms: number) => unknown,
  events: SenderEvents,
): Sender => {
  // What waits.
  let queue: Waiting[] = [];
  const sending = new Set<Waiting>();
  let running: Promise<void> | undefined;
  let asked = false;
  // When to try again.
  let tries = 0;
  let lastStatus = 0;
  let waitUntil = 0;
  let mustWaitUntil = 0;
  // When to give up.
  let refusals = 0;
  /** Nothing of it is asked for any more. */
  let refused: Session | undefined;
  let opened = false;
  /** The session of this page. */
  let current: Session | undefined;

  const save = (): void => queue.forEach(events.onSave);
  const waits = (batch: Waiting): boolean => !sending.has(batch) && batch.session !== refused;
  const drop = (batch: Waiting): void => {
    queue = queue.filter((waiting) => waiting !== batch);
  };
  const giveUp = (batch: Waiting, why: number): void => {
    drop(batch);
    events.onLost(batch, why);
  };

  /** Retries, whatever was asked. @param ok whether the answer is what was asked for, which it says back */
  const settle = ({ status, retryAfterMs }: Answer, ok: boolean): boolean => {
    if (ok) {
      if (tries) events.onRecovered(tries, lastStatus);
      tries = refusals = 0;
      waitUntil = mustWaitUntil;
    } else if (!isFinal(status)) {
      lastStatus = status;
      const backoff = random() * Math.min(MAX_RETRY_MS, 1_000 * 2 ** tries++);
      // Of several that were asked at once, as by a page that is left, the one that wants the longest wait counts.
      mustWaitUntil = Math.max(mustWaitUntil, now() + retryAfterMs);
      waitUntil = Math.max(mustWaitUntil, now() + backoff);
      // 5 ms more: a timer that comes early would find that it must still wait.
      later(() => void pump(), waitUntil - now() + 5);
    }
    return ok;
  };

  /** A token's life: it is had here, and renewed by acknowledgements. */
  const open = async (session: Session): Promise<void> => {
    const answer = await post('/v1/sessions', session.request);
    const { t, now: serverMs, ttl } = answer.body;
    // Whatever its status: without a token it would be asked for again at once, for ever.
    if (settle(answer, t! > '')) {
      opened = true;
      session.token = t!;
      session.until = wallClock() + ttl! * 1_000;
      if (serverMs! > 0) events.onOpened(serverMs!);
      save();
    } else if (isFinal(answer.status)) {
      if (session === current) {
        refused = session;
        if (session.token || !opened) events.onRefused();
      } else for (const batch of queue) if (batch.session === session) giveUp(batch, answer.status);
    }
  };

  const send = async (batch: Waiting, leaving?: boolean): Promise<void> => {
    const { session } = batch;
    const answered = post('/v1/logs', `G1.${session.token}.${batch.frame}`, leaving);
    // Only now: where Firefox stops the script before it was asked for (see unload.ts), the next event asks for it.
    sending.add(batch);
    const answer = await answered;
    sending.delete(batch);
    // A beacon never tells; what it carried stays until someone knows better.
    if (answer.status < 0) return;
    if (settle(answer, answer.status === ACKNOWLEDGED)) {
      if (answer.body.t! > '') {
        session.token = answer.body.t!;
        session.until = wallClock() + RENEWED_MS;
      }
      drop(batch);
      events.onDone(batch);
    } else if (!queue.includes(batch)) giveUp(batch, CONSENT);
    else if (isFinal(answer.status)) {
      giveUp(batch, answer.status);
      // A collector that refuses again and again will not be pestered; what earlier visits left is no fault of this one.
      if (session === current && ++refusals === MAX_REFUSALS) {
        refused = session;
        events.onRefused();
      }
    }
  };

  const work = async (): Promise<void> => {
    for (;;) {
      asked = false;
      const batch = queue.find(waits);
      const session = batch ? batch.session : current;
      if (!session || session === refused || now() < waitUntil) return;
      // A site key opens an ended session again; a grant is too old by then, and its batches go as late ones.
      const ended = session.until! < wallClock() && session === current && session.request.startsWith('{"k');
      if (!session.token || ended) await open(session);
      else if (batch) await send(batch);
      else return;
    }
  };
  const pump = (): Promise<void> => {
    asked = true;
    running ??= work()
      // Nothing that a collector or a proxy answers is a rejection of the page's.
      .catch(() => {})
      .then(() => {
        running = undefined;
        // Meanwhile, when the work had just found that there is none.
        return asked ? pump() : undefined;
      });
    return running;
  };

  return {
    use(session) {
      if (session !== current) refused = undefined;
      current = session;
    },
    push(batch) {
      queue.push(batch);
      while (queue.reduce((bytes, { frame }) => bytes + frame.length, 0) > MAX_WAITING_BYTES) {
        const oldest = queue.find((waiting) => !sending.has(waiting));
        if (!oldest) return;
        giveUp(oldest, OUTBOX_FULL);
      }
    },
    pump,
    save,
    leave() {
      if (now() < mustWaitUntil) return;
      for (const batch of queue) if (batch.session.token && waits(batch)) void send(batch, true);
    },
    retryNow() {
      waitUntil = mustWaitUntil;
      void pump();
    },
    clear() {
      current = undefined;
      return queue.splice(0).reduce((sum, batch) => sum + (sending.has(batch) ? 0 : lossOf(batch)), 0);
    },
  };
};
