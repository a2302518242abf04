import type { IncomingMessage, ServerResponse } from 'node:http';
import { MAX_BODY_BYTES } from '@gander/log-codes';
import { getRequestListener } from '@hono/node-server';
import { Hono } from 'hono';
import type { Config } from './config.ts';
import { ERRORS, type ErrorName, errorBody } from './errors.ts';
import { type Answer, refuse } from './intake/answer.ts';
import { answerHeaders } from './intake/answer-headers.ts';
import { type IntakeRequest, takeRequest } from './intake/intake-request.ts';
import { createLogsRoute } from './intake/logs-route.ts';
import { openApiDocument } from './intake/openapi.ts';
import type { SdkFile } from './intake/sdk-files.ts';
import type { Metrics } from './metrics.ts';
import type { DeliveryCounts } from './registry/delivery-counts.ts';

/** What the server hands a request's handler. */
interface Bindings {
  readonly incoming: IncomingMessage;
}

export interface AppOptions {
  readonly acceptLogs: (request: IntakeRequest) => Promise<Answer>;
  readonly openSession: (request: IntakeRequest) => Promise<Answer>;
  /** Whether any served merchant lists the origin. */
  readonly isKnownOrigin: (origin: string) => boolean;
  readonly sdkFiles: ReadonlyMap<string, SdkFile>;
  readonly metrics: Metrics;
  /** Counts by merchant what was not stored. */
  readonly deliveries?: Pick<DeliveryCounts, 'add'> | undefined;
  readonly http: Config['http'];
  /** Why it takes no batches for now, as an answer to them would say; undefined when it does. What /readyz says. */
  readonly unready: () => 'stopping' | 'journal_full' | 'journal_failing' | undefined;
  /** Told of mistakes of ours; never given anything of a request but its route. */
  readonly onError: (error: unknown, route: string) => void;
}

/** Answers a server's requests. */
export type Listener = (incoming: IncomingMessage, outgoing: ServerResponse) => unknown;

/** Largest body of a session request, bytes. */
const MAX_SESSION_BYTES = 4_096;

/** All routes of the collector: the hot one by itself, the rest as a Hono app. */
export const createListener = (options: AppOptions): Listener => {
  const { metrics, deliveries, isKnownOrigin, onError, acceptLogs } = options;
  const hops = options.http.trustedProxyHops;
  const logs = createLogsRoute({
    metrics,
    deliveries,
    isKnownOrigin,
    onError,
    hops,
    limit: MAX_BODY_BYTES,
    handle: acceptLogs,
  });
  // HTTP/1.0 has no Host, and probes of load balancers speak it.
  const rest = getRequestListener(createApp(options).fetch, { hostname: 'collector' });
  return (incoming, outgoing) =>
    (incoming.url === '/v1/logs' || incoming.url?.startsWith('/v1/logs?')) && incoming.method === 'POST'
      ? logs(incoming, outgoing)
      : rest(incoming, outgoing);
};

/** Every route but `POST /v1/logs`. */
const createApp = (options: AppOptions): Hono<{ Bindings: Bindings }> => {
  const { metrics, isKnownOrigin, http, onError, openSession } = options;
  const app = new Hono<{ Bindings: Bindings }>();

  const sessions = {
    limit: MAX_SESSION_BYTES,
    hops: http.trustedProxyHops,
    isKnownOrigin,
    handle: openSession,
  };
  app.post('/v1/sessions', async (c) => {
    const { incoming } = c.env;
    const answer = await takeRequest(incoming, sessions).catch((error: unknown) => {
      onError(error, '/v1/sessions');
      return refuse('internal');
    });
    if (answer.error) {
      const labels = { reason: answer.error, merchant: answer.merchant ?? '-' };
      metrics.count('gander_refused_sessions_total', 1, labels);
    }
    const headers = answerHeaders(answer, incoming.headers.origin);
    return new Response(answer.body ?? null, { status: answer.status, headers });
  });
  for (const path of ['/v1/logs', '/v1/sessions']) {
    app.options(path, (c) => preflight(c.env.incoming.headers.origin, isKnownOrigin));
    app.all(path, () => errorResponse('method', { allow: 'POST, OPTIONS' }));
  }

  app.get('/sdk/*', (c) => {
    const file = options.sdkFiles.get(new URL(c.req.url).pathname);
    return file ? sdkResponse(file, c.req.header('if-none-match')) : errorResponse('not_found');
  });
  app.get('/healthz', () => new Response('ok\n', { headers: PLAIN }));
  app.get('/readyz', () => {
    const reason = options.unready();
    return reason
      ? errorResponse(reason, { 'retry-after': '5', 'cache-control': 'no-store' })
      : new Response('ready\n', { headers: PLAIN });
  });
  app.get('/metrics', async (c) =>
    http.publicMetrics || isLocal(c.env.incoming)
      ? new Response(await metrics.text(), { headers: { 'content-type': metrics.registry.contentType } })
      : errorResponse('not_found'),
  );
  app.get('/openapi.json', () => new Response(openApi, { headers: { 'content-type': 'application/json' } }));
  const openApi = JSON.stringify(openApiDocument());
  app.notFound(() => errorResponse('not_found'));
  app.onError((error, c) => {
    onError(error, c.req.routePath);
    return errorResponse('internal');
  });

  return app;
};

const PLAIN = { 'content-type': 'text/plain;charset=UTF-8', 'cache-control': 'no-store' };

/** A scrape from this machine, and not through a proxy on it, by whatever of these headers it says so. */
const isLocal = (incoming: IncomingMessage): boolean =>
  /^(?:127\.|::1$|::ffff:127\.)/.test(incoming.socket.remoteAddress ?? '') &&
  !Object.keys(incoming.headers).some((name) => OF_A_PROXY.test(name));
const OF_A_PROXY = /^(?:x-forwarded-.*|forwarded|via|x-real-ip|.*-client-ip|.*-connecting-ip)$/;

const errorResponse = (name: ErrorName, headers: Record<string, string> = {}): Response =>
  new Response(errorBody(name), {
    status: ERRORS[name].status,
    headers: { 'content-type': 'application/json', ...headers },
  });

/** Our own SDK needs none; a page that sets other headers is told what is taken. */
const preflight = (origin: string | undefined, isKnownOrigin: (origin: string) => boolean): Response => {
  const headers: Record<string, string> = { vary: 'Origin' };
  if (origin !== undefined && isKnownOrigin(origin)) {
    headers['access-control-allow-origin'] = origin;
    headers['access-control-allow-methods'] = 'POST';
    headers['access-control-allow-headers'] = 'content-type';
    headers['access-control-max-age'] = '86400';
  }
  return new Response(null, { status: 204, headers });
};

const sdkResponse = (file: SdkFile, ifNoneMatch: string | undefined): Response => {
  const headers = {
    'content-type': file.type,
    'cache-control': 'public, max-age=31536000, immutable',
    'access-control-allow-origin': '*',
    'cross-origin-resource-policy': 'cross-origin',
    'x-content-type-options': 'nosniff',
    etag: file.etag,
  };
  return ifNoneMatch === file.etag
    ? new Response(null, { status: 304, headers })
    : new Response(new Uint8Array(file.body), { headers });
};
