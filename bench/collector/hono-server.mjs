// The framework alone: Hono reads the same body and answers 204.
import { serve } from '@hono/node-server';
import { Hono } from 'hono';
import { reportUsage } from './report-usage.mjs';

const app = new Hono();
app.post('/v1/logs', async (c) => {
  await c.req.arrayBuffer();
  return c.body(null, 204);
});
serve({ fetch: app.fetch, port: 0, hostname: '127.0.0.1' }, ({ port }) =>
  process.send({ url: `http://127.0.0.1:${port}` }),
);
reportUsage();
