import { type Context, Hono } from 'hono';
import type { Kysely } from 'kysely';
import { z } from 'zod';
import { clientIp } from '../intake/client-ip.ts';
import { OIDC_PROVIDER, SESSION_COOKIE } from '../users/create-auth.ts';
import { ALL_MERCHANTS } from '../users/roles.ts';
import type { SignInMethods } from './api.ts';
import { errorResponse } from './api-errors.ts';
import { writeAudit } from './audit.ts';
import type { ApiContext, ApiEnv } from './context.ts';
import { ACCOUNT, ACCOUNT_FAILED } from './me-routes.ts';
import { createSignInLimits } from './sign-in-limits.ts';

/** How one came in by a password, in the trail of changes. */
const PASSWORD = 'password';
const LATER_MS = 20;
const emailBody = z.object({ email: z.string().max(320) });
/** Where a browser lands when the provider said no, or the address is nobody's. */
const OIDC_FAILED = '/sign-in?failed=oidc';
/** Pages that the way back from a provider may lead to: signed in; connected, or not (me-routes.ts). */
const WAYS_BACK = ['/', ACCOUNT, ACCOUNT_FAILED] as const;

/** Sign-in and sign-out. Of better-auth's routes only those behind these are reachable. */
export const authRoutes = (context: ApiContext): Hono<ApiEnv> => {
  const { users, consoleUrl } = context;
  const { passwords = true, passkeys = true, oidc, trustedProxyHops = 0 } = context.signIn ?? {};
  const routes = new Hono<ApiEnv>();
  const limits = createSignInLimits({ db: users.db as unknown as Kysely<unknown>, dialect: users.dialect });

  const addressOf = (c: Context<ApiEnv>): string =>
    clientIp(c.env?.incoming?.socket.remoteAddress, c.req.header('x-forwarded-for'), trustedProxyHops);

  /** Asks better-auth at one of its routes. */
  const ask = (c: Context<ApiEnv>, path: string, body: unknown): Promise<Response> =>
    users.handle(
      new Request(new URL(`/api/auth${path}`, c.req.url), {
        method: 'POST',
        headers: c.req.raw.headers,
        body: JSON.stringify(body),
      }),
    );

  /** One try: refused over a limit, counted when it fails; one that leaves something in the database counts always. */
  const attempt = async (
    c: Context<ApiEnv>,
    account: string | undefined,
    work: () => Promise<Response>,
    leavesSomething = false,
  ): Promise<Response> => {
    const begun = await limits.begin(addressOf(c), account);
    if (typeof begun === 'number') {
      const answer = errorResponse('too_many');
      answer.headers.set('retry-after', String(begun));
      return answer;
    }
    const answer = await work();
    if (answer.ok) {
      if (!leavesSomething) await begun.succeeded();
      return answer;
    }
    if (answer.status === 401) return errorResponse('wrong_sign_in');
    if (answer.status === 403) return errorResponse('sign_in_first');
    return errorResponse(answer.status < 500 ? 'bad_request' : 'internal');
  };

  /** Writes down who came in by a session that an answer gives, and how. */
  const writeEntry = async (answer: Response, how: string): Promise<void> => {
    const user = await users.authenticate(new Headers({ cookie: sessionOf(answer) }));
    if (user) await writeAudit(context, user, { merchant: ALL_MERCHANTS, action: 'signed in', target: how });
  };
  /** Writes down that somebody tried a wrong password of an account; of none, nothing is: anybody could fill the trail. */
  const writeRefusal = async (account: string): Promise<void> => {
    const known = await users.userByEmail(account.trim());
    const nobody = { id: '', name: 'somebody' };
    if (known)
      await writeAudit(context, nobody, {
        merchant: ALL_MERCHANTS,
        action: 'wrong password tried',
        target: known.id,
      });
  };

  /** Once the answer is out: how long it takes must not tell whether there is such an account. */
  const later = (work: () => Promise<void>): void =>
    void setTimeout(() => {
      work().catch((error: unknown) => context.onError?.(error, 'POST /api/auth/sign-in/email'));
    }, LATER_MS);

  /** Tries what a body says. */
  const enter = async (c: Context<ApiEnv>, path: string, how: string): Promise<Response> => {
    const body: unknown = await c.req.json().catch(() => null);
    const account = how === PASSWORD ? emailBody.safeParse(body).data?.email : undefined;
    return attempt(c, account, async () => {
      const answer = await ask(c, path, body);
      if (answer.status === 401 && account !== undefined) later(() => writeRefusal(account));
      if (!answer.ok) return answer;
      await writeEntry(answer, how);
      // Its body tells the session's token, which no script needs to see.
      return Response.json({}, { headers: cookies(answer) });
    });
  };

  routes.get('/methods', (c) => {
    // A passkey is bound to the host: reached by another name, the console cannot ask for it.
    const isHome =
      !consoleUrl || new URL(consoleUrl).host === (c.req.header('host') ?? new URL(c.req.url).host);
    const answer: SignInMethods = {
      password: passwords,
      passkey: passkeys && isHome,
      oidc: oidc?.issuer ? oidc.name : null,
    };
    return c.json(answer);
  });

  routes.post('/sign-in/link', (c) => enter(c, '/sign-in/link', 'link'));
  if (passwords) routes.post('/sign-in/email', (c) => enter(c, '/sign-in/email', PASSWORD));
  if (passkeys) {
    routes.post('/sign-in/passkey/options', (c) =>
      attempt(
        c,
        undefined,
        async () => {
          await users.forgetExpired();
          return Response.json(await users.passkeys.authenticationOptions());
        },
        true,
      ),
    );
    routes.post('/sign-in/passkey', (c) => enter(c, '/sign-in/passkey', 'passkey'));
  }
  if (oidc?.issuer) {
    routes.post('/sign-in/oidc', (c) =>
      attempt(
        c,
        undefined,
        async () => {
          await users.forgetExpired();
          const body = { provider: OIDC_PROVIDER, callbackURL: '/', errorCallbackURL: OIDC_FAILED };
          const answer = await ask(c, '/sign-in/social', body);
          if (!answer.ok) return answer;
          const { url } = z.object({ url: z.url() }).parse(await answer.json());
          return Response.json({ url }, { headers: cookies(answer) });
        },
        true,
      ),
    );
    // The provider sends the browser here; better-auth checks state, nonce, signature and the verified address.
    routes.get(`/callback/${OIDC_PROVIDER}`, async (c) => {
      const answer = await users.handle(new Request(c.req.raw));
      const to = answer.headers.get('location');
      // Whatever went wrong, the way back stays within the console, and says no more than that.
      const way = WAYS_BACK.find((w) => to === w || (w === ACCOUNT_FAILED && to?.startsWith(w)));
      const location = answer.status === 302 && way ? way : OIDC_FAILED;
      if (location === '/') {
        await users.acceptByProvider(new Headers({ cookie: sessionOf(answer) }));
        await writeEntry(answer, 'provider');
      }
      return new Response(null, { status: 302, headers: [...cookies(answer), ['location', location]] });
    });
  }
  routes.post('/sign-out', async (c) => {
    const answer = await ask(c, '/sign-out', {});
    return answer.ok ? Response.json({}, { headers: cookies(answer) }) : errorResponse('bad_request');
  });
  return routes;
};

/** The session that an answer gives, as the browser will send it. */
const sessionOf = (answer: Response): string =>
  answer.headers
    .getSetCookie()
    .map((cookie) => cookie.split(';')[0]!)
    .filter((cookie) => cookie.startsWith(`${SESSION_COOKIE}=`))
    .join('');

const cookies = (answer: Response): [string, string][] =>
  answer.headers.getSetCookie().map((value) => ['set-cookie', value]);
