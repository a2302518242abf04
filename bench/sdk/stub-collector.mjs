import { createHash, randomBytes } from 'node:crypto';
import { createServer } from 'node:http';
import { decodeFrame, fromBase64Url } from '@gander/log-codes/decode';

/** Bytes of a token for a transaction reference of 11 characters (`collector/src/intake/token.ts`): 70, as text 94. */
const TOKEN_BYTES = 70;
/** What a collector gone mad answers. */
const FLOOD = Buffer.alloc(10_000_000, 'a');

/**
 * What one page, known by its host, sent.
 * @typedef {object} Visitor
 * @property {string} mode how it is answered from now on: `ok`, a status, `offline` (no connection), `hang` (no answer), `flood` (10 MB)
 * @property {number} requests with a body or a query, preflights not among them
 * @property {number} preflights
 * @property {number} bytes of bodies and queries
 * @property {{ session: string, at: number, bytes: number, frameBytes: number, frame: import('@gander/log-codes/decode').DecodedFrame }[]} batches accepted, as often as they came
 * @property {number} undecodable
 * @property {number} refused
 */

/**
 * Starts a collector that remembers: it opens sessions and takes batches of Gander, and answers 200 to whatever peers send. Pages are
 * told apart by the host in `Origin`.
 * @param {{ latencyMs?: number }} [options] time before each answer
 */
export const startStubCollector = async ({ latencyMs = 20 } = {}) => {
  /** @type {Map<string, Visitor>} */
  const visitors = new Map();
  /** @returns {Visitor} */
  const of = (host) => {
    let visitor = visitors.get(host);
    if (!visitor) {
      visitor = { mode: 'ok', requests: 0, preflights: 0, bytes: 0, batches: [], undecodable: 0, refused: 0 };
      visitors.set(host, visitor);
    }
    return visitor;
  };
  const newToken = (session) =>
    Buffer.concat([Buffer.from(session, 'hex'), randomBytes(TOKEN_BYTES - 16)]).toString('base64url');
  const sessionOf = (token) => Buffer.from(token, 'base64url').toString('hex', 0, 16);

  const open = (body) => {
    const { visit } = JSON.parse(body);
    const session = createHash('sha256').update(visit).digest('hex').slice(0, 32);
    return JSON.stringify({
      t: newToken(session),
      now: Date.now(),
      ttl: 900,
      limits: { batch_bytes: 16_384, logs: 500 },
    });
  };
  const take = (visitor, body) => {
    try {
      const [, token, text] = body.split('.');
      const bytes = fromBase64Url(text);
      visitor.batches.push({
        session: sessionOf(token),
        at: Date.now(),
        bytes: body.length,
        frameBytes: bytes.length,
        frame: decodeFrame(bytes),
      });
    } catch {
      visitor.undecodable++;
    }
  };

  const server = createServer((request, response) => {
    const { method, url, headers } = request;
    const cors = {
      'access-control-allow-origin': headers.origin ?? '*',
      'access-control-allow-credentials': 'true',
      'access-control-allow-headers': headers['access-control-request-headers'] ?? '*',
      'access-control-allow-methods': 'GET,POST,OPTIONS',
      'access-control-expose-headers': 'retry-after',
      'access-control-max-age': '600',
      'cross-origin-resource-policy': 'cross-origin',
    };
    const visitor = of(headers.origin ? new URL(headers.origin).hostname : '');
    if (visitor.mode === 'offline') return request.socket.destroy();
    if (visitor.mode === 'hang') return request.resume();
    if (visitor.mode === 'flood') return response.writeHead(202, cors).end(FLOOD);
    if (method === 'OPTIONS') {
      visitor.preflights++;
      return response.writeHead(204, cors).end();
    }
    const chunks = [];
    request.on('data', (chunk) => chunks.push(chunk));
    request.on('end', () => {
      const body = Buffer.concat(chunks).toString('latin1');
      visitor.requests++;
      visitor.bytes += body.length + (new URL(url, 'http://collector').search.length || 0);
      let status = 200;
      let answer = '{"status":1}';
      if (visitor.mode !== 'ok') {
        status = Number(visitor.mode);
        answer = '{"e":1}';
        visitor.refused++;
        if (status === 429) cors['retry-after'] = '3';
      } else if (url === '/v1/sessions') {
        status = 201;
        answer = open(body);
      } else if (url === '/v1/logs') {
        status = 202;
        answer = '';
        take(visitor, body);
      }
      setTimeout(
        () => response.writeHead(status, { ...cors, 'content-type': 'application/json' }).end(answer),
        latencyMs,
      );
    });
  });
  server.keepAliveTimeout = 5_000;
  await new Promise((resolve) => server.listen(0, '127.0.0.1', resolve));
  return {
    url: `http://127.0.0.1:${server.address().port}`,
    of,
    close() {
      server.closeAllConnections();
      server.close();
    },
  };
};
