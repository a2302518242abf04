import { Hono } from 'hono';
import { ApiError } from './api-errors.ts';
import { type ApiContext, type ApiEnv, merchantOf, scopeOf } from './context.ts';
import { readLog } from './log-detail.ts';
import { createTransactionStream } from './stream.ts';
import { readTimeline } from './timeline.ts';
import { createTransactionList } from './transactions.ts';

const REFERENCE = /^[A-Za-z0-9_~-]{1,64}$/;
const PAGE = 50;
const MAX_PAGE = 200;

/** The list of transactions; one transaction, its logs and its stream. */
export const transactionRoutes = (context: ApiContext): Hono<ApiEnv> => {
  const routes = new Hono<ApiEnv>();
  const list = createTransactionList(context);
  const stream = createTransactionStream(context);

  routes.get('/transactions', async (c) => {
    const limit = Math.min(Number(c.req.query('limit') ?? PAGE), MAX_PAGE);
    if (!Number.isInteger(limit) || limit < 1) throw new ApiError('bad_request');
    return c.json(await list(scopeOf(context, c), c.req.query('before'), limit));
  });

  const transactionOf = (reference: string): string => {
    if (!REFERENCE.test(reference)) throw new ApiError('not_found');
    return reference;
  };

  routes.get('/merchants/:merchant/transactions/:transaction', async (c) =>
    c.json(await readTimeline(context, merchantOf(context, c), transactionOf(c.req.param('transaction')))),
  );

  routes.get('/merchants/:merchant/transactions/:transaction/stream', (c) =>
    stream(c, merchantOf(context, c), transactionOf(c.req.param('transaction'))),
  );

  routes.get('/merchants/:merchant/transactions/:transaction/logs/:session/:seq', async (c) => {
    const { session, seq } = c.req.param();
    if (!/^\d{1,10}$/.test(seq)) throw new ApiError('not_found');
    const merchant = merchantOf(context, c);
    return c.json(
      await readLog(context, merchant, transactionOf(c.req.param('transaction')), session, Number(seq)),
    );
  });

  return routes;
};
