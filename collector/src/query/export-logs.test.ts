import { describe, expect, it } from 'vitest';
import { ACME, createApiFixture } from './api-fixture.ts';

/** A lake whose streams tell whether somebody let go of them. */
const begin = async (flush?: () => Promise<void>) => {
  const closed: number[] = [];
  const world = await createApiFixture(
    {},
    {
      ...(flush ? { flush } : {}),
      lake: {
        query: async () => ({ rows: [] }),
        exportParquet: async () => '',
        stream: async () => ({
          columns: [{ name: 'code' }],
          chunks: (async function* () {
            for (;;) yield [[1]];
          })(),
          close: () => closed.push(1),
        }),
      },
    },
  );
  const { cookie } = await world.signIn({ [ACME]: 'analyst' });
  return { world, cookie, closed };
};

describe('an export that nobody reads on', () => {
  it('lets go of its statement, also before the first row', async () => {
    const { world, cookie, closed } = await begin();
    const answer = await world.get('/api/logs/export/csv', cookie);
    await answer.body!.cancel();
    expect(closed).toHaveLength(1);
    const reader = (await world.get('/api/logs/export/json', cookie)).body!.getReader();
    await reader.read();
    await reader.cancel();
    expect(closed).toHaveLength(2);
  });

  it('lets go of it with its request', async () => {
    const { world, cookie, closed } = await begin();
    const gone = new AbortController();
    const request = { headers: { cookie }, signal: gone.signal };
    await world.api.request('http://localhost:7071/api/logs/export/csv', request);
    gone.abort();
    expect(closed.length).toBeGreaterThan(0);
  });

  it('waits for landing only so long', async () => {
    const { world, cookie } = await begin(() => new Promise(() => undefined));
    const answer = await world.get('/api/logs/export/csv', cookie);
    expect(answer.status).toBe(200);
    await answer.body!.cancel();
  }, 20_000);
});
