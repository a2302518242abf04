import { Hono } from 'hono';
import { bodyLimit } from 'hono/body-limit';
import { z } from 'zod';
import { ALL_MERCHANTS, type ConsoleUser, covers, ROLES, roleFor } from '../users/roles.ts';
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
  routes.use(bodyLimit({ maxSize: 4096, onError: () => errorResponse('too_large') }));

  /**
   * A link signs in as that user, with all their roles: only who owns every merchant that the user can see may make one, or an owner
   * of one merchant could become the user of another.
   */
  const mayLink = async (owner: ConsoleUser, userId: string): Promise<boolean> => {
    const roles = await users.rolesOf(userId);
    return [...roles.keys()].every((merchant) =>
      merchant === ALL_MERCHANTS
        ? owner.roles.get(ALL_MERCHANTS) === 'owner'
        : covers(roleFor(owner, merchant), 'owner'),
    );
  };

  const consoleUrl = (request: Request): string =>
    context.consoleUrl ?? new URL(request.headers.get('origin') ?? request.url).origin;

  routes.get('/merchants/:merchant/users', async (c) => {
    const merchant = merchantOf(context, c);
    const answer: UsersAnswer = {
      users: (await users.list(merchant)).map(({ roles, ...user }) => ({
        ...user,
        role: roles[merchant] ?? roles[ALL_MERCHANTS] ?? 'viewer',
        everywhere: roles[merchant] === undefined,
      })),
    };
    return c.json(answer);
  });

  routes.post('/merchants/:merchant/users', async (c) => {
    const merchant = merchantOf(context, c);
    const { email, name, role } = await readBody(c, inviteBody);
    const known = await users.userByEmail(email);
    if (known && (await users.rolesOf(known.id)).has(merchant)) throw new ApiError('conflict');
    const { id } = known ?? (await users.createUser({ name, email }));
    await users.setRole(id, merchant, role);
    await writeAudit(context, c.get('user'), { merchant, action: 'user added', target: email, detail: role });
    const link = (await mayLink(c.get('user'), id))
      ? await users.createSignInLink(id, consoleUrl(c.req.raw))
      : null;
    return c.json({ id, link }, 201);
  });

  routes.put('/merchants/:merchant/users/:user', async (c) => {
    const merchant = merchantOf(context, c);
    const { role } = await readBody(c, roleBody);
    const id = c.req.param('user');
    const before = (await users.rolesOf(id)).get(merchant);
    if (!before) throw new ApiError('not_found');
    // Nobody takes away their own key to the door.
    if (id === c.get('user').id && role !== 'owner') throw new ApiError('conflict');
    await users.setRole(id, merchant, role);
    await writeAudit(context, c.get('user'), {
      merchant,
      action: role ? 'role changed' : 'user removed',
      target: id,
      detail: `${before} to ${role ?? 'none'}`,
    });
    return c.json({});
  });

  routes.post('/merchants/:merchant/users/:user/link', async (c) => {
    const merchant = merchantOf(context, c);
    const id = c.req.param('user');
    if (!(await users.rolesOf(id)).has(merchant)) throw new ApiError('not_found');
    if (!(await mayLink(c.get('user'), id))) throw new ApiError('role');
    await writeAudit(context, c.get('user'), { merchant, action: 'sign-in link made', target: id });
    return c.json({ link: await users.createSignInLink(id, consoleUrl(c.req.raw)) }, 201);
  });

  return routes;
};
