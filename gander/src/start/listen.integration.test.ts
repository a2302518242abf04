import { expect, it } from 'vitest';
import { listen, PortError } from './listen.ts';

it('hands over the client’s address, by which sign-ins are limited', async () => {
  const server = await listen('console', '127.0.0.1', 0, '--console-port', (_request, env) =>
    Response.json({ address: env.incoming.socket.remoteAddress }),
  );
  const port = new URL(server.url).port;
  expect(await (await fetch(`http://127.0.0.1:${port}`)).json()).toEqual({ address: '127.0.0.1' });
  await expect(
    listen('console', '127.0.0.1', Number(port), '--console-port', () => new Response()),
  ).rejects.toThrow(PortError);
  await server.stop();
});
