/**
 * THE table of the console API's error answers. A body is `{"e":<code>}` and nothing of the input; the console has a text for each.
 * Codes are append-only and do not overlap with those of the collector's internet side (errors.ts).
 */
// biome-ignore format: one row is one line
export const API_ERRORS = {
  bad_request: { code: 200, status: 400, doc: 'The request is not of the form that the route takes.' },
  signed_out: { code: 201, status: 401, doc: 'Nobody is signed in, or the session is over.' },
  wrong_sign_in: { code: 202, status: 401, doc: 'E-mail and password do not fit, or the link was used before.' },
  cross_site: { code: 203, status: 403, doc: 'The request came from another site.' },
  role: { code: 204, status: 403, doc: 'The role of the user does not cover this.' },
  not_found: { code: 205, status: 404, doc: 'There is no such thing, or it belongs to somebody else.' },
  conflict: { code: 206, status: 409, doc: 'Somebody else changed it first, or it exists already.' },
  too_large: { code: 207, status: 413, doc: 'The body is too large.' },
  too_many: { code: 208, status: 429, doc: 'Too many tries, or too many streams at once.' },
  internal: { code: 209, status: 500, doc: 'The console failed. A mistake of ours.' },
  unavailable: { code: 210, status: 503, doc: 'The lake does not answer just now.' },
  sign_in_again: { code: 211, status: 403, doc: 'This needs a sign-in of the last 15 minutes.' },
  too_much: { code: 212, status: 422, doc: 'The question reads more of the lake than is allowed, or takes too long: choose a shorter time, or a merchant.' },
  sign_in_first: { code: 213, status: 403, doc: 'The invitation is for an account that has roles elsewhere: sign in to it, then open the link again.' },
} as const satisfies Record<string, { code: number; status: number; doc: string }>;

export type ApiErrorName = keyof typeof API_ERRORS;

/** Thrown by a route; the API answers with its row of {@link API_ERRORS}. */
export class ApiError extends Error {
  override readonly name = 'ApiError';
  readonly error: ApiErrorName;
  constructor(error: ApiErrorName) {
    super(error);
    this.error = error;
  }
}

/** The answer to an error. */
export const errorResponse = (error: ApiErrorName): Response =>
  Response.json(
    { e: API_ERRORS[error].code },
    {
      status: API_ERRORS[error].status,
      headers: { 'cache-control': 'no-store', ...(error === 'too_many' ? { 'retry-after': '10' } : {}) },
    },
  );
