import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { parseGrantMessage } from '@gander/log-codes/grant';
import { expect, it } from 'vitest';
import { TYPES } from '../options.ts';
import { createGrant } from './server.ts';

const docs = join(import.meta.dirname, '../../../docs');
const vectors: {
  secretKey: string;
  transaction: string;
  type: number;
  origin: string;
  now: number;
  nonce: string;
  grant: string;
}[] = JSON.parse(readFileSync(join(docs, 'grant-vectors.json'), 'utf8'));
const [first] = vectors;

it.each(vectors)('makes the grant of the test vector for $transaction', ({ type, now, grant, ...rest }) => {
  expect(createGrant({ ...rest, transactionType: TYPES[type], now: now * 1_000 })).toBe(grant);
});

it('makes a new grant each time, for now', () => {
  const { secretKey, transaction, origin } = first!;
  const make = (): string => createGrant({ secretKey, transaction, origin });
  const message = parseGrantMessage(Buffer.from(make().split('.')[1]!, 'base64url').toString())!;
  expect(Math.abs(message.issuedAt - Date.now() / 1_000)).toBeLessThan(60);
  expect(make()).not.toBe(make());
});

it.each([
  ['a card number as reference', { transaction: '4242424242424242' }],
  ['a path in the origin', { origin: 'https://shop.example/checkout' }],
  ['a publishable key', { secretKey: 'gpk_0123456789abcdef012345' }],
  ['an unknown type', { transactionType: 'cash' as never }],
])('refuses %s without saying it back', (_, wrong) => {
  const { secretKey, transaction, origin } = first!;
  const make = (): string => createGrant({ secretKey, transaction, origin, ...wrong });
  expect(make).toThrow(TypeError);
  for (const value of Object.values(wrong)) expect(make).not.toThrow(value);
});
