import { Hono } from 'hono';
import { z } from 'zod';
import { type ApiContext, type ApiEnv, scopeOf } from './context.ts';
import { readHealth, redrive } from './health.ts';
import { readBody } from './read-body.ts';
import { searchTransactions } from './search.ts';

const redriveBody = z.strictObject({ reason: z.string().regex(/^[A-Za-z0-9_.-]{1,80}$/) });

/** Search over all that the user may read; health for those who run the installation. */
export const installationRoutes = (context: ApiContext): Hono<ApiEnv> => {
  const routes = new Hono<ApiEnv>();
  routes.get('/search', async (c) =>
    c.json(await searchTransactions(context, scopeOf(context, c), (c.req.query('q') ?? '').trim())),
  );
  // What the whole installation does is not for the users of one merchant.
  routes.get('/health', async (c) => c.json(await readHealth(context)));
  routes.post('/health/dead-letters/redrive', async (c) => {
    const { reason } = await readBody(c, redriveBody);
    return c.json(await redrive(context, c.get('user'), reason));
  });
  return routes;
};
