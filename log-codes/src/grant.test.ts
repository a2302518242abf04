import { expect, it } from 'vitest';
import { type GrantFields, grantMessage, parseGrantMessage } from './grant.ts';

const grant: GrantFields = {
  keyId: '0a1b2c3d',
  merchant: '00112233445566ff',
  transaction: 'order_1',
  transactionType: 1,
  origin: 'https://shop.example',
  issuedAt: 1_700_000_000,
  nonce: '00112233445566778899aabbccddeeff',
};

it('comes back as it was written', () => {
  expect(parseGrantMessage(grantMessage(grant))).toEqual(grant);
});

it.each([
  ['other header', grantMessage(grant).replace('grant-1', 'grant-2')],
  ['ninth line', `${grantMessage(grant)}\nx`],
  ['missing line', grantMessage(grant).split('\n').slice(0, 7).join('\n')],
  ['path in the origin', grantMessage({ ...grant, origin: 'https://shop.example/x' })],
  ['card number as reference', grantMessage({ ...grant, transaction: '4242424242424242' })],
  ['type 10', grantMessage({ ...grant, transactionType: 10 })],
  ['upper-case nonce', grantMessage({ ...grant, nonce: grant.nonce.toUpperCase() })],
])('refuses: %s', (_, text) => {
  expect(parseGrantMessage(text)).toBeUndefined();
});
