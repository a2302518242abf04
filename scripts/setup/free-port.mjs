import { once } from 'node:events';
import { createServer } from 'node:net';

/**
 * A port of the loopback that is free now. Another process may take it before it is used.
 * @returns {Promise<number>}
 */
export const freePort = async () => {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = /** @type {import('node:net').AddressInfo} */ (server.address());
  server.close();
  await once(server, 'close');
  return port;
};
