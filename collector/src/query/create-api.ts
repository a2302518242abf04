import { Hono } from 'hono';
import { bodyLimit } from 'hono/body-limit';
import { ApiError, errorResponse } from './api-errors.ts';
import { AthenaQueryError } from './athena/athena-error.ts';
import { authRoutes } from './auth-routes.ts';
import { checkPermission } from './check-permission.ts';
import type { ApiContext, ApiEnv } from './context.ts';
import { filterRoutes } from './filter-routes.ts';
import { installationRoutes } from './installation-routes.ts';
import { logRoutes } from './log-routes.ts';
import { meRoutes } from './me-routes.ts';
import { originCheck } from './origin-check.ts';
import { settingsRoutes } from './settings-routes.ts';
import { transactionRoutes } from './transaction-routes.ts';
import { userRoutes } from './user-routes.ts';

/** Faults of Athena that a smaller question does not have. */
const TOO_MUCH = new Set(['scan_limit', 'timeout']);

/** Largest body of any route, bytes: the answer of an authenticator. */
const MAX_BODY_BYTES = 16_384;

/** What {@link createApi} is made of. */
export type ApiOptions = ApiContext;

/**
 * The console's API, to be mounted under `/api` on the console's own port, never on the collector's internet side. Order of work:
 * cross-site? → signed in? → may they? (permissions.ts) → whose merchant? → route. A foreign id is a 404, like one that does not exist.
 * @example new Hono().route('/api', createApi({ users, live, lake, registry, rowsOf, collector: 'c1', clock: Date.now }))
 */
export const createApi = (options: ApiOptions): Hono<ApiEnv> => {
  const api = new Hono<ApiEnv>();
  api.onError((error, c) => {
    if (error instanceof ApiError) return errorResponse(error.error);
    // Its reader has gone, and so its statement was stopped: no mistake, and nobody to tell.
    if (c.req.raw.signal.aborted) return errorResponse('unavailable');
    options.onError?.(error, `${c.req.method} ${c.req.routePath}`);
    if (error instanceof AthenaQueryError)
      return errorResponse(TOO_MUCH.has(error.fault) ? 'too_much' : 'unavailable');
    return errorResponse('internal');
  });
  api.notFound(() => errorResponse('not_found'));
  api.use(async (c, next) => {
    await next();
    c.res.headers.set('x-content-type-options', 'nosniff');
    if (!c.res.headers.has('cache-control')) c.res.headers.set('cache-control', 'no-store');
  });
  // Hono would run the GET route and throw its answer away, unread: a stream that never ends, a file that nobody removes.
  api.use(async (c, next) => (c.req.method === 'HEAD' ? errorResponse('bad_request') : next()));
  api.use(originCheck());
  // Whatever a route says of itself; some say less.
  api.use(bodyLimit({ maxSize: MAX_BODY_BYTES, onError: () => errorResponse('too_large') }));
  api.route('/auth', authRoutes(options));
  api.use(async (c, next) => {
    const user = await options.users.authenticate(c.req.raw.headers);
    if (!user) return errorResponse('signed_out');
    c.set('user', user);
    return next();
  });
  api.use(checkPermission());
  api.route('/', meRoutes(options));
  api.route('/', filterRoutes(options));
  api.route('/', transactionRoutes(options));
  api.route('/', logRoutes(options));
  api.route('/', installationRoutes(options));
  api.route('/', settingsRoutes(options));
  api.route('/', userRoutes(options));
  return api;
};
