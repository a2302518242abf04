import type { createApi, openUsers, rowsOf } from '@gander/collector/operators';
import { createLive } from '@gander/collector/operators';
import { encodeFrame, encodeLog } from '@gander/log-codes';
import { blur, focus, typed } from '@gander/log-codes/encode';
import { Kysely, SqliteDialect } from 'kysely';
import Database from 'libsql';

const MERCHANT = 'aaaaaaaaaaaaaaaa';
const LOGS = 12;

interface Parts {
  readonly createApi: typeof createApi;
  readonly openUsers: typeof openUsers;
  readonly rowsOf: typeof rowsOf;
}

/** A console's API with one signed-in user, over a lake or none. */
const signIn = async ({
  createApi,
  openUsers,
  rowsOf,
  lake,
}: Parts & { lake: Parameters<typeof createApi>[0]['lake'] }) => {
  const users = await openUsers({
    db: new Kysely({ dialect: new SqliteDialect({ database: new Database(':memory:') as never }) }) as never,
    dialect: 'sqlite',
    secret: 'bench-bench-bench-bench-bench-bench',
    clock: Date.now,
  });
  const live = createLive({ clock: Date.now });
  const merchant = {
    id: MERCHANT,
    name: 'Bench',
    origins: new Set<string>(),
    createdMs: 0,
    disabledMs: null,
  };
  const registry = {
    merchants: () => [merchant],
    merchant: (id: string) => (id === MERCHANT ? merchant : undefined),
  } as never;
  const app = createApi({
    users,
    live,
    lake,
    registry,
    rowsOf,
    collector: 'c1',
    clock: Date.now,
    onError: console.error,
  });
  const token = new URL((await users.createFirstSignInLink('http://localhost')) ?? '').hash.slice(1);
  const { Hono } = await import('hono');
  const api = new Hono().route('/api', app as never);
  const answer = await api.request('http://localhost/api/auth/sign-in/link', {
    method: 'POST',
    headers: { origin: 'http://localhost', host: 'localhost', 'content-type': 'application/json' },
    body: JSON.stringify({ token }),
  });
  return { api, live, cookie: answer.headers.getSetCookie()[0]?.split(';')[0] ?? '' };
};

const frameOf = (seq: number): Uint8Array => {
  const bytes: number[] = [];
  for (let i = 0; i < LOGS / 3; i++) {
    encodeLog(bytes, focus({ field: 10, field_no: i + 1, visit: seq + 1, via: 1 }), 400, []);
    encodeLog(
      bytes,
      typed({ field: 10, field_no: i + 1, duration_ms: 2100, dwell_p50_ms: 95, flight_p50_ms: 180 }),
      2100,
      [],
    );
    encodeLog(
      bytes,
      blur({ field: 10, field_no: i + 1, visit: seq + 1, method: 1, duration_ms: 2100 }),
      2,
      [],
    );
  }
  return encodeFrame(
    {
      batchSeq: seq,
      firstLogSeq: seq * LOGS,
      baseTimeMs: Date.now() - 10_000,
      sentAfterMs: 10_000,
      transactionType: 1,
    },
    [],
    bytes,
    LOGS,
  );
};

/** From a commit (when the collector acknowledges) to the event in the reader's hands, while every session has a follower. */
export const measureLive = async (options: Parts & { open: number }) => {
  const { open } = options;
  const none = {
    query: async () => ({ rows: [] }),
    stream: () => Promise.reject(new Error('none')),
    exportParquet: () => Promise.reject(new Error('none')),
  };
  const { api, live, cookie } = await signIn({ ...options, lake: none });
  const committed = new Map<string, number>();
  const latencies: number[] = [];
  const readers: ReadableStreamDefaultReader<string>[] = [];
  for (let i = 0; i < open; i++) {
    const answer = await api.request(
      `http://localhost/api/merchants/${MERCHANT}/transactions/order_${i}/stream?after=${live.boot}.0`,
      { headers: { cookie } },
    );
    const reader = answer.body!.pipeThrough(new TextDecoderStream()).getReader();
    readers.push(reader);
    void (async () => {
      let text = '';
      for (;;) {
        const { value, done } = await reader.read();
        if (done) return;
        text += value;
        for (let end = text.indexOf('\n\n'); end >= 0; end = text.indexOf('\n\n')) {
          const id = /^id: (.*)$/m.exec(text.slice(0, end))?.[1] ?? '';
          text = text.slice(end + 2);
          const at = committed.get(id);
          if (at !== undefined) latencies.push(performance.now() - at);
        }
      }
    })().catch(() => undefined);
  }
  for (let round = 0; round < 10; round++) {
    for (let i = 0; i < open; i++) {
      committed.set(`${live.boot}.${live.newest + 1}`, performance.now());
      live.add([
        {
          merchant: MERCHANT,
          session: i.toString(16).padStart(32, '0'),
          transaction: `order_${i}`,
          assurance: 2,
          late: false,
          receivedMs: Date.now(),
          frame: frameOf(round),
        },
      ]);
    }
    await new Promise((resolve) => setTimeout(resolve, 200));
  }
  await new Promise((resolve) => setTimeout(resolve, 1000));
  if (latencies.length !== open * 10) throw new Error(`${latencies.length} of ${open * 10} events came`);
  const { bytes, batches } = live.stats();
  for (const reader of readers) await reader.cancel();
  return { latencies, bytesPerLog: bytes / (batches * LOGS) };
};

measureLive.signIn = signIn;
