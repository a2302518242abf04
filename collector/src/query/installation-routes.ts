import { Hono } from 'hono';
import { ALL_MERCHANTS } from '../users/roles.ts';
import { ApiError } from './api-errors.ts';
import { type ApiContext, type ApiEnv, scopeOf } from './context.ts';
import { readHealth } from './health.ts';
import { searchTransactions } from './search.ts';

/** Search over all that the user may read; health for those who run the installation. */
export const installationRoutes = (context: ApiContext): Hono<ApiEnv> => {
  const routes = new Hono<ApiEnv>();
  routes.get('/search', async (c) =>
    c.json(await searchTransactions(context, scopeOf(context, c), (c.req.query('q') ?? '').trim())),
  );
  routes.get('/health', async (c) => {
    // What the whole installation does is not for the users of one merchant.
    if (!c.get('user').roles.has(ALL_MERCHANTS)) throw new ApiError('role');
    return c.json(await readHealth(context));
  });
  return routes;
};
