import type { Answer } from './answer.ts';

/** The headers of an intake's answer. A page may read it only when its origin is the merchant's: exactly, and never `*`. */
export const answerHeaders = (answer: Answer, origin: string | undefined): Record<string, string> => {
  const headers: Record<string, string> = { vary: 'Origin' };
  if (answer.readable && origin !== undefined) headers['access-control-allow-origin'] = origin;
  if (answer.body !== undefined) headers['content-type'] = 'application/json';
  if (answer.retryAfter !== undefined) {
    headers['retry-after'] = String(answer.retryAfter);
    headers['access-control-expose-headers'] = 'Retry-After';
  }
  // The rest of a body that was not read must not be taken for the next request.
  if (answer.error === 'too_large' || answer.error === 'body_timeout') headers.connection = 'close';
  return headers;
};
