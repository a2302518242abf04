/** Grants, made by the merchant's server: `@gander/sdk/server`. */
import { createHmac, randomBytes } from 'node:crypto';
import { grantMessage, parseGrantMessage } from '@gander/log-codes/grant';
import { type TransactionOptions, TYPES } from '../options.ts';

/** What a grant vouches for. */
export interface GrantOptions {
  /** The merchant's secret key, `gsk_…`. Never let it reach a browser. */
  readonly secretKey: string;
  /** The merchant's own reference of the transaction: 1 to 40 of `A-Z a-z 0-9 _ -`, no card number. */
  readonly transaction: string;
  /** Kind of payment; default `unknown`. */
  readonly transactionType?: TransactionOptions['transactionType'];
  /** Exact origin of the checkout page, e.g. `https://shop.example`. */
  readonly origin: string;
  /** Now, ms since 1970. */
  readonly now?: number;
  /** 32 lower-case hex digits, never used before. */
  readonly nonce?: string;
}

/**
 * Makes the grant that a checkout page carries (docs/grants.md has the recipe for other languages). Good for 10 minutes.
 * @returns `gr1.<message>.<signature>` for `data-grant`
 * @throws TypeError when the key or a field is not of its form; the message names the field, never its value
 * @example createGrant({ secretKey: process.env.GANDER_SECRET_KEY, transaction: 'order_10293', transactionType: 'card', origin: 'https://shop.example' })
 */
export const createGrant = (options: GrantOptions): string => {
  const { secretKey, transaction, transactionType = 'unknown', origin, now = Date.now() } = options;
  const key = /^gsk_([0-9a-f]{8})_([0-9a-f]{16})_[\w-]{43}$/.exec(secretKey);
  if (!key) throw new TypeError('secretKey is no Gander secret key (gsk_…)');
  const message = grantMessage({
    keyId: key[1]!,
    merchant: key[2]!,
    transaction,
    transactionType: TYPES.indexOf(transactionType),
    origin,
    issuedAt: Math.floor(now / 1_000),
    nonce: options.nonce ?? randomBytes(16).toString('hex'),
  });
  if (!parseGrantMessage(message))
    throw new TypeError(
      'transaction (1 to 40 of A-Z a-z 0-9 _ -, not like a card number), transactionType, origin (no path) or nonce is not of its form',
    );
  const signature = createHmac('sha256', secretKey).update(message).digest('base64url');
  return `gr1.${Buffer.from(message).toString('base64url')}.${signature}`;
};
