import type { Context, MiddlewareHandler } from 'hono';
import { matchedRoutes } from 'hono/route';
import { ALL_MERCHANTS, covers, type Role } from '../users/roles.ts';
import { ApiError } from './api-errors.ts';
import type { ApiEnv } from './context.ts';
import { ACTIONS, type Need, ROUTE_ACTIONS } from './permissions.ts';

/** What the route of a request needs; undefined when no route answers it. @throws Error for a route that the table does not have */
const needOf = (c: Context<ApiEnv>): Need | undefined => {
  // The first is the one that answers; the console's own pages match as well, after it.
  const route = matchedRoutes(c).find(({ method, path }) => method !== 'ALL' && path.startsWith('/api/'));
  if (!route) return undefined;
  const name = `${route.method} ${route.path.replace(/^\/api(?=\/)/, '')}`;
  const action = ROUTE_ACTIONS[name];
  if (!action) throw new Error(`${name} has no row in permissions.ts`);
  return ACTIONS[action].needs;
};

/**
 * Sets what a route needs, by its row of the table, and refuses those who lack a role for all merchants where it needs that. Which
 * merchant a request is about is known to its route alone: `merchantOf` and `scopeOf` of context.ts check the rest.
 */
export const checkPermission = (): MiddlewareHandler<ApiEnv> => async (c, next) => {
  const need = needOf(c);
  const all = need?.startsWith('all:') ? (need.slice(4) as Role) : undefined;
  if (all && !covers(c.get('user').roles.get(ALL_MERCHANTS), all)) throw new ApiError('role');
  c.set('needs', need && need !== 'anyone' && need !== 'user' && !all ? (need as Role) : 'viewer');
  return next();
};
