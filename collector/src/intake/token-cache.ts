import type { Tokens, VerifiedToken } from './token.ts';

/** A verified token, with the origin that was seen to match it. */
export interface CachedToken extends VerifiedToken {
  matchedOrigin?: string | undefined;
}

/** Remembers verified tokens, since one comes with every batch of its session. Forged ones are not remembered. */
export interface TokenCache {
  get(text: string): CachedToken | undefined;
}

/**
 * Two generations instead of a linked list: a hit in the old one moves to the young one; when that is full, the old one goes.
 * @param onMiss told of each MAC computed
 * @param half tokens of one generation
 */
export const createTokenCache = (tokens: Tokens, onMiss: () => void, half = 10_000): TokenCache => {
  let young = new Map<string, CachedToken>();
  let old = new Map<string, CachedToken>();
  return {
    get: (text) => {
      const hit = young.get(text);
      if (hit) return tokens.isLive(hit.period) ? hit : undefined;
      let token = old.get(text);
      if (!token) {
        onMiss();
        token = tokens.verify(text);
        if (!token) return;
      }
      if (young.size >= half) {
        old = young;
        young = new Map();
      }
      young.set(text, token);
      return tokens.isLive(token.period) ? token : undefined;
    },
  };
};
