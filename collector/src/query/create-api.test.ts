import {
  approved,
  autofilled,
  blur,
  focus,
  hidden,
  paste,
  ready,
  step,
  unload,
  visible,
} from '@gander/log-codes/encode';
import { beforeEach, describe, expect, it } from 'vitest';
import type { LogAnswer, TimelineAnswer, TransactionsAnswer } from './api.ts';
import { ACME, type ApiFixture, BOLT, batchOf, createApiFixture, NOW, SESSION } from './api-fixture.ts';

let world: ApiFixture;
let cookie: string;
beforeEach(async () => {
  world = await createApiFixture();
  ({ cookie } = await world.signIn({ [ACME]: 'viewer' }));
});

const json = async <T>(answer: Response): Promise<T> => (await answer.json()) as T;

const first = batchOf([
  [0, ready({ sdk_version: 100, entry: 1, page: 'checkout', start_ms: 80 })],
  [500, step({ step: 'payment', step_no: 1 })],
  [1000, focus({ field: 1, field_no: 3, visit: 1, via: 1 } as never)],
  [700, paste({ field: 1, field_no: 3 } as never)],
]);
const second = batchOf(
  [
    [0, hidden()],
    [4000, visible({ duration_ms: 4000 })],
    [10, approved({ since_ready_ms: 9000 })],
  ],
  {
    seq: 1,
    first: 4,
    receivedMs: NOW + 5000,
  },
);

const timeline = async (): Promise<TimelineAnswer> =>
  json(await world.get(`/api/merchants/${ACME}/transactions/order_1`, cookie));
const transactions = async (query = ''): Promise<TransactionsAnswer> =>
  json(await world.get(`/api/transactions${query}`, cookie));

it('every route that takes a body takes a small one', async () => {
  const owner = await world.signIn({ '*': 'owner' });
  const body = JSON.stringify({ reason: 'x'.repeat(20_000) });
  const routes = world.api.routes.filter(({ method }) => !['ALL', 'GET'].includes(method));
  const seen = new Set<string>();
  for (const { method, path } of routes) {
    const url = `http://localhost:7071${path.replace(':merchant', ACME).replace(/:\w+/g, 'x')}`;
    const headers = {
      cookie: owner.cookie,
      origin: 'http://localhost:7071',
      host: 'localhost:7071',
      'content-type': 'application/json',
    };
    // Of a length that is told, and of one that is not.
    const chunks = new Blob([body]).stream();
    for (const init of [{ body }, { body: chunks, duplex: 'half' }]) {
      const answer = await world.api.request(url, { method, headers, ...init } as RequestInit);
      expect([path, answer.status, await answer.text()]).toEqual([path, 413, '{"e":207}']);
    }
    seen.add(path);
  }
  expect(seen.size).toBeGreaterThan(15);
});

describe('who may read', () => {
  it('nobody without a session', async () => {
    for (const path of [
      '/api/me',
      '/api/transactions',
      `/api/merchants/${ACME}/transactions/order_1`,
      '/api/nothing',
    ]) {
      const answer = await world.get(path);
      expect([answer.status, await answer.text()]).toEqual([401, '{"e":201}']);
    }
  });

  it('a user sees only their own merchants', async () => {
    world.live.add([
      first,
      batchOf([[0, ready({ sdk_version: 100, entry: 1, page: 'x', start_ms: 1 })]], {
        merchant: BOLT,
        transaction: 'bolt_1',
      }),
    ]);
    expect((await transactions()).transactions.map((t) => t.transaction)).toEqual(['order_1']);
    expect((await world.get(`/api/merchants/${BOLT}/transactions/bolt_1`, cookie)).status).toBe(404);
    expect((await world.get(`/api/transactions?merchant=${BOLT}`, cookie)).status).toBe(404);
    const me = await json(await world.get('/api/me', cookie));
    expect(me).toMatchObject({ installation: null, merchants: [{ id: ACME, name: 'Acme', role: 'viewer' }] });
  });

  it('refuses what another site sends (#54)', async () => {
    const body = JSON.stringify({ token: 'x' });
    const headers = { 'content-type': 'application/json', host: 'localhost:7071' };
    const post = async (extra: Record<string, string>) =>
      (
        await world.api.request('http://localhost:7071/api/auth/sign-in/link', {
          method: 'POST',
          body,
          headers: { ...headers, ...extra },
        })
      ).status;
    expect(await post({ origin: 'https://evil.example' })).toBe(403);
    expect(await post({})).toBe(403);
    expect(await post({ origin: 'null' })).toBe(403);
    expect(await post({ origin: 'http://localhost:7071', 'content-type': 'text/plain' })).toBe(403);
    expect(await post({ origin: 'http://localhost:7071', 'sec-fetch-site': 'cross-site' })).toBe(403);
    expect(await post({ origin: 'http://localhost:7071' })).toBe(401);
    expect((await world.get('/api/transactions', cookie, { 'sec-fetch-site': 'cross-site' })).status).toBe(
      403,
    );
  });

  it('reaches no route of better-auth but the ones that are meant', async () => {
    expect((await world.get('/api/auth/get-session', cookie)).status).toBe(404);
    expect((await world.send('POST', '/api/auth/sign-up/email', {}, cookie)).status).toBe(404);
  });
});

describe('the timeline', () => {
  it('joins live and landed logs, each once, in order', async () => {
    world.live.add([first, second]);
    await world.lake.insert(world.context.rowsOf(first, 'c1'));
    const { logs, cursor } = await timeline();
    expect(logs.map((l) => [l.log_seq, l.code])).toEqual([
      [0, 1100],
      [1, 1103],
      [2, 1200],
      [3, 1220],
      [4, 1300],
      [5, 1301],
      [6, 1111],
    ]);
    expect(logs[3]).toMatchObject({ field: 1, field_no: 3, session: SESSION });
    expect(cursor).toBe('boot.2');
  });

  it('reads what is not live any more', async () => {
    await world.lake.insert(world.context.rowsOf(first, 'c1'));
    expect((await timeline()).logs).toHaveLength(4);
    expect(Object.values((await timeline()).logs[0]!)).not.toContain(null);
  });

  it('is a 404 for what does not exist, whatever the text', async () => {
    for (const id of ['nope', "x' or 1=1 --", '%3Cimg%20src%3Dx%3E', 'a'.repeat(80)]) {
      expect((await world.get(`/api/merchants/${ACME}/transactions/${id}`, cookie)).status).toBe(404);
    }
  });
});

describe('the list of transactions', () => {
  it('sums up live ones, and adds to them as they go on', async () => {
    world.live.add([first]);
    expect((await transactions()).transactions).toMatchObject([
      {
        transaction: 'order_1',
        logs: 4,
        outcome: 'open',
        step: 'payment',
        pastes: 1,
        cardPasted: true,
        live: true,
        transactionType: 1,
      },
    ]);
    world.live.add([second]);
    expect((await transactions()).transactions).toMatchObject([{ logs: 7, outcome: 'approved', hidden: 1 }]);
  });

  it('says the same of a landed transaction as of a live one', async () => {
    const more = batchOf(
      [
        [0, autofilled({ field: 10, field_no: 1, fill_source: 1, fields: 3 } as never)],
        [0, blur({ field: 1, field_no: 3, visit: 1, method: 2 } as never)],
        [1, unload({ exit: 1, active_ms: 1, log_count: 9 })],
      ],
      { seq: 2, first: 7, receivedMs: NOW + 6000, assurance: 1 },
    );
    world.live.add([first, second, more]);
    const live = (await transactions()).transactions;
    const other = await createApiFixture();
    const { cookie: theirs } = await other.signIn({ [ACME]: 'viewer' });
    for (const b of [first, second, more]) await other.lake.insert(other.context.rowsOf(b, 'c1'));
    const landed = await json<TransactionsAnswer>(await other.get('/api/transactions', theirs));
    expect(landed.transactions).toEqual(live.map((t) => ({ ...t, live: false })));
  });

  it('takes from the lake what the live store has lost of a transaction', async () => {
    await world.lake.insert(world.context.rowsOf(first, 'c1'));
    world.live.add([second]);
    expect((await transactions()).transactions).toMatchObject([{ logs: 7, cardPasted: true, live: true }]);
  });

  it('pages without gaps or doubles', async () => {
    for (let i = 0; i < 7; i++) {
      const b = batchOf([[0, hidden()]], {
        transaction: `t${i}`,
        receivedMs: NOW - (i >> 1) * 1000,
      });
      if (i % 3) await world.lake.insert(world.context.rowsOf(b, 'c1'));
      else world.live.add([b]);
    }
    const found: string[] = [];
    let next: string | null = '';
    for (let page = 0; next !== null && page < 9; page++) {
      const answer: TransactionsAnswer = await transactions(`?limit=2${next ? `&before=${next}` : ''}`);
      found.push(...answer.transactions.map((t) => t.transaction));
      next = answer.next;
    }
    expect(found).toEqual(['t0', 't1', 't2', 't3', 't4', 't5', 't6']);
  });

  it('goes back as far as the lake does, over months in which nothing was', async () => {
    const DAY = 86_400_000;
    const ages = [
      ['now', 0],
      ['twice', 1],
      ['fortnight', 13.9],
      ['three weeks', 21],
      ['winter', 120],
      ['twice', 150],
      ['last year', 370],
    ] as const;
    for (const [name, days] of ages) {
      const transaction = name.replace(' ', '_');
      const session = String(Math.round(days * 10)).padStart(32, '0');
      const batch = batchOf([[0, hidden()]], { transaction, session, receivedMs: NOW - days * DAY });
      await world.lake.insert(world.context.rowsOf(batch, 'c1'));
    }
    for (const limit of [1, 4, 50]) {
      const found: [string, number][] = [];
      let next: string | null = '';
      for (let page = 0; next !== null && page < 9; page++) {
        const answer: TransactionsAnswer = await transactions(
          `?limit=${limit}${next ? `&before=${next}` : ''}`,
        );
        found.push(...answer.transactions.map((t): [string, number] => [t.transaction, t.logs]));
        next = answer.next;
      }
      expect(found).toEqual([
        ['now', 1],
        // What one page finds of it in the logs is what it sums up.
        ['twice', 1],
        ['fortnight', 1],
        ['three_weeks', 1],
        ['winter', 1],
        ['last_year', 1],
      ]);
    }
  }, 30_000);
});

describe('one log', () => {
  it('comes with its bits as they were on the wire', async () => {
    world.live.add([first]);
    const answer = await json<LogAnswer>(
      await world.get(`/api/merchants/${ACME}/transactions/order_1/logs/${SESSION}/3`, cookie),
    );
    expect(answer).toMatchObject({ exact: true, log: { code: 1220, field: 1 } });
    // The same field as the log before: neither class nor number travels again.
    expect(answer.wire).toEqual([
      { name: 'code', value: 220, bits: '110011011100' },
      { name: 'same field as before', value: 1, bits: '1' },
      { name: 'since previous, ms', value: 700, bits: '00000001011000000' },
      { name: 'arguments', value: 0, bits: '000' },
    ]);
  });

  it('made again from the lake has the same bits', async () => {
    world.live.add([first]);
    const path = `/api/merchants/${ACME}/transactions/order_1/logs/${SESSION}/`;
    const exact = await Promise.all(
      [0, 1, 2, 3].map(async (seq) => json<LogAnswer>(await world.get(path + seq, cookie))),
    );
    const other = await createApiFixture();
    const { cookie: theirs } = await other.signIn({ [ACME]: 'viewer' });
    await other.lake.insert(other.context.rowsOf(first, 'c1'));
    for (const [i, seq] of [0, 1, 2, 3].entries()) {
      expect(await json(await other.get(path + seq, theirs))).toEqual({ ...exact[i], exact: false });
    }
    expect((await other.get(`${path}99`, theirs)).status).toBe(404);
    expect((await other.get(`${path}x`, theirs)).status).toBe(404);
  });
});

describe('the stream', () => {
  const open = async (after: string, headers: Record<string, string> = {}) => {
    const answer = await world.get(
      `/api/merchants/${ACME}/transactions/order_1/stream?after=${after}`,
      cookie,
      headers,
    );
    const reader = answer.body!.pipeThrough(new TextDecoderStream()).getReader();
    let text = '';
    return {
      status: answer.status,
      stop: () => reader.cancel(),
      async event(): Promise<{ event: string; id: string; seqs: number[] }> {
        while (!text.includes('\n\n')) {
          const { value, done } = await reader.read();
          if (done) return { event: 'end', id: '', seqs: [] };
          text += value;
        }
        const [block, ...rest] = text.split('\n\n');
        text = rest.join('\n\n');
        const field = (name: string): string => new RegExp(`^${name}: (.*)$`, 'm').exec(block!)?.[1] ?? '';
        const data = JSON.parse(field('data'));
        return {
          event: field('event'),
          id: field('id'),
          seqs: (data.logs ?? []).map((l: { log_seq: number }) => l.log_seq),
        };
      },
    };
  };

  it('sends what comes after the cursor, and then what comes', async () => {
    world.live.add([first]);
    const stream = await open('boot.0');
    expect(await stream.event()).toEqual({ event: 'logs', id: 'boot.1', seqs: [0, 1, 2, 3] });
    const next = stream.event();
    world.live.add([batchOf([[0, hidden()]], { transaction: 'other' }), second]);
    expect(await next).toEqual({ event: 'logs', id: 'boot.3', seqs: [4, 5, 6] });
    await stream.stop();
  });

  it('goes on at Last-Event-ID: nothing twice, nothing lost', async () => {
    world.live.add([first, second]);
    const stream = await open('boot.0', { 'last-event-id': 'boot.1' });
    expect((await stream.event()).seqs).toEqual([4, 5, 6]);
    await stream.stop();
  });

  it('says reset to the cursor of another process', async () => {
    const stream = await open('elsewhere.5');
    expect((await stream.event()).event).toBe('reset');
    expect((await stream.event()).event).toBe('end');
  });
});
