import { readFileSync } from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { setUpChromium } from './leaks/chromium-stage.ts';

/** The policy that docs/sdk.md shows, and what goes wrong with a page when a part of it is missing. */
const [, POLICY] = /^Content-Security-Policy: (.*)$/m.exec(
  readFileSync(join(import.meta.dirname, '../../docs/sdk.md'), 'utf8'),
)!;
const NONCE = 'r4nd0m';

const stage = setUpChromium();
let shop: Awaited<ReturnType<typeof startShop>>;

/** A shop whose one page has this policy, and a script of its own that pays. */
const startShop = async (collector: string) => {
  let policy = '';
  let nonce = NONCE;
  const server = createServer((_, response) => {
    response.writeHead(200, { 'content-type': 'text/html', 'content-security-policy': policy });
    response.end(`<!doctype html><title>Checkout</title>
      <script nonce="${NONCE}">
        window.violations = [];
        document.addEventListener('securitypolicyviolation', (e) => violations.push(e.effectiveDirective));
      </script>
      <script async nonce="${nonce}" src="${collector}/sdk/gander.min.js" data-key="gpk_csp" data-page="checkout"></script>
      <form><input name="coupon"><button data-gander-pay>Pay</button></form>
      <script nonce="${NONCE}">
        document.querySelector('form').addEventListener('submit', (e) => { e.preventDefault(); window.paid = true; });
      </script>`);
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return {
    url: `http://localhost:${(server.address() as AddressInfo).port}/`,
    /** @param forSdk nonce of the SDK's tag */
    use(next: string, forSdk = NONCE) {
      nonce = forSdk;
      policy = next.replace('nonce-…', `nonce-${NONCE}`).replace('https://collect.shop.example', collector);
    },
    close: () => new Promise((resolve) => server.close(resolve)),
  };
};

/** Types, pays and leaves. */
const checkOut = async () => {
  const { browser, stub } = stage;
  const page = await (await browser.newContext()).newPage();
  const errors: string[] = [];
  page.on('pageerror', (error) => errors.push(error.message));
  const before = stub.outlets.length;
  await page.goto(shop.url, { waitUntil: 'load' });
  await page.click('[name=coupon]');
  await page.keyboard.type('SPRING');
  await page.waitForTimeout(300);
  await page.click('button');
  const paid = await page.evaluate('window.paid');
  const violations = (await page.evaluate('window.violations')) as string[];
  const runs = await page.evaluate('Boolean(window.gander)');
  await page.context().close();
  const sent = stub.outlets.slice(before).map(({ where }) => where);
  return { errors, paid, violations, runs, sent };
};

beforeAll(async () => {
  shop = await startShop(stage.stub.collector);
});
afterAll(async () => {
  await shop?.close();
});

test('works under the policy of the guide, with Trusted Types, and violates none of it', async () => {
  shop.use(POLICY!);
  const { errors, paid, violations, runs, sent } = await checkOut();
  expect({ errors, paid, violations, runs }).toEqual({ errors: [], paid: true, violations: [], runs: true });
  expect(sent).toContain('POST /v1/sessions head');
  expect(sent).toContain('POST /v1/logs head');
});

test.each([
  ['connect-src is missing: nothing is sent', POLICY!.replace(/connect-src [^;]*;/, ''), NONCE, true],
  ['the nonce is not that of the policy: it does not run', POLICY!, 'another', false],
])('the page pays without an error where %s', async (_, policy, nonce, runs) => {
  shop.use(policy, nonce);
  const outcome = await checkOut();
  expect(outcome).toMatchObject({ errors: [], paid: true, runs });
  expect(outcome.violations.length).toBeGreaterThan(0);
  expect(outcome.sent.filter((where) => where.startsWith('POST'))).toEqual([]);
});

test('the page pays without an error where it may load and send, but not store or frame', async () => {
  shop.use(`${POLICY!}; sandbox allow-scripts allow-forms`);
  const { errors, paid, runs } = await checkOut();
  expect({ errors, paid, runs }).toEqual({ errors: [], paid: true, runs: true });
});
