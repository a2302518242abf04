import { randomBytes } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { basename, extname, join } from 'node:path';
import { createGrant } from '@gander/sdk/server';
import { type Context, Hono } from 'hono';
import { getCookie, setCookie } from 'hono/cookie';
import { checkoutPage } from './checkout-page.ts';
import { informationPage } from './information-page.ts';
import { answerCode, answerPayment, type PaymentAnswer } from './payment.ts';
import { securityHeaders } from './security-headers.ts';

export interface DemoCheckoutOptions {
  /** Where the collector is, e.g. `http://localhost:7070`. */
  readonly collectorUrl: string;
  /** The script tag's address, e.g. `http://localhost:7070/sdk/0.1.0/gander.min.js`. */
  readonly sdkUrl: string;
  /** Its subresource integrity, `sha384-…`. */
  readonly integrity?: string;
  /** The demo merchant's publishable key; only the page `/npm?key` uses it, the others use a grant. */
  readonly siteKey: string;
  /** The demo merchant's secret key: grants are made with it, it never reaches the page. */
  readonly secretKey: string;
  /** The shop's own origin, as a browser says it. */
  readonly origin: string;
  /** How long the pretended bank takes, in ms. */
  readonly bankDelayMs?: number;
}

const MOST_ORDERS = 1000;
const ASSETS = join(
  import.meta.dirname,
  basename(import.meta.dirname) === 'src' ? '../dist/assets' : 'assets',
);
const TYPES: Readonly<Record<string, string>> = {
  '.css': 'text/css; charset=utf-8',
  '.js': 'text/javascript; charset=utf-8',
  '.svg': 'image/svg+xml',
};

/**
 * A shop's checkout with Gander on it. It keeps orders in memory and card data nowhere: the number is looked at once, to answer.
 *
 * `GET /` has the script tag with a grant, `GET /npm` the same page with the npm package (`/npm?key`: by site key),
 * `GET /plain` the same page without Gander.
 * @example serve(createDemoCheckout({ collectorUrl, sdkUrl, siteKey, secretKey, origin: 'http://localhost:7072' }))
 */
export const createDemoCheckout = (options: DemoCheckoutOptions): Hono => {
  const { collectorUrl, sdkUrl, secretKey, siteKey, origin, bankDelayMs = 600 } = options;
  const headers = securityHeaders(collectorUrl, sdkUrl);
  const orders = createOrders();

  /** The order this browser fills in; another one once it is paid. */
  const orderOf = (c: Context): string => {
    const known = getCookie(c, 'order');
    if (known && /^PF-[A-Z2-7]{8}$/.test(known) && orders.stateOf(known) !== 'paid') return known;
    const order = orders.create();
    setCookie(c, 'order', order, { httpOnly: true, sameSite: 'Lax', path: '/' });
    return order;
  };
  const grantFor = (order: string) =>
    createGrant({ secretKey, transaction: order, transactionType: 'card', origin });

  const app = new Hono();
  app.use(async (c, next) => {
    await next();
    for (const [name, value] of Object.entries(headers)) c.header(name, value);
    // Pages are neither stored nor shared, and still come back from the back-forward cache.
    if (!c.res.headers.has('cache-control')) c.header('cache-control', 'private, no-cache');
  });

  app.get('/', (c) => {
    const order = orderOf(c);
    const attributes = { grant: grantFor(order), collector: collectorUrl, page: 'checkout' };
    const script = { src: sdkUrl, attributes, ...(options.integrity && { integrity: options.integrity }) };
    return c.html(checkoutPage({ order, script }).html);
  });
  app.get('/npm', (c) => {
    const order = orderOf(c);
    const byKey = { key: siteKey, transaction: order, transactionType: 'card' };
    const credential = c.req.query('key') === undefined ? { grant: grantFor(order) } : byKey;
    return c.html(checkoutPage({ order, npm: { ...credential, collector: collectorUrl } }).html);
  });
  app.get('/plain', (c) => c.html(checkoutPage({ order: orderOf(c) }).html));
  app.get('/delivery-and-returns', (c) => c.html(informationPage().html));

  app.post('/pay', async (c) => {
    const order = orderOf(c);
    const { number } = await bodyOf(c);
    await wait(bankDelayMs);
    return answer(c, order, answerPayment(number ?? ''));
  });
  app.post('/pay/code', async (c) => {
    const order = orderOf(c);
    const { code } = await bodyOf(c);
    await wait(bankDelayMs);
    if (orders.stateOf(order) !== 'code') return c.json({ status: 'declined', reason: 'technical' }, 409);
    return answer(c, order, answerCode(code ?? ''));
  });
  const answer = (c: Context, order: string, result: PaymentAnswer) => {
    orders.set(order, result.status === 'approved' ? 'paid' : result.status === 'code' ? 'code' : 'open');
    return c.json({ ...result, order });
  };

  app.get('/assets/:name', (c) => {
    const name = basename(c.req.param('name'));
    const type = TYPES[extname(name)];
    try {
      if (type) return c.body(readFileSync(join(ASSETS, name)), 200, { 'content-type': type });
    } catch {
      // No such file.
    }
    return c.notFound();
  });
  return app;
};

type OrderState = 'open' | 'code' | 'paid';

/** Orders in memory, the oldest forgotten first. */
const createOrders = () => {
  const states = new Map<string, OrderState>();
  return {
    create: (): string =>
      `PF-${[...randomBytes(8)].map((b) => 'ABCDEFGHIJKLMNOPQRSTUVWXYZ234567'[b % 32]).join('')}`,
    stateOf: (order: string) => states.get(order) ?? 'open',
    set: (order: string, state: OrderState) => {
      states.delete(order);
      states.set(order, state);
      if (states.size > MOST_ORDERS) states.delete(states.keys().next().value!);
    },
  };
};

/** The texts of a JSON body; anything else counts as absent. */
const bodyOf = async (c: Context): Promise<Readonly<Record<string, string>>> => {
  const body: unknown = await c.req.json().catch(() => undefined);
  if (typeof body !== 'object' || body === null) return {};
  return Object.fromEntries(Object.entries(body).filter(([, value]) => typeof value === 'string'));
};

const wait = (ms: number) => new Promise((resolve) => setTimeout(resolve, ms));
