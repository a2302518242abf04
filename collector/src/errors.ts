/**
 * THE table of the collector's error answers (docs/errors.md, tied to it by a test). A body is `{"e":<code>}` and nothing of the
 * input. Codes are append-only.
 */
// biome-ignore format: one row is one line
export const ERRORS = {
  not_found: { code: 100, status: 404, doc: 'No such path.' },
  unknown_key: { code: 101, status: 401, doc: 'The site key is unknown or revoked, or its merchant is not served.' },
  wrong_origin: { code: 102, status: 403, doc: 'The Origin header is missing, or is not exactly one of the merchant’s origins, or not the one the token or grant was made for.' },
  bad_token: { code: 103, status: 401, doc: 'The session token is malformed or forged, or its key has been rotated out: open a new session.' },
  expired_token: { code: 104, status: 401, doc: 'The session token expired longer ago than late batches are taken, or its session is over: open a new session.' },
  early_token: { code: 105, status: 401, doc: 'The session token was issued in the future.' },
  bad_grant: { code: 106, status: 401, doc: 'The grant is malformed or forged, or its key is unknown or revoked.' },
  proof_missing: { code: 107, status: 401, doc: 'The session needs proof of its key, which this version does not take.' },
  expired_grant: { code: 108, status: 401, doc: 'The grant is too old, or too new.' },
  used_grant: { code: 109, status: 401, doc: 'The grant has opened as many sessions as it may.' },
  method: { code: 110, status: 405, doc: 'The path does not take this method.' },
  content_type: { code: 111, status: 415, doc: 'The content type is not text/plain.' },
  content_encoding: { code: 112, status: 415, doc: 'Compressed bodies are not taken: frames are small, and a bomb is smaller.' },
  too_large: { code: 113, status: 413, doc: 'The body is larger than 16 KiB (sessions: 4 KiB).' },
  body_timeout: { code: 114, status: 408, doc: 'The body did not arrive in time, or not whole.' },
  bad_envelope: { code: 120, status: 400, doc: 'The body is not `G1.<token>.<frame>`.' },
  bad_frame: { code: 121, status: 400, doc: 'The frame does not decode.' },
  too_many_logs: { code: 122, status: 400, doc: 'The frame holds more than 500 logs, 64 labels, or 64 arguments of a log.' },
  bad_label: { code: 123, status: 400, doc: 'A label is not of the form of labels.' },
  bad_session_request: { code: 124, status: 400, doc: 'The body of a session request is not of its form.' },
  card_number: { code: 131, status: 422, doc: 'Something in the request looks like a card number. Nothing of it was kept.' },
  limit_merchant: { code: 140, status: 429, doc: 'The merchant sends more than its limit.' },
  limit_session: { code: 141, status: 429, doc: 'The session sends more than its limit.' },
  limit_ip: { code: 142, status: 429, doc: 'The address sends more than its limit.' },
  limit_key: { code: 143, status: 429, doc: 'Too many sessions are being opened with this key, or from this address.' },
  journal_full: { code: 150, status: 503, doc: 'The journal is full: keep the batch, come back later.' },
  journal_failing: { code: 151, status: 503, doc: 'The disk is failing: keep the batch, come back later.' },
  stopping: { code: 152, status: 503, doc: 'The collector is shutting down: keep the batch, come back later.' },
  elsewhere: { code: 153, status: 503, doc: 'Another collector is taking the same batch just now: keep it, come back later.' },
  internal: { code: 160, status: 500, doc: 'The collector failed. A mistake of ours.' },
} as const satisfies Record<string, ErrorRow>;

interface ErrorRow {
  readonly code: number;
  readonly status: number;
  readonly doc: string;
}

export type ErrorName = keyof typeof ERRORS;

/** The body of an error answer. `expired_token` says that a new session helps. */
export const errorBody = (name: ErrorName): string =>
  name === 'expired_token' ? '{"e":104,"renew":true}' : `{"e":${ERRORS[name].code}}`;
