import { Hono } from 'hono';
import { bodyLimit } from 'hono/body-limit';
import { errorResponse } from './api-errors.ts';
import type { ApiContext } from './context.ts';

/** The routes of better-auth that the console uses; no other is reachable. */
const OPEN_ROUTES = ['/sign-in/link', '/sign-in/email', '/sign-out'] as const;

/** Sign-ins tried in a window, over all addresses: the console has few users, and slow hashes cost us more than the guesser. */
const TRIES = 30;
const WINDOW_MS = 60_000;

/** Sign-in and sign-out. */
export const authRoutes = ({ users, clock }: Pick<ApiContext, 'users' | 'clock'>): Hono => {
  const routes = new Hono();
  let windowStart = 0;
  let tries = 0;
  routes.use(bodyLimit({ maxSize: 4096, onError: () => errorResponse('too_large') }));
  for (const path of OPEN_ROUTES) {
    routes.post(path, async (c) => {
      if (clock() - windowStart > WINDOW_MS) {
        windowStart = clock();
        tries = 0;
      }
      if (path !== '/sign-out' && ++tries > TRIES) return errorResponse('too_many');
      const answer = await users.handle(c.req.raw);
      if (answer.ok) {
        if (path !== '/sign-out') tries--;
        // Its body tells the session's token, which no script needs to see.
        return new Response('{}', {
          headers: new Headers([...cookies(answer), ['content-type', 'application/json']]),
        });
      }
      return errorResponse(
        answer.status === 401 ? 'wrong_sign_in' : answer.status < 500 ? 'bad_request' : 'internal',
      );
    });
  }
  return routes;
};

const cookies = (answer: Response): [string, string][] =>
  answer.headers.getSetCookie().map((value) => ['set-cookie', value]);
