import { randomBytes } from 'node:crypto';
import { deriveKey } from './root-key.ts';

const SECRET_KEY = /^gsk_([0-9a-f]{8})_([0-9a-f]{16})_([A-Za-z0-9_-]{43})$/;

/** A new site key: `gpk_` and 16 random bytes. */
export const newSiteKey = (): string => `gpk_${randomBytes(16).toString('base64url')}`;

/** A new merchant id: 8 random bytes in hex. */
export const newMerchantId = (): string => randomBytes(8).toString('hex');

/** A new id of a secret key: 4 random bytes in hex. */
export const newSecretKeyId = (): string => randomBytes(4).toString('hex');

/** The whole `gsk_…` of a key id: derived, so that the database holds no secret. */
export const secretKeyOf = (rootKey: Uint8Array, merchant: string, keyId: string): string =>
  `gsk_${keyId}_${merchant}_${deriveKey(rootKey, `gander secret key|${merchant}|${keyId}`).toString('base64url')}`;

/** The key id in a `gsk_…`, or undefined when it has not that form. */
export const secretKeyIdOf = (text: string): string | undefined => SECRET_KEY.exec(text)?.[1];
