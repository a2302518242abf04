import type { MiddlewareHandler } from 'hono';
import { errorResponse } from './api-errors.ts';

/**
 * Refuses what another site makes a browser send. A request that may change something must carry an `Origin` with the host it was
 * sent to (browsers always add it to such requests, and pages cannot forge it) and JSON as its type, which a form cannot send. Reads
 * from another site are refused by Fetch-Metadata where the browser tells it; the SameSite=Strict cookie covers the rest.
 */
export const originCheck = (): MiddlewareHandler => async (c, next) => {
  // An OIDC provider sends the browser back from its own site; that request is held against a state cookie (auth-routes.ts).
  if (c.req.method === 'GET' && c.req.path.endsWith('/auth/callback/oidc')) return next();
  const site = c.req.header('sec-fetch-site');
  const foreign = site !== undefined && site !== 'same-origin' && site !== 'none';
  const unsafe = c.req.method !== 'GET';
  if (
    foreign ||
    (unsafe && !isOwnOrigin(c.req.header('origin'), c.req.header('host') ?? new URL(c.req.url).host))
  )
    return errorResponse('cross_site');
  if (unsafe && !/^application\/json\b/.test(c.req.header('content-type') ?? ''))
    return errorResponse('cross_site');
  return next();
};

const isOwnOrigin = (origin: string | undefined, host: string): boolean => {
  if (!origin || !URL.canParse(origin)) return false;
  return new URL(origin).host === host;
};
