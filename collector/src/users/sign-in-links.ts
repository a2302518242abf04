import { createHash, randomBytes } from 'node:crypto';
import type { BetterAuthPlugin } from 'better-auth';
import { APIError, createAuthEndpoint } from 'better-auth/api';
import { setSessionCookie } from 'better-auth/cookies';
import { z } from 'zod';

const IDENTIFIER = 'sign-in-link:';

/** Only the hash of a link's token is stored: who reads the database cannot sign in with it. */
const identifierOf = (token: string): string =>
  IDENTIFIER + createHash('sha256').update(token).digest('base64url');

/** A new token, 256 random bits, and the name under which its user is kept. */
export const newLinkToken = (): { token: string; identifier: string } => {
  const token = randomBytes(32).toString('base64url');
  return { token, identifier: identifierOf(token) };
};

/** Adds `POST /sign-in/link` to better-auth: a link's token, usable once, is swapped for a session. */
export const signInLinks = (): BetterAuthPlugin => ({
  id: 'sign-in-links',
  endpoints: {
    signInLink: createAuthEndpoint(
      '/sign-in/link',
      { method: 'POST', body: z.object({ token: z.string().max(64) }) },
      async (ctx) => {
        const { internalAdapter } = ctx.context;
        const link = await internalAdapter.consumeVerificationValue(identifierOf(ctx.body.token));
        const user =
          link && link.expiresAt > new Date() ? await internalAdapter.findUserById(link.value) : null;
        if (!user) throw new APIError('UNAUTHORIZED');
        await setSessionCookie(ctx, { session: await internalAdapter.createSession(user.id), user });
        return ctx.json({ ok: true });
      },
    ),
  },
});
