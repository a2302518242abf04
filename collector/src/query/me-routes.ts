import { type Context, Hono } from 'hono';
import { z } from 'zod';
import { OIDC_PROVIDER } from '../users/create-auth.ts';
import { ALL_MERCHANTS, roleFor } from '../users/roles.ts';
import type { MeAnswer, PasskeysAnswer } from './api.ts';
import { ApiError } from './api-errors.ts';
import { writeAudit } from './audit.ts';
import type { ApiContext, ApiEnv } from './context.ts';
import { actionsOf } from './permissions.ts';
import { readBody } from './read-body.ts';

const name = z.string().trim().min(1).max(80);
const profileBody = z.strictObject({
  name,
  email: z.email().max(200),
  password: z.string().min(12).max(128).optional(),
});
const passkeyBody = z.strictObject({ name, response: z.unknown() });

/** What changes how one signs in takes a session as young as this, ms: one that was left open does not. */
const FRESH_MS = 15 * 60_000;

/** The console's page of one's account, and the same when a provider could not be connected. */
export const ACCOUNT = '/settings/account';
export const ACCOUNT_FAILED = `${ACCOUNT}?failed=oidc`;

/** Who is signed in, and how they sign in. */
export const meRoutes = (context: ApiContext): Hono<ApiEnv> => {
  const routes = new Hono<ApiEnv>();
  const { users, registry, clock } = context;
  const { passkeys } = users;

  /** @throws ApiError `sign_in_again`, unless the user has no other way in yet */
  const mustBeFresh = async (c: Context<ApiEnv>): Promise<void> => {
    const { id, session } = c.get('user');
    if (clock() - session.sinceMs > FRESH_MS && (await users.canReturn(id)))
      throw new ApiError('sign_in_again');
  };

  routes.get('/me', async (c) => {
    const { id, name: own, email, roles } = c.get('user');
    const everywhere = roles.get(ALL_MERCHANTS);
    const [hasPassword, hasOidc, canReturn] = await Promise.all([
      users.hasPassword(id),
      users.hasOidc(id),
      users.canReturn(id),
    ]);
    const answer: MeAnswer = {
      user: { id, name: own, email, hasPassword, hasOidc, canReturn },
      installation: everywhere ?? null,
      merchants: registry.merchants().flatMap((m) => {
        const role = roleFor(c.get('user'), m.id);
        return role ? [{ id: m.id, name: m.name, role, may: actionsOf(role, everywhere) }] : [];
      }),
    };
    return c.json(answer);
  });

  routes.put('/me/profile', async (c) => {
    const body = await readBody(c, profileBody);
    await mustBeFresh(c);
    const { id, session } = c.get('user');
    const taken = await users.userByEmail(body.email);
    if (taken && taken.id !== id) throw new ApiError('conflict');
    await users.setProfile(id, body, session.id);
    await writeAudit(context, c.get('user'), {
      merchant: ALL_MERCHANTS,
      action: body.password === undefined ? 'profile set' : 'password set',
    });
    return c.json({});
  });

  if (context.signIn?.oidc.issuer) {
    // The provider must vouch for the same address; from then on its `sub` signs in.
    routes.post('/me/oidc', async (c) => {
      await mustBeFresh(c);
      const body = { provider: OIDC_PROVIDER, callbackURL: ACCOUNT, errorCallbackURL: ACCOUNT_FAILED };
      const answer = await users.handle(
        new Request(new URL('/api/auth/link-social', c.req.url), {
          method: 'POST',
          headers: c.req.raw.headers,
          body: JSON.stringify(body),
        }),
      );
      if (!answer.ok) throw new ApiError('bad_request');
      await writeAudit(context, c.get('user'), {
        merchant: ALL_MERCHANTS,
        action: 'provider being connected',
      });
      const { url } = z.object({ url: z.url() }).parse(await answer.json());
      const cookies = answer.headers.getSetCookie().map((value): [string, string] => ['set-cookie', value]);
      return Response.json({ url }, { headers: cookies });
    });
  }

  routes.get('/me/passkeys', async (c) => {
    const answer: PasskeysAnswer = { passkeys: await passkeys.list(c.get('user').id) };
    return c.json(answer);
  });
  routes.post('/me/passkeys/options', async (c) => {
    await mustBeFresh(c);
    return c.json(await passkeys.registrationOptions(c.get('user')));
  });
  routes.post('/me/passkeys', async (c) => {
    const body = await readBody(c, passkeyBody);
    await mustBeFresh(c);
    if (!(await passkeys.register(c.get('user').id, body.name, body.response)))
      throw new ApiError('bad_request');
    await writeAudit(context, c.get('user'), {
      merchant: ALL_MERCHANTS,
      action: 'passkey added',
      target: body.name,
    });
    return c.json({}, 201);
  });
  routes.delete('/me/passkeys/:passkey', async (c) => {
    await mustBeFresh(c);
    if (!(await passkeys.remove(c.get('user').id, c.req.param('passkey')))) throw new ApiError('not_found');
    await writeAudit(context, c.get('user'), { merchant: ALL_MERCHANTS, action: 'passkey removed' });
    return c.json({});
  });
  return routes;
};
