import { ERRORS, type ErrorName, errorBody } from '../errors.ts';

/** What an intake route answers, before it becomes HTTP. */
export interface Answer {
  readonly status: number;
  /** JSON text; undefined for an empty body. */
  readonly body?: string | undefined;
  /** The table's name of a refusal. */
  readonly error?: ErrorName | undefined;
  readonly retryAfter?: number | undefined;
  /** Merchant id, once known. */
  readonly merchant?: string | undefined;
  /** Whether the page's origin may read the answer. */
  readonly readable: boolean;
}

/** How long a client waits after a 503, seconds. */
const UNAVAILABLE_SECONDS = 5;

/** A refusal. `503`s carry a Retry-After of their own when none is given. */
export const refuse = (
  error: ErrorName,
  more: { merchant?: string | undefined; readable?: boolean; retryAfter?: number } = {},
): Answer => ({
  status: ERRORS[error].status,
  body: errorBody(error),
  error,
  merchant: more.merchant,
  readable: more.readable ?? false,
  retryAfter: more.retryAfter ?? (ERRORS[error].status === 503 ? UNAVAILABLE_SECONDS : undefined),
});
