import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { getRequestListener, type HttpBindings } from '@hono/node-server';

/** A small web server of this process: the console or the demo checkout. */
export interface Listening {
  /** As a browser on this machine would say it. */
  readonly url: string;
  stop(): Promise<void>;
}

/** A port that another program holds; the message says how to take another. */
export class PortError extends Error {
  override readonly name = 'PortError';
}

/**
 * Listens on a port of this machine.
 * @param name for messages, e.g. `console`
 * @param port 0 takes a free one
 * @param option how a user says another port, e.g. `--console-port`
 * @throws PortError when the port is taken
 */
export const listen = async (
  name: string,
  host: string,
  port: number,
  option: string,
  fetch: (request: Request, env: HttpBindings) => Response | Promise<Response>,
): Promise<Listening> => {
  const answer = getRequestListener((request, env) => fetch(request, env as HttpBindings));
  const server = createServer((request, response) => void answer(request, response));
  await new Promise<void>((resolve, reject) => {
    // Later ones, of connections that could not be accepted, end nothing.
    server.on('error', (error: NodeJS.ErrnoException) => {
      reject(error.code === 'EADDRINUSE' ? portTaken(name, port, option) : error);
    });
    server.listen(port, host, resolve);
  });
  return {
    url: `http://localhost:${(server.address() as AddressInfo).port}`,
    stop: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        // Event streams of open consoles would hold it for ever.
        server.closeAllConnections();
      }),
  };
};

/** What to tell when a port is taken. */
export const portTaken = (name: string, port: number, option: string): PortError =>
  new PortError(
    `Port ${port}, where the ${name} listens, is taken: is another Gander running? Choose another with ${option} <port>, or ${option} 0 for any.`,
  );
