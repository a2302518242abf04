import { expect, it } from 'vitest';
import { CALLS, SLOT } from '../slot.ts';

it('does nothing on a server, and remembers none of the calls that each rendering makes', async () => {
  const { gander } = await import('./npm.ts');
  for (let i = 0; i < 200; i++) {
    gander.init({ key: 'gpk_test', collector: 'https://collect.example' });
    gander.consent('granted');
    gander.step('payment');
  }
  await gander.flush();
  const server = globalThis as { [SLOT]?: unknown; [CALLS]?: unknown };
  expect([server[SLOT], server[CALLS]]).toEqual([undefined, undefined]);
});

it('watches nothing on a server', async () => {
  const { watchIntegrity } = await import('./integrity.ts');
  expect(watchIntegrity({ allow: ['https://js.stripe.com'] })()).toBeUndefined();
});
