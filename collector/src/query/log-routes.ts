import { randomBytes } from 'node:crypto';
import { type Context, Hono } from 'hono';
import { bodyLimit } from 'hono/body-limit';
import { z } from 'zod';
import { readAggregates } from './aggregates.ts';
import type { SavedFilter } from './api.ts';
import { ApiError, errorResponse } from './api-errors.ts';
import { type ApiContext, type ApiEnv, scopeOf } from './context.ts';
import { EXPORT_FORMATS, exportLogs } from './export-logs.ts';
import { type LogFilter, parseFilter } from './log-filter.ts';
import { readBody } from './read-body.ts';
import { readFacets } from './read-facets.ts';
import { readLogs } from './read-logs.ts';
import { createTail } from './tail-logs.ts';

const PAGE = 200;
const MAX_PAGE = 1000;
const MAX_FILTERS = 100;
const filterBody = z.strictObject({ name: z.string().trim().min(1).max(80), query: z.string().max(2000) });

/** Logs of all transactions: pages, counts, tail, export; and the user's saved filters. */
export const logRoutes = (context: ApiContext): Hono<ApiEnv> => {
  const routes = new Hono<ApiEnv>();
  const tail = createTail(context);
  const { db } = context.users;
  const filterOf = (c: Context<ApiEnv>): LogFilter =>
    parseFilter(new URL(c.req.url).searchParams, scopeOf(context, c), context.clock());

  routes.get('/logs', async (c) => {
    const limit = Math.min(Number(c.req.query('limit') ?? PAGE), MAX_PAGE);
    if (!Number.isInteger(limit) || limit < 1) throw new ApiError('bad_request');
    return c.json(await readLogs(context, filterOf(c), c.req.query('before'), limit));
  });
  routes.get('/logs/facets', async (c) => c.json(await readFacets(context, filterOf(c))));
  routes.get('/aggregates', async (c) => c.json(await readAggregates(context, filterOf(c))));
  routes.get('/logs/tail', (c) => tail(c, { ...filterOf(c), fromMs: 0, toMs: Number.MAX_SAFE_INTEGER }));
  routes.get('/logs/export/:format', (c) => {
    const format = EXPORT_FORMATS.find((f) => f === c.req.param('format'));
    if (!format) throw new ApiError('not_found');
    return exportLogs(context, filterOf(c), format);
  });

  routes.use('/filters/*', bodyLimit({ maxSize: 4096, onError: () => errorResponse('too_large') }));
  routes.get('/filters', async (c) => {
    const filters: SavedFilter[] = await db
      .selectFrom('saved_filters')
      .select(['id', 'name', 'query'])
      .where('user_id', '=', c.get('user').id)
      .orderBy('name')
      .execute();
    return c.json({ filters });
  });
  routes.post('/filters', async (c) => {
    const body = await readBody(c, filterBody);
    const mine = await db
      .selectFrom('saved_filters')
      .select('id')
      .where('user_id', '=', c.get('user').id)
      .execute();
    if (mine.length >= MAX_FILTERS) throw new ApiError('too_many');
    const id = randomBytes(12).toString('hex');
    await db
      .insertInto('saved_filters')
      .values({ id, user_id: c.get('user').id, ...body, created_ms: context.clock() })
      .execute();
    return c.json({ id }, 201);
  });
  routes.delete('/filters/:filter', async (c) => {
    const { numDeletedRows } = await db
      .deleteFrom('saved_filters')
      .where('id', '=', c.req.param('filter'))
      .where('user_id', '=', c.get('user').id)
      .executeTakeFirst();
    if (Number(numDeletedRows) === 0) throw new ApiError('not_found');
    return c.json({});
  });
  return routes;
};
