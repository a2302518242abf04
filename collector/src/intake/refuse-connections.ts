import type { Server, ServerResponse } from 'node:http';
import type { Socket } from 'node:net';
import type { Metrics } from '../metrics.ts';

/** What a connection is closed for before a request of it was read, and the status it is told. */
const REFUSALS: Readonly<Record<string, { readonly reason: string; readonly status: string }>> = {
  HPE_HEADER_OVERFLOW: { reason: 'headers_too_large', status: '431 Request Header Fields Too Large' },
  HPE_CHUNK_EXTENSIONS_OVERFLOW: { reason: 'malformed', status: '413 Payload Too Large' },
  HPE_INVALID_EOF_STATE: { reason: 'incomplete', status: '400 Bad Request' },
  ERR_HTTP_REQUEST_TIMEOUT: { reason: 'timeout', status: '408 Request Timeout' },
};
const MALFORMED = { reason: 'malformed', status: '400 Bad Request' };
/** Idle connections give way at most this often, ms: there may be thousands to look at. */
const GIVE_WAY_MS = 1_000;

/**
 * Counts connections that never become a request that a route could count. They are answered as Node answers them when nobody listens
 * (https://github.com/nodejs/node/blob/v20.x/lib/_http_server.js, socketOnError). Where there are too many, the idle ones give way to those
 * that come, so that nobody keeps others out by holding connections open.
 * @param monotonic ms
 */
export const refuseConnections = (
  server: Server,
  metrics: Pick<Metrics, 'count'>,
  monotonic: () => number,
): void => {
  const count = (reason: string): void => metrics.count('gander_refused_connections_total', 1, { reason });
  let gaveWay = Number.NEGATIVE_INFINITY;
  server.on('drop', () => {
    count('too_many');
    if (monotonic() - gaveWay < GIVE_WAY_MS) return;
    gaveWay = monotonic();
    server.closeIdleConnections();
  });
  server.on('clientError', (error: NodeJS.ErrnoException, socket) => {
    const { code = '' } = error;
    const refusal = REFUSALS[code] ?? (code.startsWith('HPE_') ? MALFORMED : undefined);
    if (refusal) count(refusal.reason);
    // A client that has gone says so by another code, and hears nothing.
    const answering = (socket as Socket & { readonly _httpMessage?: ServerResponse | null })._httpMessage;
    if (refusal && socket.writable && !answering?.headersSent)
      socket.write(`HTTP/1.1 ${refusal.status}\r\nConnection: close\r\n\r\n`);
    socket.destroy(error);
  });
};
