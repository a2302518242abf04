import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { encodeFrame } from '@gander/log-codes/encode';
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
import { sendRaw } from './raw-http.ts';

let fixture: CollectorFixture;
let logs: string;
let sessions: string;
beforeAll(async () => {
  fixture = await startFixture();
  logs = `${fixture.collector.url}/v1/logs`;
  sessions = `${fixture.collector.url}/v1/sessions`;
});
afterAll(() => fixture.remove());

const refused = async (response: Response, status: number, code: number): Promise<void> => {
  const text = await response.text();
  expect({ status: response.status, e: (JSON.parse(text) as { e: number }).e }).toEqual({ status, e: code });
  expect(text.length).toBeLessThanOrEqual(120);
};

describe('answers through a real socket', () => {
  it('opens a session and takes its batches', async () => {
    const response = await post(
      sessions,
      JSON.stringify({ key: fixture.siteKey, transaction: 'order_1', type: 1 }),
    );
    expect(response.status).toBe(201);
    expect(response.headers.get('access-control-allow-origin')).toBe(ORIGIN);
    const answer = (await response.json()) as { t: string };
    expect(answer).toMatchObject({ ttl: 900, limits: { batch_bytes: 16_384, logs: 500 } });
    expect(answer.t.length).toBeLessThanOrEqual(132);
    const stored = await fixture.send(answer.t, 0);
    expect([stored.status, await stored.text()]).toEqual([202, '']);
    expect(stored.headers.get('access-control-allow-origin')).toBe(ORIGIN);
  });

  it('#9 stores a resent batch once', async () => {
    const token = await fixture.open();
    const before = await fixture.collector.metrics.value('gander_journal_batches_total');
    const body = bodyOf(token, frameOf(0));
    const answers = await Promise.all(Array.from({ length: 20 }, () => post(logs, body)));
    answers.push(await post(logs, body));
    expect(new Set(answers.map((a) => a.status))).toEqual(new Set([202]));
    expect((await fixture.collector.metrics.value('gander_journal_batches_total')) - before).toBe(1);
  });

  it('#5 #13 refuses forged tokens: each bit of one', async () => {
    const token = Buffer.from(await fixture.open({ transaction: 'order_77' }), 'base64url');
    const frame = frameOf(0, 1);
    const bits = Array.from({ length: token.length * 8 }, (_, bit) => bit);
    for (let at = 0; at < bits.length; at += 50) {
      await Promise.all(
        bits.slice(at, at + 50).map(async (bit) => {
          const forged = Buffer.from(token);
          forged[bit >> 3]! ^= 1 << (bit & 7);
          await refused(await post(logs, bodyOf(forged.toString('base64url'), frame)), 401, 103);
        }),
      );
    }
    for (const text of ['', 'x', 'eyJhbGciOiJub25lIn0.e30', '../../etc', 'A'.repeat(147)]) {
      const response = await post(logs, `G1.${text}.AAAA`);
      expect(response.status, text).toBe(401);
    }
  });

  it('#2 #25 refuses origins that are not the merchant’s, and lets them read nothing', async () => {
    const token = await fixture.open();
    const body = bodyOf(token, frameOf(0));
    for (const origin of [
      'https://shop.example.evil.io',
      'http://shop.example',
      'https://shop.example:8443',
      'https://shop.example.',
      'https://xn--shp-tna.example',
      'null',
    ]) {
      const wrong = await post(logs, body, { origin });
      expect(wrong.headers.get('access-control-allow-origin'), origin).toBeNull();
      await refused(wrong, 403, 102);
      const closed = await post(sessions, JSON.stringify({ key: fixture.siteKey }), { origin });
      expect(closed.headers.get('access-control-allow-origin'), origin).toBeNull();
      await refused(closed, 403, 102);
      const preflight = await fetch(logs, { method: 'OPTIONS', headers: { origin } });
      expect(preflight.headers.get('access-control-allow-origin'), origin).toBeNull();
    }
    const preflight = await fetch(logs, { method: 'OPTIONS', headers: { origin: ORIGIN } });
    expect(preflight.headers.get('access-control-allow-origin')).toBe(ORIGIN);
  });

  it('#28 refuses garbage frames', async () => {
    const token = await fixture.open();
    await refused(await post(logs, `G1.${token}.`), 400, 121);
    await refused(await post(logs, `G1.${token}.AAAA`), 400, 121);
    await refused(await post(logs, `G1.${token}.!!!!`), 400, 121);
    await refused(await post(logs, `G2.${token}.AAAA`), 400, 120);
    await refused(await post(logs, ''), 400, 120);
    await refused(await post(logs, bodyOf(token, Buffer.concat([frameOf(0), Buffer.of(0)]))), 400, 121);
    await refused(await post(logs, bodyOf(token, frameOf(0, 501))), 400, 122);
  });

  it('#40 refuses a card number wherever text can stand, and keeps nothing of it', async () => {
    const token = await fixture.open();
    const label = '4242-4242-4242-4242';
    const header = { batchSeq: 0, firstLogSeq: 0, baseTimeMs: 1, sentAfterMs: 0, transactionType: 1 };
    await refused(await post(logs, bodyOf(token, encodeFrame(header, [label], [300, 0, 0], 1))), 422, 131);
    await refused(
      await post(sessions, JSON.stringify({ key: fixture.siteKey, transaction: '4242424242424242' })),
      422,
      131,
    );
    expect(fixture.logged.join('')).not.toContain('4242');
  });

  it('#19 refuses too large bodies, by their length or by counting', async () => {
    await refused(await post(logs, 'G1.'.padEnd(16_385, 'A')), 413, 113);
    expect((await post(logs, 'G1.'.padEnd(16_384, 'A'))).status).toBe(400);
    const stream = new ReadableStream<Uint8Array>({
      pull: (controller) => {
        controller.enqueue(new Uint8Array(1_000).fill(65));
      },
    });
    const chunked = await fetch(logs, {
      method: 'POST',
      body: stream,
      duplex: 'half',
      headers: { 'content-type': 'text/plain', origin: ORIGIN },
    } as RequestInit & { duplex: 'half' });
    await refused(chunked, 413, 113);
  });

  it('#22 #23 #24 refuses other content types, encodings, methods and paths', async () => {
    await refused(await post(logs, 'x', { 'content-type': 'application/json' }), 415, 111);
    await refused(await post(logs, 'x', { 'content-type': 'text/plainish' }), 415, 111);
    for (const encoding of ['br', 'gzip', 'deflate', 'gzip, gzip', 'identity']) {
      await refused(await post(logs, 'x', { 'content-encoding': encoding }), 415, 112);
    }
    for (const method of ['GET', 'PUT', 'DELETE', 'PATCH'])
      await refused(await fetch(logs, { method }), 405, 110);
    await refused(await fetch(`${fixture.collector.url}/v1/logs/..%2fx`), 404, 100);
    await refused(await fetch(`${fixture.collector.url}/nowhere`), 404, 100);
  });

  it('#1 #26 #30 refuses unknown keys and bad session requests', async () => {
    await refused(await post(sessions, JSON.stringify({ key: `gpk_${'A'.repeat(22)}` })), 401, 101);
    for (const body of [
      '',
      '{}',
      '[]',
      'null',
      '{"key":1}',
      JSON.stringify({ key: fixture.siteKey, more: 1 }),
      JSON.stringify({ key: fixture.siteKey, type: 10 }),
      JSON.stringify({ key: fixture.siteKey, transaction: 'a b' }),
      `{"key":"${fixture.siteKey}","key":"${fixture.siteKey}"}`,
      `{"key":"${fixture.siteKey}","__proto__":{"x":1}}`,
      `\ufeff{"key":"${fixture.siteKey}"}`,
    ]) {
      await refused(await post(sessions, body), 400, 124);
    }
    expect(({} as { x?: unknown }).x).toBeUndefined();
  });

  it('swaps a grant for a token of its transaction, within its time, origin and uses', async () => {
    const ask = (grant: string, headers = {}) => post(sessions, JSON.stringify({ grant }), headers);
    const grant = grantOf(fixture.secretKey);
    for (let i = 0; i < 10; i++) expect((await ask(grant)).status).toBe(201);
    await refused(await ask(grant), 401, 109);
    await refused(await ask(grantOf(fixture.secretKey, { origin: 'https://other.example' })), 403, 102);
    await refused(await ask(grantOf(fixture.secretKey), { origin: 'https://other.example' }), 403, 102);
    const now = Math.floor(Date.now() / 1_000);
    await refused(await ask(grantOf(fixture.secretKey, { issuedAt: now - 700 })), 401, 108);
    await refused(await ask(grantOf(fixture.secretKey, { issuedAt: now + 700 })), 401, 108);
    await refused(
      await ask(grantOf(fixture.secretKey.replace(/.$/, (c) => (c === 'A' ? 'B' : 'A')))),
      401,
      106,
    );
  });

  it('keeps the session when only the transaction changes', async () => {
    const first = await fixture.open({ transaction: 'order_1' });
    const second = await fixture.open({ transaction: 'order_2', token: first });
    const session = (token: string) => Buffer.from(token, 'base64url').subarray(11, 27).toString('hex');
    expect(session(second)).toBe(session(first));
    expect((await fixture.send(first, 0)).status).toBe(202);
    expect((await fixture.send(second, 1)).status).toBe(202);
  });

  it('#77 opens one session for one page visit, of one merchant and origin, however often it is asked', async () => {
    const sessionOf = (token: string) => Buffer.from(token, 'base64url').subarray(11, 27).toString('hex');
    const open = async (body: object) => sessionOf(await fixture.open(body));
    const first = await open({ transaction: 'order_1', visit: '3k2j5h1g8f7d6' });
    expect(await open({ transaction: 'order_2', visit: '3k2j5h1g8f7d6' })).toBe(first);
    expect(await open({ visit: '3k2j5h1g8f7d7' })).not.toBe(first);
    const { registry } = fixture.collector;
    const elsewhere = 'https://elsewhere.example';
    const other = await registry.createMerchant({ name: 'Other', origins: [ORIGIN, elsewhere] });
    const asked = { key: await registry.createSiteKey(other.id), visit: '3k2j5h1g8f7d6' };
    const ofOther = await open(asked);
    const answer = await post(sessions, JSON.stringify(asked), { origin: elsewhere });
    const fromElsewhere = sessionOf(((await answer.json()) as { t: string }).t);
    expect(new Set([first, ofOther, fromElsewhere]).size).toBe(3);
    for (const visit of ['short', 'Upper-Case', 'x'.repeat(41), '', 12345678, null])
      await refused(await post(sessions, JSON.stringify({ key: fixture.siteKey, visit })), 400, 124);
  });

  it('answers for its health, its metrics and its API', async () => {
    const at = async (path: string) => (await fetch(`${fixture.collector.url}${path}`)).text();
    expect(await at('/healthz')).toBe('ok\n');
    expect(await at('/readyz')).toBe('ready\n');
    expect(await at('/metrics')).toContain('gander_received_batches_total');
    expect(JSON.parse(await at('/openapi.json'))).toMatchObject({ openapi: '3.1.0' });
    for (const name of [
      'x-forwarded-for',
      'x-forwarded-host',
      'forwarded',
      'x-real-ip',
      'via',
      'cf-connecting-ip',
    ]) {
      const headers = { [name]: '1.2.3.4' };
      expect((await fetch(`${fixture.collector.url}/metrics`, { headers })).status, name).toBe(404);
    }
  });

  it('answers a probe that speaks HTTP/1.0 and names no host', async () => {
    for (const path of ['/healthz', '/readyz'])
      expect(await sendRaw(fixture.collector.url, `GET ${path} HTTP/1.0\r\n\r\n`)).toContain('200 OK');
    for (const host of ['', 'a b', 'x/y', 'x@y', '[::1', 'x:99999'])
      expect(
        await sendRaw(
          fixture.collector.url,
          `GET /healthz HTTP/1.1\r\nhost: ${host}\r\nconnection: close\r\n\r\n`,
        ),
        host,
      ).toMatch(/^HTTP\/1\.1 (?:200|400) /);
  });

  it('takes a batch whatever stands behind its path', async () => {
    const response = await post(
      `${fixture.collector.url}/v1/logs?from=a-proxy`,
      bodyOf(await fixture.open(), frameOf(0)),
    );
    expect(response.status).toBe(202);
  });

  it('makes its keys readable to its owner only', () => {
    expect(readFileSync(join(fixture.dataDir, 'root.key'), 'utf8').length).toBe(44);
  });
});
