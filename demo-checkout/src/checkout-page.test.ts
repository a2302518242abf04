import { expect, test } from 'vitest';
import { checkoutPage } from './checkout-page.ts';

const attributes = { grant: 'gr1.a.b', collector: 'http://127.0.0.1:7070', page: 'checkout' };
const page = checkoutPage({
  order: 'PF-ABCDEFGH',
  script: { src: 'http://127.0.0.1:7070/sdk/0.1.0/gander.min.js', integrity: 'sha384-x', attributes },
}).html;

test('has one script tag of Gander, with everything it needs', () => {
  const tags = page.match(/<script async[^>]*>/g);
  expect(tags).toHaveLength(1);
  expect(tags![0]).toContain('data-grant="gr1.a.b"');
  expect(tags![0]).toContain('data-collector="http://127.0.0.1:7070"');
  expect(tags![0]).toContain('integrity="sha384-x" crossorigin="anonymous"');
});

test('runs under its own policy: no inline script, style or handler', () => {
  expect(page).not.toMatch(/<script(?![^>]*\bsrc=)/);
  expect(page).not.toMatch(/<style|\sstyle=|\son[a-z]+=/);
});

test.each([
  ['email', 'email'],
  ['phone', 'tel'],
  ['given-name', 'shipping given-name'],
  ['postal-code', 'shipping postal-code'],
  ['password', 'new-password'],
  ['cardnumber', 'cc-number'],
  ['exp-date', 'cc-exp'],
  ['cvc', 'cc-csc'],
  ['ccname', 'cc-name'],
  ['one-time-code', 'one-time-code'],
])('the box %s says %s to autofill', (name, token) => {
  expect(page).toMatch(new RegExp(`<input[^>]*name="${name}"[^>]*autocomplete="${token}"`));
});

test('carries no secret key and no card number but the ones to try', () => {
  expect(page).not.toContain('gsk_');
});
