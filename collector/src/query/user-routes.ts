import { Hono } from 'hono';
import { bodyLimit } from 'hono/body-limit';
import { z } from 'zod';
import { ownsAllOf } from '../users/open-link.ts';
import { ALL_MERCHANTS, ROLES } from '../users/roles.ts';
import type { UsersAnswer } from './api.ts';
import { ApiError, errorResponse } from './api-errors.ts';
import { writeAudit } from './audit.ts';
import { type ApiContext, type ApiEnv, merchantOf } from './context.ts';
import { readBody } from './read-body.ts';

const inviteBody = z.strictObject({
  email: z.email().max(200),
  name: z.string().trim().min(1).max(80),
  role: z.enum(ROLES),
});
const roleBody = z.strictObject({ role: z.enum(ROLES).nullable() });

/** The users of a merchant: invited by a link, with a role, changed by its owners. */
export const userRoutes = (context: ApiContext): Hono<ApiEnv> => {
  const routes = new Hono<ApiEnv>();
  const { users } = context;
  const { memberships } = users;
  routes.use(bodyLimit({ maxSize: 4096, onError: () => errorResponse('too_large') }));

  const consoleUrl = (request: Request): string =>
    context.consoleUrl ?? new URL(request.headers.get('origin') ?? request.url).origin;

  routes.get('/merchants/:merchant/users', async (c) => {
    const merchant = merchantOf(context, c);
    const answer: UsersAnswer = {
      users: (await users.list(merchant)).map(({ memberships: of, ...user }) => ({
        ...user,
        ...(of[merchant] ?? of[ALL_MERCHANTS] ?? { role: 'viewer', pending: false }),
        everywhere: of[merchant] === undefined,
      })),
    };
    return c.json(answer);
  });

  routes.post('/merchants/:merchant/users', async (c) => {
    const merchant = merchantOf(context, c);
    const { email, name, role } = await readBody(c, inviteBody);
    const known = await users.userByEmail(email);
    if (known && (await memberships.of(known.id)).has(merchant)) throw new ApiError('conflict');
    const { id } = known ?? (await users.createUser({ name, email }));
    // Of a new account only this link, or the provider, is a way in. A known one may be in anybody's hands: it must accept.
    if (known) await memberships.invite(id, merchant, role);
    else await memberships.give(id, merchant, role);
    await writeAudit(context, c.get('user'), {
      merchant,
      action: known ? 'user invited' : 'user added',
      target: email,
      detail: role,
    });
    const from = { merchant, by: c.get('user').id };
    return c.json({ link: await users.createSignInLink(id, consoleUrl(c.req.raw), from), id }, 201);
  });

  routes.put('/merchants/:merchant/users/:user', async (c) => {
    const merchant = merchantOf(context, c);
    const { role } = await readBody(c, roleBody);
    const id = c.req.param('user');
    const before = (await memberships.of(id)).get(merchant);
    if (!before) throw new ApiError('not_found');
    // Nobody takes away their own key to the door.
    if (id === c.get('user').id && role !== 'owner') throw new ApiError('conflict');
    if (role) await memberships.give(id, merchant, role);
    else await memberships.take(id, merchant);
    await writeAudit(context, c.get('user'), {
      merchant,
      action: role ? 'role changed' : 'user removed',
      target: id,
      detail: `${before.role} to ${role ?? 'none'}`,
    });
    return c.json({});
  });

  routes.post('/merchants/:merchant/users/:user/link', async (c) => {
    const merchant = merchantOf(context, c);
    const id = c.req.param('user');
    const membership = (await memberships.of(id)).get(merchant);
    if (!membership) throw new ApiError('not_found');
    // Of an invitation there is always a link: what it does, is seen when it is opened.
    if (!membership.pending && !ownsAllOf(c.get('user').roles, await memberships.rolesOf(id)))
      throw new ApiError('role');
    await writeAudit(context, c.get('user'), { merchant, action: 'sign-in link made', target: id });
    const from = { merchant, by: c.get('user').id };
    return c.json({ link: await users.createSignInLink(id, consoleUrl(c.req.raw), from) }, 201);
  });

  return routes;
};
