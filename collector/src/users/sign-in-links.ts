import { createHash, randomBytes } from 'node:crypto';
import type { BetterAuthPlugin } from 'better-auth';
import { APIError, createAuthEndpoint } from 'better-auth/api';
import { setSessionCookie } from 'better-auth/cookies';
import { z } from 'zod';
import type { OpenLink } from './open-link.ts';

/** Begins the name under which a link's word is kept. */
export const LINK_IDENTIFIER = 'sign-in-link:';

/** Only the hash of a link's token is stored: who reads the database cannot sign in with it. */
const identifierOf = (token: string): string =>
  LINK_IDENTIFIER + createHash('sha256').update(token).digest('base64url');

/** A new token, 256 random bits, and the name under which its word is kept. */
export const newLinkToken = (): { token: string; identifier: string } => {
  const token = randomBytes(32).toString('base64url');
  return { token, identifier: identifierOf(token) };
};

/**
 * Adds `POST /sign-in/link` to better-auth: a link's token, usable once, is swapped for a session, or accepts an invitation for who is
 * signed in. 401: it does neither; 403: its account must be signed in to first, and the link stays as it is.
 */
export const signInLinks = (open: OpenLink): BetterAuthPlugin => ({
  id: 'sign-in-links',
  endpoints: {
    signInLink: createAuthEndpoint(
      '/sign-in/link',
      { method: 'POST', body: z.object({ token: z.string().max(64) }), requireHeaders: true },
      async (ctx) => {
        const { internalAdapter } = ctx.context;
        const identifier = identifierOf(ctx.body.token);
        const link = await internalAdapter.findVerificationValue(identifier);
        if (!link || link.expiresAt <= new Date()) throw new APIError('UNAUTHORIZED');
        const opened = await open(
          link.value,
          ctx.headers,
          async () => (await internalAdapter.consumeVerificationValue(identifier)) !== null,
        );
        if (opened === 'sign_in_first') throw new APIError('FORBIDDEN');
        const user = opened ? await internalAdapter.findUserById(opened.userId) : null;
        if (!opened || !user) throw new APIError('UNAUTHORIZED');
        if (opened.enters)
          await setSessionCookie(ctx, { session: await internalAdapter.createSession(user.id), user });
        return ctx.json({ ok: true });
      },
    ),
  },
});
