import { expect, it } from 'vitest';
import { createMetrics } from './metrics.ts';

it('exports no gauge of what is not there: without a Redis nothing says that it is down', async () => {
  const metrics = createMetrics();
  expect(await metrics.text()).not.toMatch(/^gander_redis_up /m);
  metrics.set('gander_redis_up', 0);
  expect(await metrics.text()).toMatch(/^gander_redis_up 0$/m);
  expect(await metrics.text()).toMatch(/^gander_landing_failing 0$/m);
});
