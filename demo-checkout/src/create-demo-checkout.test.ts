import { describe, expect, test, vi } from 'vitest';
import { createDemoCheckout } from './create-demo-checkout.ts';

const secretKey = `gsk_0123abcd_0123456789abcdef_${'k'.repeat(43)}`;
const create = () =>
  createDemoCheckout({
    collectorUrl: 'http://127.0.0.1:7070',
    sdkUrl: 'http://127.0.0.1:7070/sdk/0.1.0/gander.min.js',
    siteKey: `gpk_${'s'.repeat(22)}`,
    secretKey,
    origin: 'http://127.0.0.1:7072',
    bankDelayMs: 0,
  });
const grantOf = (page: string) => {
  const [, message] = /data-grant="gr1\.([\w-]+)\.[\w-]+"/.exec(page)!;
  return Buffer.from(message!, 'base64url').toString().split('\n');
};
const orderOf = (page: string) => /data-order="([^"]+)"/.exec(page)![1]!;
const cookieOf = (response: Response) => response.headers.get('set-cookie')?.split(';')[0] ?? '';
const pay = (app: ReturnType<typeof create>, cookie: string, body: unknown, path = '/pay') =>
  app.request(path, {
    method: 'POST',
    headers: { cookie, 'content-type': 'application/json' },
    body: typeof body === 'string' ? body : JSON.stringify(body),
  });

describe('the page', () => {
  test('carries a new grant at each view, for its order and the shop’s origin, and no secret key', async () => {
    const app = create();
    const first = await app.request('/');
    const cookie = cookieOf(first);
    const one = await first.text();
    const two = await (await app.request('/', { headers: { cookie } })).text();
    expect(grantOf(one).slice(1, 6)).toEqual([
      '0123abcd',
      '0123456789abcdef',
      orderOf(one),
      '1',
      'http://127.0.0.1:7072',
    ]);
    expect(orderOf(two)).toBe(orderOf(one));
    expect(grantOf(two).at(-1)).not.toBe(grantOf(one).at(-1));
    expect(one + two).not.toContain(secretKey.slice(0, 12));
  });

  test('allows what Gander needs and nothing inline', async () => {
    const policy = (await create().request('/')).headers.get('content-security-policy')!;
    expect(policy).toContain("default-src 'none'");
    expect(policy).toContain("script-src 'self' http://127.0.0.1:7070;");
    expect(policy).toContain("connect-src 'self' http://127.0.0.1:7070;");
    expect(policy).not.toContain('unsafe');
  });

  test('comes with the npm package by grant or by site key, and without Gander', async () => {
    const app = create();
    expect(await (await app.request('/npm')).text()).toContain('&quot;grant&quot;:&quot;gr1.');
    expect(await (await app.request('/npm?key')).text()).toContain('&quot;key&quot;:&quot;gpk_');
    expect(await (await app.request('/plain')).text()).not.toMatch(/gander-npm|<script async/);
  });

  test('a strange order in the cookie is not taken', async () => {
    const page = await (
      await create().request('/', { headers: { cookie: 'order=4242424242424242' } })
    ).text();
    expect(orderOf(page)).toMatch(/^PF-[A-Z2-7]{8}$/);
  });
});

describe('paying', () => {
  test('approves, and the next view is another order', async () => {
    const app = create();
    const first = await app.request('/');
    const cookie = cookieOf(first);
    const order = orderOf(await first.text());
    expect(await (await pay(app, cookie, { number: '4242 4242 4242 4242' })).json()).toEqual({
      status: 'approved',
      order,
    });
    expect(orderOf(await (await app.request('/', { headers: { cookie } })).text())).not.toBe(order);
  });

  test('asks for the code, and takes none that was not asked for', async () => {
    const app = create();
    const cookie = cookieOf(await app.request('/'));
    expect((await pay(app, cookie, { code: '123456' }, '/pay/code')).status).toBe(409);
    expect(await (await pay(app, cookie, { number: '4000002500003155' })).json()).toMatchObject({
      status: 'code',
    });
    expect(await (await pay(app, cookie, { code: '000000' }, '/pay/code')).json()).toMatchObject({
      reason: 'authentication',
    });
    await pay(app, cookie, { number: '4000002500003155' });
    expect(await (await pay(app, cookie, { code: '123456' }, '/pay/code')).json()).toMatchObject({
      status: 'approved',
    });
  });

  test.each(['', '{', 'null', '[]', '7', '{"number":7}'])('declines the body %s', async (body) => {
    const app = create();
    expect(await (await pay(app, '', body)).json()).toMatchObject({ status: 'declined', reason: 'data' });
  });

  test('logs nothing', async () => {
    const spies = (['log', 'info', 'warn', 'error', 'debug'] as const).map((name) => vi.spyOn(console, name));
    const app = create();
    for (const number of ['4242424242424242', '4000000000000002', 'x']) await pay(app, '', { number });
    for (const spy of spies) expect(spy).not.toHaveBeenCalled();
    vi.restoreAllMocks();
  });
});

test.each(['..%2findex.js', '%2e%2e%2findex.js', 'index.js.map', 'nothing.css', 'checkout'])(
  'serves no %s as an asset',
  async (name) => expect((await create().request(`/assets/${name}`)).status).toBe(404),
);
