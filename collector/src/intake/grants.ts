import { createHmac, timingSafeEqual } from 'node:crypto';
import { type GrantFields, parseGrantMessage } from '@gander/log-codes/grant';
import type { Registry } from '../registry/registry.ts';

const GRANT = /^gr1\.([A-Za-z0-9_-]{40,700})\.([A-Za-z0-9_-]{43})$/;
/** Stands in where there is no such key, so that an unknown key costs the same time as a wrong MAC. */
const NO_SECRET = `gsk_${'0'.repeat(8)}_${'0'.repeat(16)}_${'A'.repeat(43)}`;

/** Reads a grant and checks its MAC; undefined when it is malformed or forged, or its key is unknown or revoked. */
export const verifyGrant = (registry: Registry, text: string): GrantFields | undefined => {
  const [, messageText, macText] = GRANT.exec(text) ?? [];
  if (!messageText || !macText) return;
  const message = Buffer.from(messageText, 'base64url');
  const fields = parseGrantMessage(message.toString('latin1'));
  if (!fields) return;
  const secret = registry.secretOf(fields.merchant, fields.keyId);
  const mac = createHmac('sha256', secret ?? NO_SECRET)
    .update(message)
    .digest();
  const given = Buffer.from(macText, 'base64url');
  return given.length === mac.length && timingSafeEqual(given, mac) && secret ? fields : undefined;
};

/** Counts how often each grant was used. */
export interface GrantUses {
  /** @param grant merchant and nonce @returns uses of the grant, with this one */
  use(grant: string, seconds: number): number | Promise<number>;
}

/** Grants remembered at most; the oldest go first, and have mostly expired. */
const MAX_GRANTS = 200_000;

/** In this process; a grant may be used that often with each collector where there are several and no Redis. */
export const createGrantUses = (monotonic: () => number): GrantUses => {
  const uses = new Map<string, { count: number; until: number }>();
  return {
    use: (grant, seconds) => {
      const now = monotonic();
      for (const [old, { until }] of uses) {
        if (until > now && uses.size < MAX_GRANTS) break;
        uses.delete(old);
      }
      const entry = uses.get(grant);
      if (entry) return ++entry.count;
      uses.set(grant, { count: 1, until: now + seconds * 1_000 });
      return 1;
    },
  };
};
