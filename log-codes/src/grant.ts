import { isTransactionReference } from './limits.ts';

/** What a merchant's server vouches for in a grant (docs/grants.md). */
export interface GrantFields {
  /** Id of the secret key: the 8 hex digits after `gsk_`. */
  readonly keyId: string;
  /** Merchant id: the 16 hex digits after that. */
  readonly merchant: string;
  /** The merchant's own reference of the transaction. */
  readonly transaction: string;
  /** Transaction type, 0 to 9. */
  readonly transactionType: number;
  /** Exact origin of the page that may use it, e.g. `https://shop.example`. */
  readonly origin: string;
  /** When it was made, whole seconds since 1970. */
  readonly issuedAt: number;
  /** 16 random bytes in hex. */
  readonly nonce: string;
}

const HEADER = 'gander-grant-1';

/**
 * The text that a grant signs: eight lines. A grant is `gr1.` base64url(text) `.` base64url(HMAC-SHA-256(secret key, text)), the
 * whole `gsk_…` string being the key. Written down so that any language can make one.
 */
export const grantMessage = (g: GrantFields): string =>
  [HEADER, g.keyId, g.merchant, g.transaction, g.transactionType, g.origin, g.issuedAt, g.nonce].join('\n');

/** Reads what {@link grantMessage} wrote; undefined when a line is missing, in excess or not of its form. */
export const parseGrantMessage = (text: string): GrantFields | undefined => {
  const [header, keyId, merchant, transaction, type, origin, issuedAt, nonce, ...rest] = text.split('\n');
  if (
    header !== HEADER ||
    rest.length > 0 ||
    !/^[0-9a-f]{8}$/.test(keyId ?? '') ||
    !/^[0-9a-f]{16}$/.test(merchant ?? '')
  )
    return;
  if (
    !isTransactionReference(transaction ?? '') ||
    !/^[0-9]$/.test(type ?? '') ||
    !/^[0-9]{10}$/.test(issuedAt ?? '')
  )
    return;
  if (!/^https?:\/\/[a-z0-9.:[\]-]{1,253}$/.test(origin ?? '') || !/^[0-9a-f]{32}$/.test(nonce ?? '')) return;
  return {
    keyId: keyId!,
    merchant: merchant!,
    transaction: transaction!,
    transactionType: Number(type),
    origin: origin!,
    issuedAt: Number(issuedAt),
    nonce: nonce!,
  };
};
