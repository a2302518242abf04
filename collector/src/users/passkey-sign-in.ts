import type { BetterAuthPlugin } from 'better-auth';
import { APIError, createAuthEndpoint } from 'better-auth/api';
import { setSessionCookie } from 'better-auth/cookies';
import { z } from 'zod';

/** Finds whose passkey signed a challenge; undefined when it is nobody's, or the signature is not right. */
export type PasskeyCheck = (response: unknown) => Promise<string | undefined>;

/** Adds `POST /sign-in/passkey` to better-auth: the answer of an authenticator is swapped for a session. */
export const passkeySignIn = (check: PasskeyCheck): BetterAuthPlugin => ({
  id: 'passkey-sign-in',
  endpoints: {
    signInPasskey: createAuthEndpoint(
      '/sign-in/passkey',
      { method: 'POST', body: z.object({ response: z.unknown() }) },
      async (ctx) => {
        const { internalAdapter } = ctx.context;
        const userId = await check(ctx.body.response);
        const user = userId ? await internalAdapter.findUserById(userId) : null;
        if (!user) throw new APIError('UNAUTHORIZED');
        await setSessionCookie(ctx, { session: await internalAdapter.createSession(user.id), user });
        return ctx.json({ ok: true });
      },
    ),
  },
});
