import { signal } from '@preact/signals';

/** Turns true when the API says that nobody is signed in. */
export const signedOut = signal(false);

/** Texts for the API's error codes (docs/console.md). */
const TEXTS: Readonly<Record<number, string>> = {
  200: 'The console asked for something malformed.',
  201: 'You are signed out.',
  202: 'That did not work: a wrong e-mail or password, an unknown passkey, or a link that was used before.',
  203: 'The request was refused because it seemed to come from another site.',
  204: 'Your role does not cover this.',
  205: 'There is no such thing here.',
  206: 'Somebody else changed it first, or it exists already.',
  207: 'That is too large.',
  208: 'Too many tries; wait some minutes.',
  209: 'The console failed. This is a mistake of ours.',
  210: 'The lake does not answer just now.',
  211: 'For this you must have signed in within the last 15 minutes: sign out, and in again.',
  212: 'That reads more of the lake than is allowed, or takes too long: choose a shorter time, or a merchant.',
  213: 'The invitation is for an account that you have already. Sign in to it, and it is accepted.',
};

/** An error answer of the API, with a text that can be shown. */
export class ApiFailure extends Error {
  override readonly name = 'ApiFailure';
  readonly code: number;
  /** @param text instead of the code's own */
  constructor(code: number, text = TEXTS[code] ?? 'The collector cannot be reached.') {
    super(text);
    this.code = code;
  }
}

const request = async (path: string, init: RequestInit): Promise<Response> => {
  const answer = await fetch(`/api${path}`, { credentials: 'same-origin', ...init }).catch(() => undefined);
  if (answer?.ok) return answer;
  throw await apiFailure(answer);
};

/** What an error answer says; undefined stands for none. */
export const apiFailure = async (answer: Response | undefined): Promise<ApiFailure> => {
  const body: unknown = await answer?.json().catch(() => undefined);
  const code = typeof body === 'object' && body !== null && 'e' in body ? Number(body.e) : 0;
  if (code === 201) signedOut.value = true;
  return new ApiFailure(code);
};

/** Reads from the API. @throws ApiFailure */
export const getJson = async <T>(path: string, abort?: AbortSignal): Promise<T> =>
  (await (await request(path, abort ? { signal: abort } : {})).json()) as T;

/** Changes something through the API. @throws ApiFailure */
export const sendJson = async <T>(
  method: 'POST' | 'PUT' | 'DELETE',
  path: string,
  body: unknown = {},
): Promise<T> => {
  const headers = { 'content-type': 'application/json' };
  return (await (await request(path, { method, headers, body: JSON.stringify(body) })).json()) as T;
};
