import { createServer, type IncomingMessage, request, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';

/** A request as it left the browser. */
export interface SeenRequest {
  readonly method: string;
  readonly url: string;
  readonly headers: string;
  readonly body: Buffer;
  /** What came back; 0 while it is under way or when nothing did. */
  status: number;
}

/** What to do with a request instead of passing it on. */
export type Fault = 'refuse' | 'hang' | number;

export interface RecordingProxy {
  readonly address: string;
  readonly requests: readonly SeenRequest[];
  /** Decides for each request whether it fails; undefined lets it pass. */
  fault: (url: URL, method: string) => Fault | undefined;
  stop(): Promise<void>;
}

const LOOPBACK = /^(?:127\.0\.0\.1|localhost|\[::1\])$/;

/** An HTTP proxy that keeps all that passes: what a browser sends is seen outside of it, also what it sends on its way out. */
export const startRecordingProxy = async (): Promise<RecordingProxy> => {
  const requests: SeenRequest[] = [];
  const server = createServer((from, to) => void handle(from, to));

  const handle = async (from: IncomingMessage, to: ServerResponse) => {
    const chunks: Buffer[] = [];
    for await (const chunk of from) chunks.push(chunk as Buffer);
    // The browser's own errands (updates, time) go nowhere, and are not the page's.
    if (!LOOPBACK.test(new URL(from.url ?? '').hostname)) return void from.socket.destroy();
    const seen: SeenRequest = {
      method: from.method ?? '',
      url: from.url ?? '',
      headers: from.rawHeaders.join('\n'),
      body: Buffer.concat(chunks),
      status: 0,
    };
    requests.push(seen);
    const fault = proxy.fault(new URL(seen.url), seen.method);
    if (fault === 'hang') return;
    if (fault === 'refuse') return void from.socket.destroy();
    if (fault !== undefined) {
      seen.status = fault;
      return void to.writeHead(fault, { 'access-control-allow-origin': '*', 'retry-after': '1' }).end();
    }
    forward(from, to, seen);
  };
  server.listen(0, '127.0.0.1');
  await new Promise((resolve) => server.once('listening', resolve));
  const proxy: RecordingProxy = {
    address: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    requests,
    fault: () => undefined,
    async stop() {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
  return proxy;
};

const forward = (from: IncomingMessage, to: ServerResponse, seen: SeenRequest) => {
  const { 'proxy-connection': _, ...headers } = from.headers;
  const onward = request(seen.url, { method: seen.method, headers }, (answer) => {
    seen.status = answer.statusCode ?? 0;
    to.writeHead(seen.status, answer.rawHeaders);
    answer.pipe(to);
    answer.once('error', () => to.destroy());
  });
  onward.once('error', () => to.destroy());
  to.once('close', () => onward.destroy());
  onward.end(seen.body);
};
