import { beforeEach, expect, it } from 'vitest';
import type { HealthAnswer, RedriveAnswer } from './api.ts';
import { ACME, type ApiFixture, createApiFixture } from './api-fixture.ts';

const LETTER = {
  stage: 'landing',
  reason: 'bad_label',
  letters: 3,
  redrivable: 2,
  bytes: 120,
  oldestMs: 1,
  newestMs: 2,
  sample: { merchant: ACME, bytes: 40, head: '00ff' },
};

let world: ApiFixture;
let asked: string[];
let busy: boolean;
beforeEach(async () => {
  asked = [];
  busy = false;
  world = await createApiFixture(
    {},
    {
      deadLetters: {
        list: async () => [LETTER],
        redrive: async (reason, actor) => {
          if (busy) throw Object.assign(new Error('busy'), { name: 'UpkeepBusyError' });
          asked.push(`${reason} by ${actor}`);
          return { results: [{ reason, landed: 2, failed: 1, suppressed: 0 }], rows: 24 };
        },
      },
    },
  );
});

const redrive = (cookie: string, reason: unknown = 'bad_label'): Promise<Response> =>
  world.send('POST', '/api/health/dead-letters/redrive', { reason }, cookie);

/** What is in the trail of changes, but for who signed in. */
const writtenDown = async () =>
  (await world.users.db.selectFrom('audit').selectAll().execute()).filter((e) => e.action !== 'signed in');

it('are shown with their reason, and driven again by the owner of all, who is written down', async () => {
  const owner = await world.signIn({ '*': 'owner' });
  const health = (await (await world.get('/api/health', owner.cookie)).json()) as HealthAnswer;
  expect([health.deadLetters, health.canRedrive]).toEqual([[LETTER], true]);
  const answer = await redrive(owner.cookie);
  expect([answer.status, (await answer.json()) as RedriveAnswer]).toEqual([
    200,
    { results: [{ reason: 'bad_label', landed: 2, failed: 1, suppressed: 0 }], rows: 24 },
  ]);
  expect(asked).toEqual([`bad_label by ${owner.id}`]);
  expect(await writtenDown()).toMatchObject([
    {
      merchant: '*',
      user_id: owner.id,
      action: 'dead letters driven again',
      target: 'bad_label',
      detail: '2 landed as 24 logs, 1 failed, 0 erased',
    },
  ]);
});

it('are not for those of less, nor twice at once', async () => {
  for (const roles of [{ [ACME]: 'owner' }, { '*': 'viewer' }, { '*': 'analyst' }] as const)
    expect((await redrive((await world.signIn(roles)).cookie)).status).toBe(403);
  expect((await redrive('')).status).toBe(401);
  const owner = await world.signIn({ '*': 'owner' });
  expect((await redrive(owner.cookie, "x' or 1=1")).status).toBe(400);
  busy = true;
  expect((await redrive(owner.cookie)).status).toBe(409);
  expect(asked).toEqual([]);
  expect(await writtenDown()).toEqual([]);
});
