import { isLabel, isTransactionReference } from '@gander/log-codes/encode';
import { createSession } from '../deliver/session.ts';
import { CONSENTS, DECLINES, type Options, TYPES } from '../options.ts';

/** What an option must be, where it is given. */
const GOOD: { readonly [Name in keyof Options]: (value: unknown) => boolean } = {
  collector: (value) => /^(https?:\/\/[^/]+)?\/*$/.test(String(value)),
  page: (value) => isLabel(String(value)),
  transaction: (value) => isTransactionReference(String(value)),
  transactionType: (value) => TYPES.includes(value as never),
  consent: (value) => CONSENTS.includes(value as never),
  outcome: (value) => ['approved', 'declined', 'abandoned'].includes(String(value)),
  declineReason: (value) => DECLINES.includes(value as never),
};

/**
 * Names of the options that are not what they must be, for the debug build to say: the SDK itself leaves them out, or does not start.
 * @example badOptions({ key: 'mine', page: 'Check out' }) // ['key or grant', 'page']
 */
export const badOptions = (options: Options): string[] => {
  const bad = Object.entries(GOOD).filter(([name, isGood]) => {
    const value = options[name as keyof Options];
    return value !== undefined && !isGood(value);
  });
  const names = bad.map(([name]) => name);
  return createSession({ key: options.key, grant: options.grant, type: 0, visit: '' })
    ? names
    : ['key or grant', ...names];
};
