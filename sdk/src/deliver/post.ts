import { AbortController, clearTimeout, fetch, parseJson, sendBeacon, setTimeout } from '../natives.ts';

/** Bytes of all keepalive bodies in flight together: browsers refuse more than 64 KiB (https://fetch.spec.whatwg.org/#http-network-or-cache-fetch). */
export const KEEPALIVE_BYTES = 65_536;
/** A collector that hangs costs no more than this. */
export const TIMEOUT_MS = 20_000;
/** Most that is read of an answer; an honest one has some 200 bytes. */
const MAX_ANSWER = 1_024;

/** What the collector answered. */
export interface Answer {
  /** HTTP status; 0 when there was none (network, CSP, time-out), −1 for a beacon, which never tells. */
  readonly status: number;
  /** From `Retry-After`, in ms; 0 without one. */
  readonly retryAfterMs: number;
  /** The collector's. Another server may answer anything: nothing is done with these but to compare, add and send back. */
  readonly body: { readonly t?: string; readonly now?: number; readonly ttl?: number };
}

/**
 * Posts a text to the collector: no preflight, no credentials, no custom header. Never rejects.
 * @param leaving the page may be gone the next moment
 */
export type Post = (path: string, body: string, leaving?: boolean) => Promise<Answer>;

/**
 * Creates {@link Post} for one collector, with the ledger of keepalive bytes that all its bodies share.
 */
export const createPost = (collector: string): Post => {
  let inFlight = 0;
  /** Whether this browser's fetch knows keepalive: it asked for it. `Request` says so too, unless the page calls something else so. */
  let keepaliveKnown = false;

  const read = async (response: Response): Promise<Answer['body']> => {
    const reader = response.body!.getReader();
    let text = '';
    for (;;) {
      const { done, value } = await reader.read();
      if (done) return Object(text && parseJson(text));
      text += String.fromCharCode(...value.subarray(0, MAX_ANSWER));
      if (text.length > MAX_ANSWER) {
        await reader.cancel();
        return {};
      }
    }
  };

  return async (path, body, leaving) => {
    const url = collector + path;
    const keepalive = inFlight + body.length <= KEEPALIVE_BYTES;
    const none: Answer = { status: 0, retryAfterMs: 0, body: {} };
    const abort = new AbortController!();
    const timer = setTimeout!(() => abort.abort(), TIMEOUT_MS);
    if (keepalive) inFlight += body.length;
    try {
      // Old browsers only: a beacon takes along the page's cookies and what its referrer policy allows, and cannot be told not to.
      if (leaving && !keepaliveKnown) {
        sendBeacon?.(url, body);
        return { ...none, status: -1 };
      }
      const response = await fetch!(url, {
        method: 'POST',
        body,
        get keepalive() {
          keepaliveKnown = true;
          return keepalive;
        },
        credentials: 'omit',
        // The page's path may say what it must not; the origin is enough.
        referrerPolicy: 'origin',
        signal: abort.signal,
      });
      const { status, ok, headers } = response;
      return {
        status,
        retryAfterMs: Number(headers.get('retry-after')) * 1e3 || 0,
        body: ok && response.body ? await read(response).catch(() => ({})) : {},
      };
    } catch {
      return none;
    } finally {
      clearTimeout!(timer);
      if (keepalive) inFlight -= body.length;
      abort.abort();
    }
  };
};
