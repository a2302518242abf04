import { randomBytes } from 'node:crypto';
import { Hono } from 'hono';
import { bodyLimit } from 'hono/body-limit';
import { z } from 'zod';
import type { SavedFilter } from './api.ts';
import { ApiError, errorResponse } from './api-errors.ts';
import { writeAudit } from './audit.ts';
import { type ApiContext, type ApiEnv, merchantOf, readable } from './context.ts';
import { readBody } from './read-body.ts';

const MAX_FILTERS = 100;
const filterBody = z.strictObject({ name: z.string().trim().min(1).max(80), query: z.string().max(2000) });

/** A user's saved filters, and those that others shared with the users of a merchant. */
export const filterRoutes = (context: ApiContext): Hono<ApiEnv> => {
  const routes = new Hono<ApiEnv>();
  const { db } = context.users;
  routes.use('/filters/*', bodyLimit({ maxSize: 4096, onError: () => errorResponse('too_large') }));

  routes.get('/filters', async (c) => {
    const { id } = c.get('user');
    const merchants = [...readable(context, c.get('user'))];
    const rows = await db
      .selectFrom('saved_filters')
      .select(['id', 'name', 'query', 'user_id', 'merchant'])
      .where((e) =>
        e.or([e('user_id', '=', id), ...(merchants.length > 0 ? [e('merchant', 'in', merchants)] : [])]),
      )
      .orderBy('name')
      .execute();
    const filters: SavedFilter[] = rows.map((r) => ({
      id: r.id,
      name: r.name,
      query: r.query,
      own: r.user_id === id,
      merchant: r.merchant ?? null,
    }));
    return c.json({ filters });
  });

  routes.post('/filters', async (c) => {
    const body = await readBody(c, filterBody);
    const { id: userId } = c.get('user');
    const mine = await db.selectFrom('saved_filters').select('id').where('user_id', '=', userId).execute();
    if (mine.length >= MAX_FILTERS) throw new ApiError('too_many');
    const id = randomBytes(12).toString('hex');
    await db
      .insertInto('saved_filters')
      .values({ id, user_id: userId, ...body, created_ms: context.clock(), merchant: null })
      .execute();
    return c.json({ id }, 201);
  });

  routes.delete('/filters/:filter', async (c) => {
    const gone = await db
      .deleteFrom('saved_filters')
      .where('id', '=', c.req.param('filter'))
      .where('user_id', '=', c.get('user').id)
      .executeTakeFirst();
    if (Number(gone.numDeletedRows) === 0) throw new ApiError('not_found');
    return c.json({});
  });

  /** One's own filter is shared; any analyst of the merchant may take one back. */
  routes.put('/merchants/:merchant/filters/:filter', async (c) => {
    const merchant = merchantOf(context, c);
    const shared = await db
      .updateTable('saved_filters')
      .set({ merchant })
      .where('id', '=', c.req.param('filter'))
      .where('user_id', '=', c.get('user').id)
      .executeTakeFirst();
    if (Number(shared.numUpdatedRows) === 0) throw new ApiError('not_found');
    await writeAudit(context, c.get('user'), {
      merchant,
      action: 'filter shared',
      target: c.req.param('filter'),
    });
    return c.json({});
  });
  routes.delete('/merchants/:merchant/filters/:filter', async (c) => {
    const merchant = merchantOf(context, c);
    const taken = await db
      .updateTable('saved_filters')
      .set({ merchant: null })
      .where('id', '=', c.req.param('filter'))
      .where('merchant', '=', merchant)
      .executeTakeFirst();
    if (Number(taken.numUpdatedRows) === 0) throw new ApiError('not_found');
    await writeAudit(context, c.get('user'), {
      merchant,
      action: 'filter unshared',
      target: c.req.param('filter'),
    });
    return c.json({});
  });
  return routes;
};
