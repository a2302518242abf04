import { readFileSync } from 'node:fs';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { decodeFrame, fromBase64Url } from '@gander/log-codes/decode';
import { frameOf, type Outlet, outletsOfBody } from './oracle.ts';

const SCRIPT = join(import.meta.dirname, '../../../sdk/dist/gander.min.js');
const TOKEN = 'QQQQ'.repeat(24);

export interface Behind {
  readonly collector: string;
  readonly key: string;
}

/** The key that the pages give. */
export const PAGE_KEY = 'gpk_leaks';

/** A shop and a collector on two origins of this machine; the collector remembers all that came in. */
export interface Stub {
  readonly shop: string;
  readonly collector: string;
  /** What the shop serves: path without its query → HTML. */
  readonly pages: Map<string, string>;
  /** Everything the collector was sent: method, URL, headers, bodies, and what the bodies say. */
  readonly outlets: Outlet[];
  /** While true the collector answers 503. */
  down: boolean;
  /** The real collector that takes what comes in and gives the answers, and a site key for this shop there. */
  behind?: Behind;
  /** How many logs the collector behind has acknowledged, each once. */
  readonly acknowledged: number;
  close(): Promise<void>;
}

const listen = async (handle: (request: IncomingMessage, response: ServerResponse) => void) => {
  const server = createServer(handle);
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return { server, port: (server.address() as AddressInfo).port };
};

const bodyOf = async (request: IncomingMessage): Promise<string> => {
  const chunks: Buffer[] = [];
  for await (const chunk of request) chunks.push(chunk as Buffer);
  return Buffer.concat(chunks).toString('latin1');
};

/** A frame that is none is a fault of the SDK, to be seen as one. */
const readBody = (where: string, body: string): Outlet[] => {
  try {
    return outletsOfBody(where, body);
  } catch (error) {
    return [{ where: `${where} fault`, text: String(error) }];
  }
};

/** Hands requests on as the browser made them, but for key and token: pages know only tokens that no oracle takes for a frame. */
const createPassage = ({ collector, key }: Behind) => {
  let token = '';
  /** Frame → logs in it; one that is sent again is the same. */
  const acknowledged = new Map<string, number>();
  const pass = async ({ url, headers }: IncomingMessage, body: string) => {
    const answer = await fetch(`${collector}${url}`, {
      method: 'POST',
      headers: { origin: headers.origin ?? 'null', 'content-type': headers['content-type'] ?? '' },
      body: body.replace(PAGE_KEY, key).replace(TOKEN, token),
    });
    const text = await answer.text();
    const given = /"t":"([\w-]+)"/.exec(text)?.[1];
    token = given ?? token;
    const frame = frameOf(body);
    if (answer.ok && frame) acknowledged.set(frame, decodeFrame(fromBase64Url(frame)).logs.length);
    return { status: answer.status, text: given ? text.replace(given, TOKEN) : text };
  };
  return { pass, acknowledged };
};

/** Starts both. The SDK comes from the collector, as in earnest. */
export const startStub = async (): Promise<Stub> => {
  const script = readFileSync(SCRIPT);
  const pages = new Map<string, string>();
  const outlets: Outlet[] = [];
  let down = false;
  let passage: ReturnType<typeof createPassage> | undefined;

  const shop = await listen((request, response) => {
    const html = pages.get(new URL(request.url!, 'http://shop').pathname);
    response.writeHead(html === undefined ? 404 : 200, { 'content-type': 'text/html; charset=utf-8' });
    response.end(html);
  });

  const collector = await listen((request, response) => {
    void (async () => {
      const { method, url, headers } = request;
      const body = await bodyOf(request);
      const where = `${method} ${url}`;
      outlets.push({ where: `${where} head`, text: `${url}\n${JSON.stringify(headers)}` });
      if (body) outlets.push(...readBody(where, body));
      const cors = { 'access-control-allow-origin': headers.origin ?? '*' };
      if (method === 'GET') {
        response.writeHead(200, { ...cors, 'content-type': 'text/javascript; charset=utf-8' }).end(script);
        return;
      }
      if (down) {
        response.writeHead(503, { ...cors, 'retry-after': '60' }).end('{"e":503}');
      } else if (passage) {
        const { status, text } = await passage.pass(request, body);
        response.writeHead(status, { ...cors, 'content-type': 'application/json' }).end(text);
      } else if (url === '/v1/sessions') {
        const limits = { batch_bytes: 16_384, logs: 500 };
        response
          .writeHead(201, { ...cors, 'content-type': 'application/json' })
          .end(JSON.stringify({ t: TOKEN, now: Date.now(), ttl: 900, limits }));
      } else {
        response.writeHead(202, cors).end();
      }
    })();
  });

  return {
    shop: `http://localhost:${shop.port}`,
    collector: `http://127.0.0.1:${collector.port}`,
    pages,
    outlets,
    get down() {
      return down;
    },
    set down(value) {
      down = value;
    },
    set behind(value: Behind) {
      passage = createPassage(value);
    },
    get acknowledged() {
      return [...(passage?.acknowledged.values() ?? [])].reduce((sum, logs) => sum + logs, 0);
    },
    async close() {
      for (const { server } of [shop, collector]) {
        server.closeAllConnections();
        await new Promise((resolve) => server.close(resolve));
      }
    },
  };
};
