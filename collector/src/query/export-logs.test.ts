import { existsSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { afterEach, describe, expect, it, vi } from 'vitest';
import { ACME, type ApiFixture, createApiFixture } from './api-fixture.ts';

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

describe('exports', () => {
  afterEach(() => void vi.useRealTimers());
  const path = (format: string): string => `/api/logs/export/${format}`;
  const trail = async (world: ApiFixture) =>
    (await world.users.db.selectFrom('audit').selectAll().where('merchant', '=', ACME).execute()).map((e) => [
      e.merchant,
      e.action,
      e.target,
      e.detail,
    ]);

  it('#72 are written into the trail of changes of each merchant, before the first log is out', async () => {
    const { world, cookie } = await begin();
    const answer = await world.get(`${path('csv')}?merchant=${ACME}&code=220`, cookie);
    const detail = `merchant=${ACME}&code=220`;
    expect(await trail(world)).toEqual([[ACME, 'logs exported', 'csv', detail]]);
    await answer.body!.cancel();
    const viewer = await world.signIn({ [ACME]: 'viewer' });
    expect((await world.get(path('csv'), viewer.cookie)).status).toBe(403);
    expect(await trail(world)).toHaveLength(1);
  });

  it('are at most four of one user at once, and one that is over makes room', async () => {
    const { world, cookie } = await begin();
    const answers = [];
    for (let i = 0; i < 5; i++) answers.push(await world.get(path('json'), cookie));
    expect(answers.map((a) => a.status)).toEqual([200, 200, 200, 200, 429]);
    await answers[0]!.body!.cancel();
    const again = await world.get(path('json'), cookie);
    expect(again.status).toBe(200);
    await Promise.all([...answers.slice(1, 4), again].map((a) => a.body!.cancel()));
  });

  it('break off, and do not look whole, when the role ends that they were begun with', async () => {
    const dir = mkdtempSync(join(tmpdir(), 'gander-export-'));
    const { world, closed } = await begin();
    const file = join(dir, 'x.parquet');
    writeFileSync(file, Buffer.alloc(1 << 20));
    Object.assign(world.context.lake, { exportParquet: async () => file });
    const { cookie, id } = await world.signIn({ [ACME]: 'analyst' });
    vi.useFakeTimers({ toFake: ['setInterval', 'clearInterval'] });
    const readers: ReadableStreamDefaultReader<Uint8Array>[] = [];
    for (const format of ['csv', 'parquet']) {
      const reader = (await world.get(path(format), cookie)).body!.getReader();
      await reader.read();
      readers.push(reader);
    }
    await world.users.memberships.give(id, ACME, 'viewer');
    await vi.advanceTimersByTimeAsync(10_000);
    await delay(50);
    const readOn = async (reader: (typeof readers)[number]): Promise<void> => {
      for (let i = 0; i < 1_000 && !(await reader.read()).done; i++);
    };
    for (const reader of readers) await expect(readOn(reader)).rejects.toThrow('broken off');
    expect(closed).toHaveLength(1);
    expect(existsSync(file)).toBe(false);
    rmSync(dir, { recursive: true });
  });
});
