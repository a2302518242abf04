import type { IncomingMessage } from 'node:http';
import { MAX_BODY_BYTES } from '@gander/log-codes';
import { type Context, Hono } from 'hono';
import type { Config } from './config.ts';
import { ERRORS, type ErrorName, errorBody } from './errors.ts';
import { type Answer, refuse } from './intake/answer.ts';
import { clientIp } from './intake/client-ip.ts';
import { openApiDocument } from './intake/openapi.ts';
import { readBody } from './intake/read-body.ts';
import type { SdkFile } from './intake/sdk-files.ts';
import type { Metrics } from './metrics.ts';

/** What the server hands a request's handler. */
interface Bindings {
  readonly incoming: IncomingMessage;
}
type AppContext = Context<{ Bindings: Bindings }>;

/** One request for an intake, its body read. */
export interface IntakeRequest {
  readonly body: Buffer;
  readonly origin: string | undefined;
  readonly ip: string;
}

export interface AppOptions {
  readonly acceptLogs: (request: IntakeRequest) => Promise<Answer>;
  readonly openSession: (request: IntakeRequest) => Promise<Answer>;
  /** Whether any served merchant lists the origin. */
  readonly isKnownOrigin: (origin: string) => boolean;
  readonly sdkFiles: ReadonlyMap<string, SdkFile>;
  readonly metrics: Metrics;
  readonly http: Config['http'];
  /** Whether it takes batches: what /readyz says. */
  readonly isReady: () => boolean;
  /** Told of mistakes of ours; never given anything of a request but its route. */
  readonly onError: (error: unknown, route: string) => void;
}

/** Largest body of a session request, bytes. */
const MAX_SESSION_BYTES = 4_096;
const TEXT = /^text\/plain\s*(?:;|$)/i;

/** The collector's routes. Request → counted body → intake → answer; no middleware stands on the hot path. */
export const createApp = (options: AppOptions): Hono<{ Bindings: Bindings }> => {
  const { metrics, isKnownOrigin, http } = options;
  const app = new Hono<{ Bindings: Bindings }>();

  const intake = async (
    c: AppContext,
    limit: number,
    handle: (request: IntakeRequest) => Promise<Answer>,
  ): Promise<Answer> => {
    const { incoming } = c.env;
    const { headers } = incoming;
    const { origin } = headers;
    const readable = origin !== undefined && isKnownOrigin(origin);
    if (!TEXT.test(headers['content-type'] ?? '')) return refuse('content_type', { readable });
    if (headers['content-encoding'] !== undefined) return refuse('content_encoding', { readable });
    const body = await readBody(incoming, limit);
    if (body === 'too_large') return refuse('too_large', { readable });
    if (body === 'aborted') return refuse('body_timeout', { readable });
    const ip = clientIp(incoming.socket.remoteAddress, forwardedFor(headers), http.trustedProxyHops);
    return handle({ body, origin, ip });
  };

  app.post('/v1/logs', async (c) => {
    metrics.count('gander_received_batches_total');
    const started = performance.now();
    const answer = await intake(c, MAX_BODY_BYTES, options.acceptLogs).catch(failed(c));
    if (answer.error) count('gander_refused_batches_total', answer);
    else metrics.observe('gander_answer_seconds', (performance.now() - started) / 1_000);
    return toResponse(answer, c.env.incoming.headers.origin);
  });
  app.post('/v1/sessions', async (c) => {
    const answer = await intake(c, MAX_SESSION_BYTES, options.openSession).catch(failed(c));
    if (answer.error) count('gander_refused_sessions_total', answer);
    return toResponse(answer, c.env.incoming.headers.origin);
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
  app.get('/readyz', () =>
    options.isReady()
      ? new Response('ready\n', { headers: PLAIN })
      : errorResponse('journal_failing', { 'retry-after': '5' }),
  );
  app.get('/metrics', async (c) =>
    http.publicMetrics || isLocal(c.env.incoming)
      ? new Response(await metrics.text(), { headers: { 'content-type': metrics.registry.contentType } })
      : errorResponse('not_found'),
  );
  app.get('/openapi.json', () => new Response(openApi, { headers: { 'content-type': 'application/json' } }));
  const openApi = JSON.stringify(openApiDocument());
  app.notFound(() => errorResponse('not_found'));
  app.onError((error, c) => {
    options.onError(error, c.req.routePath);
    return errorResponse('internal');
  });

  const failed =
    (c: AppContext) =>
    (error: unknown): Answer => {
      options.onError(error, c.req.path);
      return refuse('internal');
    };
  const count = (
    name: 'gander_refused_batches_total' | 'gander_refused_sessions_total',
    answer: Answer,
  ): void => metrics.count(name, 1, { reason: answer.error!, merchant: answer.merchant ?? '-' });
  return app;
};

const PLAIN = { 'content-type': 'text/plain;charset=UTF-8', 'cache-control': 'no-store' };

const forwardedFor = (headers: IncomingMessage['headers']): string | undefined => {
  const value = headers['x-forwarded-for'];
  return Array.isArray(value) ? value.join(',') : value;
};

/** A scrape from this machine, and not through a proxy on it. */
const isLocal = (incoming: IncomingMessage): boolean =>
  /^(?:127\.|::1$|::ffff:127\.)/.test(incoming.socket.remoteAddress ?? '') && !forwardedFor(incoming.headers);

const toResponse = (answer: Answer, origin: string | undefined): Response => {
  const headers: Record<string, string> = { vary: 'Origin' };
  if (answer.readable && origin !== undefined) {
    headers['access-control-allow-origin'] = origin;
    headers['access-control-expose-headers'] = 'Retry-After';
  }
  if (answer.body !== undefined) headers['content-type'] = 'application/json';
  if (answer.retryAfter !== undefined) headers['retry-after'] = String(answer.retryAfter);
  // The rest of a body that was not read must not be taken for the next request.
  if (answer.error === 'too_large' || answer.error === 'body_timeout') headers.connection = 'close';
  return new Response(answer.body ?? null, { status: answer.status, headers });
};

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
