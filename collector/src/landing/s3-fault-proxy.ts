import { createServer, type IncomingMessage, request, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';

/**
 * What goes wrong with a request: an error instead of passing it on; no answer; the answer cut off after the server has done the
 * work; nothing.
 */
export type S3Fault = 500 | 503 | 'hang' | 'cut-after-request' | 'none';

/** A proxy before an S3 server for tests: each request meets the next fault of a list, then none. */
export interface S3FaultProxy {
  readonly endpoint: string;
  /** Faults of the next requests. */
  plan(...faults: readonly S3Fault[]): void;
  /** Requests seen, by method. */
  readonly seen: string[];
  stop(): Promise<void>;
}

/** @param target address of the S3 server */
export const startS3FaultProxy = async (target: string): Promise<S3FaultProxy> => {
  const faults: S3Fault[] = [];
  const seen: string[] = [];
  const server = createServer((incoming, outgoing) => {
    seen.push(incoming.method ?? '');
    const fault = faults.shift() ?? 'none';
    if (typeof fault === 'number') {
      incoming.resume();
      outgoing.writeHead(fault, { 'content-type': 'application/xml' });
      outgoing.end('<Error><Code>SlowDown</Code></Error>');
    } else if (fault === 'hang') incoming.resume();
    else forward(target, incoming, outgoing, fault === 'cut-after-request');
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return {
    endpoint: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    plan: (...more) => void faults.push(...more),
    seen,
    stop: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
};

/** The Host header goes on as it came: it is part of what the client signed. */
const forward = (target: string, incoming: IncomingMessage, outgoing: ServerResponse, cut: boolean): void => {
  const { hostname, port } = new URL(target);
  const { method, url: path, headers } = incoming;
  const onward = request({ hostname, port, method, path, headers, setHost: false }, (answer) => {
    if (cut) {
      // The server has done it; the client will never know.
      answer.resume();
      answer.on('end', () => outgoing.destroy());
      return;
    }
    outgoing.writeHead(answer.statusCode ?? 502, answer.headers);
    answer.pipe(outgoing);
  });
  onward.on('error', () => outgoing.destroy());
  incoming.pipe(onward);
};
