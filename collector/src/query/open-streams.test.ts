import { hidden } from '@gander/log-codes/encode';
import { afterEach, describe, expect, it, vi } from 'vitest';
import { ACME, type ApiFixture, BOLT, batchOf, createApiFixture } from './api-fixture.ts';

const TAIL = '/api/logs/tail?after=boot.1';
const STREAM = `/api/merchants/${ACME}/transactions/order_1/stream?after=boot.1`;

const begin = async (roles: Readonly<Record<string, 'viewer'>>) => {
  const world = await createApiFixture();
  world.live.add([batchOf([[1, hidden()]])]);
  return { world, user: await world.signIn(roles) };
};
/** Logs keep coming, as they did when a stream never looked at its session. */
const isOver = async (answer: Response, world: ApiFixture): Promise<boolean> => {
  const reader = answer.body!.getReader();
  let over = false;
  const drained = (async () => {
    while (!(await reader.read()).done);
    over = true;
  })();
  for (let i = 1; i <= 40 && !over; i++) {
    world.live.add([batchOf([[1, hidden()]], { seq: i, first: i })]);
    await vi.advanceTimersByTimeAsync(1000);
  }
  const ended = over;
  await reader.cancel();
  await drained;
  return ended;
};

afterEach(() => void vi.useRealTimers());

describe.each([TAIL, STREAM])('a stream of %s', (path) => {
  it.each([
    [
      'sign-out',
      async (w: ApiFixture, u: { cookie: string }) =>
        void (await w.send('POST', '/api/auth/sign-out', {}, u.cookie)),
    ],
    [
      'a role that is taken away',
      async (w: ApiFixture, u: { id: string }) => w.users.memberships.take(u.id, ACME),
    ],
  ])('ends after %s, while logs come', async (_, change) => {
    const { world, user } = await begin({ [ACME]: 'viewer', [BOLT]: 'viewer' });
    vi.useFakeTimers({ toFake: ['setInterval', 'setTimeout', 'clearInterval', 'clearTimeout'] });
    const answer = await world.get(path, user.cookie);
    expect(answer.status).toBe(200);
    await change(world, user);
    expect(await isOver(answer, world)).toBe(true);
  });

  it('goes on for who may', async () => {
    const { world, user } = await begin({ [ACME]: 'viewer' });
    vi.useFakeTimers({ toFake: ['setInterval', 'setTimeout', 'clearInterval', 'clearTimeout'] });
    expect(await isOver(await world.get(path, user.cookie), world)).toBe(false);
  });

  it('is one of at most 20 of a user; others have theirs', async () => {
    const { world, user } = await begin({ [ACME]: 'viewer' });
    const open = [];
    for (let i = 0; i < 20; i++) open.push(await world.get(path, user.cookie));
    expect((await world.get(path, user.cookie)).status).toBe(429);
    const other = await world.signIn({ [ACME]: 'viewer' });
    open.push(await world.get(path, other.cookie));
    expect(open.map((a) => a.status)).toEqual(open.map(() => 200));
    await Promise.all(open.map((answer) => answer.body!.cancel()));
  });

  it('#71 is none that nobody reads: HEAD opens nothing', async () => {
    const { world, user } = await begin({ [ACME]: 'viewer' });
    for (let i = 0; i < 25; i++) {
      const asked = await world.api.request(`http://localhost:7071${path}`, {
        method: 'HEAD',
        headers: { cookie: user.cookie },
      });
      expect(asked.status).toBe(400);
    }
    const answer = await world.get(path, user.cookie);
    expect(answer.status).toBe(200);
    await answer.body!.cancel();
  });

  it('gives its place back when its role ends, also where its reader does not read', async () => {
    const { world, user } = await begin({ [ACME]: 'viewer', [BOLT]: 'viewer' });
    vi.useFakeTimers({ toFake: ['setInterval', 'setTimeout', 'clearInterval', 'clearTimeout'] });
    const unread = [];
    for (let i = 0; i < 20; i++) unread.push(await world.get(path, user.cookie));
    for (let i = 1; i < 5; i++) {
      world.live.add([batchOf([[1, hidden()]], { seq: i, first: i })]);
      await vi.advanceTimersByTimeAsync(1000);
    }
    await world.users.memberships.take(user.id, ACME);
    await vi.advanceTimersByTimeAsync(30_000);
    vi.useRealTimers();
    await world.users.memberships.give(user.id, ACME, 'viewer');
    const answer = await world.get(path, user.cookie);
    expect([...unread, answer].map((a) => a.status)).toEqual([...unread, answer].map(() => 200));
    await Promise.all([...unread, answer].map((a) => a.body!.cancel()));
  });

  it('is kept by no cache', async () => {
    const { world, user } = await begin({ [ACME]: 'viewer' });
    const answer = await world.get(path, user.cookie);
    expect(answer.headers.get('cache-control')).toBe('no-store');
    await answer.body!.cancel();
  });
});

it('the tail ends by a mistake of ours, which is told to the log and not to its reader', async () => {
  const told: unknown[] = [];
  const world = await createApiFixture(
    {},
    {
      onError: (error, route) => told.push([(error as Error).message, route]),
      lake: {
        query: () => Promise.reject(new Error('a secret of the lake')),
        stream: () => Promise.reject(new Error()),
        exportParquet: () => Promise.reject(new Error()),
      },
    },
  );
  // Its beginning is not live, so the lake is asked for what it said of its session.
  world.live.add([batchOf([[1, hidden()]], { seq: 7, first: 7 })]);
  const { cookie } = await world.signIn({ [ACME]: 'viewer' });
  const answer = await world.get('/api/logs/tail?anomaly=true&after=boot.0', cookie);
  expect(await answer.text()).toBe('');
  expect(told).toEqual([['a secret of the lake', 'GET /api/logs/tail']]);
});
