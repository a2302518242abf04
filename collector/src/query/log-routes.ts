import { type Context, Hono } from 'hono';
import { readAggregates } from './aggregates.ts';
import { ApiError } from './api-errors.ts';
import { writeAudits } from './audit.ts';
import { type ApiContext, type ApiEnv, forRequest, readable, scopeOf } from './context.ts';
import { DAY_COUNTS } from './day-counts.ts';
import { createDayFiles } from './day-files.ts';
import { DAY_SUMMARIES } from './day-summaries.ts';
import { EXPORT_FORMATS, exportLogs } from './export-logs.ts';
import { type LogFilter, merchantsOf, parseFilter } from './log-filter.ts';
import { createOpenStreams } from './open-streams.ts';
import { createReadFacets } from './read-facets.ts';
import { createReadLogs } from './read-logs.ts';
import { createKnowSessions } from './session-facts.ts';
import { createTail } from './tail-logs.ts';

const PAGE = 200;
const MAX_PAGE = 1000;
/** Exports under way at once, each with a statement of its own: of all users, and of one. */
const MAX_EXPORTS = 20;
const MAX_EXPORTS_OF_USER = 4;
/** Closed days are looked through so long after the start, ms. */
const WARM_AFTER_MS = 20_000;

/** Logs of all transactions: pages, counts, tail, export. */
export const logRoutes = (context: ApiContext): Hono<ApiEnv> => {
  const routes = new Hono<ApiEnv>();
  const knowSessions = createKnowSessions(context);
  const counts = createDayFiles(context.lake, DAY_COUNTS);
  const summaries = createDayFiles(context.lake, DAY_SUMMARIES);
  // What a first question would wait for, once the start is over; days of a bucket wait until they are asked for.
  const warm = async (): Promise<void> => {
    await counts?.warm();
    await summaries?.warm();
  };
  setTimeout(() => void warm().catch(() => undefined), WARM_AFTER_MS).unref();
  const tail = createTail(context, knowSessions);
  const exports = createOpenStreams(context, MAX_EXPORTS, MAX_EXPORTS_OF_USER);
  const readLogs = createReadLogs(counts, knowSessions);
  const readFacets = createReadFacets(context.lake, counts, knowSessions);
  const filterOf = (c: Context<ApiEnv>): LogFilter =>
    parseFilter(new URL(c.req.url).searchParams, scopeOf(context, c), context.clock());

  routes.get('/logs', async (c) => {
    const limit = Math.min(Number(c.req.query('limit') ?? PAGE), MAX_PAGE);
    if (!Number.isInteger(limit) || limit < 1) throw new ApiError('bad_request');
    return c.json(await readLogs(forRequest(context, c), filterOf(c), c.req.query('before'), limit));
  });
  routes.get('/logs/facets', async (c) => {
    // Also the merchants that are not chosen are counted, for choosing them.
    const filter: LogFilter = { ...filterOf(c), merchants: readable(context, c.get('user')) };
    return c.json(await readFacets(forRequest(context, c), filter));
  });
  routes.get('/aggregates', async (c) =>
    c.json(await readAggregates(forRequest(context, c), { counts, summaries }, filterOf(c))),
  );
  routes.get('/logs/tail', (c) => tail(c, { ...filterOf(c), fromMs: 0, toMs: Number.MAX_SAFE_INTEGER }));
  routes.get('/logs/export/:format', async (c) => {
    const format = EXPORT_FORMATS.find((f) => f === c.req.param('format'));
    if (!format) throw new ApiError('not_found');
    const filter = filterOf(c);
    const merchants = merchantsOf(filter);
    const open = exports.open(c, merchants);
    const change = { action: 'logs exported', target: format, detail: new URL(c.req.url).search.slice(1) };
    try {
      // Before the first log is out: who took what is known also when the export breaks off.
      await writeAudits(context, c.get('user'), [...merchants], change);
    } catch (error) {
      open.close();
      throw error;
    }
    return exportLogs(context, filter, format, open, c.req.raw.signal);
  });
  return routes;
};
