import { connect, type Socket } from 'node:net';
import { approved, encodeFrame, encodeLog, focus } from '@gander/log-codes/encode';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import {
  bodyOf,
  type CollectorFixture,
  frameOf,
  grantOf,
  ORIGIN,
  post,
  startFixture,
} from './collector-fixture.ts';
import { sessionOf } from './faults/obligations.ts';
import { JOURNAL_START } from './journal/position.ts';
import { readJournal } from './journal/reader.ts';
import { sendRaw } from './raw-http.ts';

let fixture: CollectorFixture;
let logs: string;
let sessions: string;
const bucket = (points: number) => ({ points, seconds: 60 });
beforeAll(async () => {
  fixture = await startFixture({
    http: { headersTimeoutMs: 800, requestTimeoutMs: 800, trustedProxyHops: 1 },
    limits: {
      session: bucket(5_000),
      ip: bucket(50_000),
      openIp: bucket(300),
      openKey: bucket(3_000),
      merchant: bucket(20_000),
    },
  });
  logs = `${fixture.collector.url}/v1/logs`;
  sessions = `${fixture.collector.url}/v1/sessions`;
});
afterAll(() => fixture.remove());

const statusOf = async (response: Promise<Response>): Promise<[number, number]> => {
  const answer = await response;
  const text = await answer.text();
  expect(text.length).toBeLessThanOrEqual(120);
  return [answer.status, text === '' ? 0 : ((JSON.parse(text) as { e?: number }).e ?? 0)];
};
const journaled = () =>
  [...readJournal(fixture.collector.journal.dir, JOURNAL_START, fixture.collector.journal.durable)].map(
    (r) => r.batch,
  );
const header = { batchSeq: 0, firstLogSeq: 0, baseTimeMs: Date.now(), sentAfterMs: 5, transactionType: 1 };
const frameWith = (
  more: Partial<typeof header>,
  log: Parameters<typeof encodeLog>[1] = [300],
  since = 1,
): Uint8Array => {
  const bytes: number[] = [];
  encodeLog(bytes, log, since, []);
  return encodeFrame({ ...header, ...more }, [], bytes, 1);
};

describe('keys, tokens and sessions', () => {
  it('#3 opens no session without an Origin, but by a grant', async () => {
    const plain = { 'content-type': 'text/plain' };
    const key = await fetch(sessions, {
      method: 'POST',
      body: JSON.stringify({ key: fixture.siteKey }),
      headers: plain,
    });
    expect(key.status).toBe(403);
    const grant = JSON.stringify({ grant: grantOf(fixture.secretKey) });
    const granted = await fetch(sessions, { method: 'POST', body: grant, headers: plain });
    expect(granted.status).toBe(201);
    // Such a token is worth nothing to a page.
    const { t } = (await granted.json()) as { t: string };
    expect(await statusOf(post(logs, bodyOf(t, frameOf(0))))).toEqual([403, 102]);
    const sent = await fetch(logs, { method: 'POST', body: bodyOf(t, frameOf(0)), headers: plain });
    expect(sent.status).toBe(202);
  });

  it('#4 #7 takes ids and assurance from the token alone: a forged Origin gets the lowest', async () => {
    const token = await fixture.open({ transaction: 'order_4' });
    await fixture.send(token, 0);
    const granted = await fixture.openByGrant('order_5');
    await fixture.send(granted, 0);
    const batches = journaled();
    const of = (t: string) => batches.find((b) => b.session === sessionOf(t));
    expect(of(token)).toMatchObject({
      assurance: 1,
      merchant: fixture.merchant,
      transaction: 'order_4',
      late: false,
    });
    expect(of(granted)).toMatchObject({ assurance: 2, merchant: fixture.merchant, transaction: 'order_5' });
  });

  it('#6 lets a token work for its own merchant and page only', async () => {
    const { registry } = fixture.collector;
    const other = await registry.createMerchant({ name: 'Other', origins: ['https://other.example'] });
    const otherKey = await registry.createSiteKey(other.id);
    const token = await fixture.open();
    expect(
      await statusOf(post(logs, bodyOf(token, frameOf(0)), { origin: 'https://other.example' })),
    ).toEqual([403, 102]);
    const ask = JSON.stringify({ key: otherKey, token });
    const answer = await post(sessions, ask, { origin: 'https://other.example' });
    expect(sessionOf(((await answer.json()) as { t: string }).t)).not.toBe(sessionOf(token));
    expect(journaled().filter((b) => b.merchant === other.id)).toEqual([]);
    // A merchant that is no longer served is out at once.
    await registry.setDisabled(fixture.merchant, true);
    expect(await statusOf(post(logs, bodyOf(token, frameOf(0))))).toEqual([401, 103]);
    await registry.setDisabled(fixture.merchant, false);
  });

  it('#73 counts a grant’s uses for its own merchant, whatever another one writes into its grants', async () => {
    const { registry } = fixture.collector;
    const origin = 'https://mallory.example';
    const mallory = await registry.createMerchant({ name: 'Mallory', origins: [origin] });
    const malloryKey = await registry.createSecretKey(mallory.id);
    const nonce = 'ab'.repeat(16);
    const ask = async (grant: string, from: string): Promise<number> =>
      (await post(sessions, JSON.stringify({ grant }), { origin: from })).status;
    for (let i = 0; i < 11; i++) await ask(grantOf(malloryKey, { nonce, origin }), origin);
    expect(await ask(grantOf(malloryKey, { nonce, origin }), origin)).toBe(401);
    expect(await ask(grantOf(fixture.secretKey, { nonce }), ORIGIN)).toBe(201);
  });

  it('#10 takes gaps, drops rewinds, refuses numbers beyond', async () => {
    const token = await fixture.open();
    const send = (batchSeq: number) => statusOf(post(logs, bodyOf(token, frameWith({ batchSeq }))));
    const before = await fixture.collector.metrics.value('gander_duplicate_batches_total');
    expect([await send(5), await send(9), await send(7), await send(5)]).toEqual([
      [202, 0],
      [202, 0],
      [202, 0],
      [202, 0],
    ]);
    expect((await fixture.collector.metrics.value('gander_duplicate_batches_total')) - before).toBe(1);
    expect(await send(2 ** 31)).toEqual([400, 121]);
    const tooBig = Buffer.from([0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0x10, 0, 0, 0, 0, 0, 1, 100, 0, 0]);
    expect(await statusOf(post(logs, bodyOf(token, tooBig)))).toEqual([400, 121]);
  });

  it('#15 a page’s word that a transaction is over closes nothing: what comes after is kept, in its place', async () => {
    const approving: number[] = [];
    encodeLog(approving, approved({}), 5, []);
    const header = {
      batchSeq: 0,
      firstLogSeq: 0,
      baseTimeMs: Date.now(),
      sentAfterMs: 5,
      transactionType: 1,
    };
    const [page, stranger] = [await fixture.openByGrant('order_15'), await fixture.openByGrant('order_15')];
    // One session of the transaction says that it was paid; were it believed, anyone could silence the others.
    expect(await statusOf(post(logs, bodyOf(stranger, encodeFrame(header, [], approving, 1))))).toEqual([
      202, 0,
    ]);
    expect(await statusOf(post(logs, bodyOf(page, frameOf(0))))).toEqual([202, 0]);
    expect(await statusOf(post(logs, bodyOf(stranger, frameOf(1, 3, 1))))).toEqual([202, 0]);
    const { journal } = fixture.collector;
    const kept = [...readJournal(journal.dir, JOURNAL_START, journal.durable)]
      .filter(({ batch }) => batch.transaction === 'order_15')
      .map(({ batch }) => [batch.session, batch.frame[0]]);
    expect(kept).toEqual([
      [sessionOf(stranger), 0],
      [sessionOf(page), 0],
      [sessionOf(stranger), 1],
    ]);
  });

  it('#16 #17 limits one address, one session, one merchant, and no other', async () => {
    const small = await startFixture({
      limits: { openIp: bucket(12), session: bucket(5), merchant: bucket(8) },
    });
    const { registry, url } = small.collector;
    const other = await registry.createMerchant({ name: 'Other', origins: ['https://other.example'] });
    const otherKey = await registry.createSiteKey(other.id);
    const first = await small.open();
    const second = await small.open();
    const otherOpened = await post(`${url}/v1/sessions`, JSON.stringify({ key: otherKey }), {
      origin: 'https://other.example',
    });
    const { t } = (await otherOpened.json()) as { t: string };
    const codes: number[] = [];
    for (let i = 0; i < 8; i++)
      codes.push((await statusOf(post(`${url}/v1/logs`, bodyOf(first, frameOf(i)))))[1]);
    expect(codes).toEqual([0, 0, 0, 0, 0, 141, 141, 141]);
    codes.length = 0;
    for (let i = 0; i < 5; i++)
      codes.push((await statusOf(post(`${url}/v1/logs`, bodyOf(second, frameOf(i)))))[1]);
    expect(codes).toEqual([0, 0, 0, 140, 140]);
    const waiting = await post(`${url}/v1/logs`, bodyOf(second, frameOf(9)));
    expect(Number(waiting.headers.get('retry-after'))).toBeGreaterThan(0);
    expect(waiting.headers.get('access-control-expose-headers')).toBe('Retry-After');
    const others = await post(`${url}/v1/logs`, bodyOf(t, frameOf(0)), { origin: 'https://other.example' });
    expect(others.status).toBe(202);
    codes.length = 0;
    for (let i = 0; i < 11; i++) {
      codes.push(
        (await statusOf(post(`${url}/v1/sessions`, JSON.stringify({ key: `gpk_${'A'.repeat(22)}` }))))[1],
      );
    }
    expect(codes.slice(0, 9)).toEqual(Array(9).fill(101));
    expect(codes.slice(9)).toEqual([143, 143]);
    await small.remove();
  });
});

describe('HTTP', () => {
  const request = (lines: readonly string[], body = '') => `${lines.join('\r\n')}\r\n\r\n${body}`;
  const usual = ['POST /v1/logs HTTP/1.1', 'host: x', 'content-type: text/plain'];

  it('#20 takes no request that two readers could read in two ways', async () => {
    const cases = {
      'a length that lies': request([...usual, 'content-length: 5'], 'G1.x.AAAAAAAAAAGET / HTTP/1.1\r\n\r\n'),
      'length and chunks': request(
        [...usual, 'content-length: 3', 'transfer-encoding: chunked'],
        '0\r\n\r\n',
      ),
      'two lengths': request([...usual, 'content-length: 3', 'content-length: 4'], 'abcd'),
      xchunked: request([...usual, 'transfer-encoding: xchunked'], '0\r\n\r\n'),
      'bare line feeds': 'POST /v1/logs HTTP/1.1\nhost: x\ncontent-length: 0\n\n',
      'a folded header': request([...usual, 'x-a: 1\r\n 2', 'content-length: 0']),
      'a NUL in a header': request([...usual, 'x-a: \u0000', 'content-length: 0']),
      'twenty kilobytes of header': request([...usual, `x-a: ${'a'.repeat(20_000)}`, 'content-length: 0']),
      'no host': request(['POST /v1/logs HTTP/1.1', 'content-length: 0']),
      'a space before the colon': request([...usual, 'content-length : 3'], 'abc'),
    };
    const { metrics } = fixture.collector;
    const refused = (reason: string) => metrics.value('gander_refused_connections_total', { reason });
    const before = [await refused('malformed'), await refused('headers_too_large')];
    for (const [name, text] of Object.entries(cases)) {
      const answers = [...(await sendRaw(logs, text, 1_500)).matchAll(/HTTP\/1\.1 ([0-9]{3})/g)].map((m) =>
        Number(m[1]),
      );
      expect(answers.length, name).toBeGreaterThan(0);
      for (const status of answers) expect([400, 408, 415, 431], name).toContain(status);
    }
    // None of them is a request that a route could count.
    expect(await refused('malformed')).toBeGreaterThanOrEqual(before[0]! + 6);
    const malformed = await refused('malformed');
    const gone = connect(Number(new URL(logs).port), new URL(logs).hostname);
    gone.end(`${request([...usual, 'content-length: 500'])}G1`);
    await new Promise((resolve) => gone.on('close', resolve).resume());
    expect([await refused('incomplete'), await refused('malformed')]).toEqual([1, malformed]);
    expect(await refused('headers_too_large')).toBe(before[1]! + 1);
  });

  it('#21 closes those who dawdle, while others are served', { timeout: 30_000 }, async () => {
    const token = await fixture.open();
    const slow = [
      ...Array.from({ length: 100 }, () =>
        sendRaw(logs, 'POST /v1/logs HTTP/1.1\r\nhost: x\r\nx-slow: ', 10_000),
      ),
      ...Array.from({ length: 100 }, () =>
        sendRaw(logs, `${request([...usual, 'content-length: 500'])}G1`, 10_000),
      ),
      ...Array.from({ length: 20 }, () =>
        sendRaw(logs, request([...usual, 'content-length: 9', 'expect: 100-continue']), 10_000),
      ),
      ...Array.from({ length: 20 }, () => sendRaw(logs, '', 10_000)),
    ];
    for (let i = 0; i < 50; i++) expect((await fixture.send(token, i)).status).toBe(202);
    const answers = await Promise.all(slow);
    for (const answer of answers)
      expect(answer.replace('HTTP/1.1 100 Continue\r\n\r\n', '')).toMatch(/^(HTTP\/1\.1 408|$)/);
    const counted = { reason: 'timeout' };
    expect(
      await fixture.collector.metrics.value('gander_refused_connections_total', counted),
    ).toBeGreaterThanOrEqual(220);
  });

  it('#75 lets idle connections give way where there are as many as it takes', async () => {
    const small = await startFixture({ http: { maxConnections: 20 } });
    const url = new URL(small.collector.url);
    const held = await Promise.all(
      Array.from(
        { length: 20 },
        () =>
          new Promise<Socket>((resolve) => {
            const socket = connect(Number(url.port), url.hostname);
            socket.on('error', () => undefined).once('data', () => resolve(socket));
            socket.write('GET /healthz HTTP/1.1\r\nhost: x\r\n\r\n');
          }),
      ),
    );
    const get = () =>
      sendRaw(small.collector.url, 'GET /healthz HTTP/1.1\r\nhost: x\r\nconnection: close\r\n\r\n');
    expect(await get()).toBe('');
    let answer = '';
    for (let i = 0; i < 50 && answer === ''; i++) answer = await get();
    expect(answer).toContain('200 OK');
    expect(
      await small.collector.metrics.value('gander_refused_connections_total', { reason: 'too_many' }),
    ).toBeGreaterThan(0);
    for (const socket of held) socket.destroy();
    await small.remove();
  });

  it('#39 logs nothing of a request, whatever is in it', async () => {
    const forged = '{"level":60,"msg":"forged"}';
    await sendRaw(
      logs,
      request([...usual, `user-agent: \u001b[31m${forged}`, `referer: ${forged}`, 'content-length: 1'], 'x'),
      800,
    );
    await sendRaw(logs, request([...usual, `user-agent: a\r\n${forged}: 1`, 'content-length: 1'], 'x'), 800);
    await post(`${fixture.collector.url}/${encodeURIComponent(forged)}`, forged, { 'user-agent': forged });
    expect(fixture.logged.join('')).not.toContain('forged');
    for (const line of fixture.logged) {
      expect(line.endsWith('\n') && !line.slice(0, -1).includes('\n')).toBe(true);
      JSON.parse(line);
    }
  });
});

describe('bodies', () => {
  const ask = (body: string | Uint8Array<ArrayBuffer>) => statusOf(post(sessions, body));

  it('#27 #29 #33 #34 takes no other JSON than its own', async () => {
    const { siteKey: key } = fixture;
    expect(await ask('['.repeat(4_000))).toEqual([400, 124]);
    expect(await ask('['.repeat(32_768))).toEqual([413, 113]);
    for (const type of [
      '1e999',
      'NaN',
      '-1',
      '1.5',
      '9007199254740993',
      `1${'0'.repeat(3_000)}`,
      '"12"',
      'true',
      'null',
      '[1]',
    ]) {
      expect(await ask(`{"key":"${key}","type":${type}}`), type).toEqual([400, 124]);
    }
    expect((await post(sessions, `{"key":"${key}","type":-0}`)).status).toBe(201);
    for (const word of [
      '\ud800',
      '\u0000',
      '\u202e',
      '😀',
      'e\u0301',
      '\u200b',
      '../../',
      'a/b',
      'dt=2020',
      '%2e',
      'a'.repeat(300),
      '',
    ]) {
      expect(await ask(JSON.stringify({ key, transaction: word })), word).toEqual([400, 124]);
    }
    const text = Buffer.from(`{"key":"${key}","transaction":"ab"}`);
    const utf16 = Buffer.from(text.toString(), 'utf16le');
    const broken = Buffer.from(text.toString().replace('ab', '\u00ff'), 'latin1');
    const overlong = Buffer.from(text.toString('latin1').replace('ab', '\u00c1\u0081'), 'latin1');
    for (const bytes of [utf16, broken, overlong])
      expect(await ask(new Uint8Array(bytes))).toEqual([400, 124]);
  });

  it('#31 #32 #37 #41 takes no label but of its own form', async () => {
    const token = await fixture.open();
    const words = [
      '=cmd|1',
      '@SUM',
      '+1',
      'a\tb',
      '<img onerror>',
      'javascript:',
      '</script>',
      '$(x)',
      'Ä',
      '\u0000',
      'A',
      '1234567',
    ];
    for (const word of [...words, `${'a'.repeat(39)}!`]) {
      const frame = encodeFrame(header, [word], [300, 0, 0], 1);
      expect(await statusOf(post(logs, bodyOf(token, frame))), word).toEqual([400, 123]);
    }
    // 16 KB that no pattern of ours may stumble over.
    for (const unit of ['1', '1-', 'A', '.', 'G1.', '0/']) {
      expect((await post(logs, `G1.${token}.${unit.repeat(16_000 / unit.length)}`)).status).toBeLessThan(500);
    }
  });

  it('#35 keeps codes it does not know', async () => {
    const token = await fixture.open();
    expect(await statusOf(post(logs, bodyOf(token, frameWith({}, [999, 1, 2, 3]))))).toEqual([202, 0]);
    expect(
      await statusOf(
        post(
          logs,
          bodyOf(token, frameWith({ batchSeq: 1 }, focus({ field: 255, field_no: 0, visit: 0, via: 0 }))),
        ),
      ),
    ).toEqual([202, 0]);
  });

  it('#36 keeps logs whatever the device’s clock says, by its own time of receipt', async () => {
    const token = await fixture.open();
    const times = [
      0,
      2 ** 31,
      Date.now() + 86_400_000,
      Date.now() - 10 * 365 * 86_400_000,
      9_999_999_999_999,
    ];
    for (const [batchSeq, baseTimeMs] of times.entries()) {
      expect(await statusOf(post(logs, bodyOf(token, frameWith({ batchSeq, baseTimeMs }))))).toEqual([
        202, 0,
      ]);
    }
    expect(
      await statusOf(post(logs, bodyOf(token, frameWith({ batchSeq: 9 }, [300], 31_536_000_001)))),
    ).toEqual([202, 0]);
    const received = journaled()
      .filter((b) => b.session === sessionOf(token))
      .map((b) => b.receivedMs);
    for (const ms of received) expect(Math.abs(ms - Date.now())).toBeLessThan(60_000);
  });

  it('#38 keeps a thousand transactions in as few files as one', async () => {
    const tokens = await Promise.all(
      Array.from({ length: 100 }, (_, i) => fixture.open({ transaction: `bomb_${i}` })),
    );
    await Promise.all(tokens.map((t) => fixture.send(t, 0, 1)));
    const before = fixture.collector.landing.status().objects;
    await fixture.collector.landing.flush();
    expect(fixture.collector.landing.status().objects - before).toBeLessThanOrEqual(2);
  });
});

it('keeps its word about origins of other merchants', async () => {
  expect((await post(logs, 'x', { origin: ORIGIN })).headers.get('access-control-allow-origin')).toBe(ORIGIN);
  expect(
    (await post(logs, 'x', { origin: 'https://stranger.example' })).headers.get(
      'access-control-allow-origin',
    ),
  ).toBeNull();
});
