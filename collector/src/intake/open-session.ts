import { createHash, randomBytes } from 'node:crypto';
import { MAX_BODY_BYTES, MAX_LOGS } from '@gander/log-codes';
import type { Config } from '../config.ts';
import type { Metrics } from '../metrics.ts';
import type { Merchant, Registry } from '../registry/registry.ts';
import { type Answer, refuse } from './answer.ts';
import type { Clock } from './clock.ts';
import { type GrantUses, verifyGrant } from './grants.ts';
import type { IntakeRequest } from './intake-request.ts';
import type { Limiter } from './limiter.ts';
import type { Limits } from './limits.ts';
import { parseSessionRequest } from './session-request.ts';
import { originHash, type TokenFields, type Tokens } from './token.ts';
import type { TokenTimes } from './token-times.ts';

export interface OpenSessionOptions {
  readonly config: Config;
  readonly registry: Registry;
  readonly tokens: Tokens;
  readonly times: TokenTimes;
  readonly limits: Limits;
  readonly grantUses: GrantUses;
  readonly metrics: Metrics;
  readonly clock: Clock;
}

/** Who may open a session, for which transaction. */
interface Proof {
  readonly merchant: Merchant;
  readonly assurance: 1 | 2;
  readonly transaction: string | undefined;
}

/**
 * The session of a page visit, 32 hex digits: whoever asks for it again, as another tab does with what a dead one left, gets the same, and what
 * is sent twice is known. Of this merchant and origin alone; random where the visit has no name.
 */
const sessionOfVisit = (visit: string | undefined, merchant: string, originHash: string): string =>
  visit === undefined
    ? randomBytes(16).toString('hex')
    : createHash('sha256')
        .update(`gander-visit-1\n${merchant}\n${originHash}\n${visit}`)
        .digest('hex')
        .slice(0, 32);

/** Swaps a site key (A1) or a grant (A2) for a session token. */
export const createOpenSession = (
  options: OpenSessionOptions,
): ((call: IntakeRequest) => Promise<Answer>) => {
  const { config, registry, tokens, times, limits, grantUses, metrics, clock } = options;
  const { grantSeconds, grantUses: maxUses, ttlSeconds } = config.tokens;

  const over = async (limiter: Limiter, key: string, merchant?: string): Promise<Answer | undefined> => {
    const retryAfter = await limiter.take(key);
    return retryAfter > 0 ? refuse('limit_key', { merchant, readable: true, retryAfter }) : undefined;
  };

  const bySiteKey = async (
    key: string,
    transaction: string | undefined,
    origin: string | undefined,
  ): Promise<Proof | Answer> => {
    const merchant = registry.merchantOfSiteKey(key);
    if (!merchant) return refuse('unknown_key', { readable: known(origin) });
    // Without an Origin a site key proves nothing at all: it is printed on every page.
    if (origin === undefined || !merchant.origins.has(origin))
      return refuse('wrong_origin', { merchant: merchant.id });
    return (await over(limits.openKey, key, merchant.id)) ?? { merchant, assurance: 1, transaction };
  };

  const byGrant = async (text: string, origin: string | undefined): Promise<Proof | Answer> => {
    const grant = verifyGrant(registry, text);
    const merchant = grant && registry.merchant(grant.merchant);
    if (!merchant) return refuse('bad_grant', { readable: known(origin) });
    const { id } = merchant;
    if (!merchant.origins.has(grant.origin) || (origin !== undefined && origin !== grant.origin)) {
      return refuse('wrong_origin', { merchant: id });
    }
    if (Math.abs(clock.now() / 1_000 - grant.issuedAt) > grantSeconds) {
      return refuse('expired_grant', { merchant: id, readable: true });
    }
    const refused = await over(limits.openGrant, id, id);
    if (refused) return refused;
    // Of this merchant alone: another one can write the same nonce into grants of its own.
    if ((await grantUses.use(`${id}:${grant.nonce}`, grantSeconds * 2)) > maxUses) {
      return refuse('used_grant', { merchant: id, readable: true });
    }
    return { merchant, assurance: 2, transaction: grant.transaction };
  };

  const known = (origin: string | undefined): boolean =>
    origin !== undefined && registry.isKnownOrigin(origin);

  /** The session that a current token names, when it is of this merchant and origin and not over. */
  const sessionOf = (text: string | undefined, merchant: Merchant, hash: string): TokenFields | undefined => {
    const token = text === undefined ? undefined : tokens.verify(text);
    if (token?.merchant !== merchant.id || token.originHash !== hash) return;
    return times.ageOf(token) === 'early' || !times.next(token) ? undefined : token;
  };

  return async ({ body, origin, ip }) => {
    const request = parseSessionRequest(body);
    if (request === 'card_number') return refuse('card_number', { readable: known(origin) });
    if (!request) return refuse('bad_session_request', { readable: known(origin) });
    const refused = await over(limits.openIp, ip);
    if (refused) return { ...refused, readable: known(origin) };
    const proof =
      'grant' in request
        ? await byGrant(request.grant, origin)
        : await bySiteKey(request.key, request.transaction, origin);
    if ('status' in proof) return proof;
    const hash = originHash(origin);
    const current = sessionOf(request.token, proof.merchant, hash);
    const session = current?.session ?? sessionOfVisit(request.visit, proof.merchant.id, hash);
    const t = tokens.mint({
      merchant: proof.merchant.id,
      session,
      transaction: proof.transaction ?? `~${session}`,
      assurance: proof.assurance,
      originHash: hash,
      ...times.next(current)!,
    });
    metrics.count('gander_opened_sessions_total', 1, { assurance: String(proof.assurance) });
    const answer = {
      t,
      now: clock.now(),
      ttl: ttlSeconds,
      limits: { batch_bytes: MAX_BODY_BYTES, logs: MAX_LOGS },
    };
    return { status: 201, body: JSON.stringify(answer), merchant: proof.merchant.id, readable: true };
  };
};
