import { createServer, type RequestListener, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import { createS3Store } from '../lake/s3-store.ts';
import { landingConfigSchema } from './landing-config.ts';
import { openS3Client } from './open-s3-client.ts';

let server: Server;
beforeEach(() => {
  vi.stubEnv('AWS_ACCESS_KEY_ID', 'key');
  vi.stubEnv('AWS_SECRET_ACCESS_KEY', 'secret');
});
afterEach(() => {
  vi.unstubAllEnvs();
  server.close();
  server.closeAllConnections();
});

/** A store whose requests may take a second, before a server that answers as told. */
const storeBefore = async (listener: RequestListener) => {
  server = createServer(listener);
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const endpoint = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  const { s3 } = landingConfigSchema.parse({
    target: 's3',
    s3: { bucket: 'lake', endpoint, forcePathStyle: true },
  });
  return createS3Store(openS3Client(s3, 1_000), s3, '/tmp/none');
};

it('gives up an answer that stops in its middle', async () => {
  const store = await storeBefore((_, response) => {
    response.writeHead(200, { 'content-length': 1_000 });
    response.write('some of it');
  });
  await expect(store.read('lake/lease/upkeep.json')).rejects.toThrow(/timed out/);
});

it('lets an upload take as long as its size asks for', async () => {
  let bytes = 0;
  const store = await storeBefore((request, response) => {
    const slow = setInterval(() => {
      const chunk = request.read() as Buffer | null;
      bytes += chunk?.length ?? 0;
    }, 2);
    request.on('end', () => {
      clearInterval(slow);
      response.end();
    });
  });
  const body = Buffer.alloc(32 * 1024 * 1024);
  await store.replace('lake/logs/part', body);
  expect(bytes).toBe(body.length);
});
