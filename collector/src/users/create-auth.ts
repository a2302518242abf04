import { type BetterAuthOptions, betterAuth } from 'better-auth';
import { genericOAuth } from 'better-auth/plugins/generic-oauth';
import type { Kysely } from 'kysely';
import type { Dialect } from '../registry/open-database.ts';
import type { ConsoleConfig } from './console-config.ts';
import type { OpenLink } from './open-link.ts';
import { type PasskeyCheck, passkeySignIn } from './passkey-sign-in.ts';
import { signInLinks } from './sign-in-links.ts';
import type { UserTables } from './user-tables.ts';

/** How the console's users sign in. */
export interface AuthOptions {
  readonly db: Kysely<UserTables>;
  readonly dialect: Dialect;
  /** Signs cookies: at least 32 random characters, kept outside the database. */
  readonly secret: string;
  /** Address of the console as its users see it, e.g. `https://gander.example`. */
  readonly consoleUrl: string;
  readonly passwords?: boolean;
  readonly oidc?: ConsoleConfig['oidc'];
}

/** Seconds until a session ends, whatever happens: a working day. */
export const SESSION_SECONDS = 12 * 3600;
/** Name of the session's cookie. The prefix makes browsers insist on Secure, on Path=/ and on no Domain. */
export const SESSION_COOKIE = '__Host-gander';
/** Id of the OIDC provider in better-auth's routes and in `console_accounts`. */
export const OIDC_PROVIDER = 'oidc';

const HOST_COOKIE = { secure: true, httpOnly: true, sameSite: 'strict', path: '/' } as const;
/** The way back from an OIDC provider comes from another site, so this one cannot be strict. */
const STATE_COOKIE = { ...HOST_COOKIE, sameSite: 'lax' } as const;

/** Sign-up stays closed: the provider's verified e-mail must be that of an invited user, whom it is then tied to by its `sub`. */
const oidcPlugin = ({ issuer, clientId, clientSecret }: ConsoleConfig['oidc']) =>
  genericOAuth({
    config: [
      {
        providerId: OIDC_PROVIDER,
        discoveryUrl: `${issuer?.replace(/\/$/, '')}/.well-known/openid-configuration`,
        requireIdTokenVerification: true,
        clientId,
        ...(clientSecret ? { clientSecret } : {}),
        scopes: ['openid', 'email', 'profile'],
        pkce: true,
        disableSignUp: true,
        disableImplicitSignUp: true,
      },
    ],
  });

/** The options of better-auth. */
export const authOptions = (options: AuthOptions, checkPasskey: PasskeyCheck, openLink: OpenLink) => {
  const { db, dialect, secret, consoleUrl, passwords = true, oidc } = options;
  return {
    appName: 'Gander',
    basePath: '/api/auth',
    baseURL: consoleUrl,
    secret,
    database: { db: db as Kysely<unknown> as never, type: dialect },
    telemetry: { enabled: false },
    logger: { disabled: true },
    user: { modelName: 'console_users' },
    account: {
      modelName: 'console_accounts',
      // An address that its user only claims (emailVerified false) is tied to nobody.
      accountLinking: { enabled: true, requireLocalEmailVerified: true, trustedProviders: [] },
    },
    verification: { modelName: 'console_verifications' },
    session: {
      modelName: 'console_sessions',
      expiresIn: SESSION_SECONDS,
      disableSessionRefresh: true,
      freshAge: SESSION_SECONDS,
    },
    emailAndPassword: {
      enabled: passwords,
      disableSignUp: true,
      minPasswordLength: 12,
      maxPasswordLength: 128,
    },
    // Requests reach it through our own routes, which check Origin and Fetch-Metadata (query/origin-check.ts).
    advanced: {
      disableCSRFCheck: true,
      disableOriginCheck: true,
      // Else it puts `__Secure-` before names that begin with `__Host-`.
      useSecureCookies: false,
      cookies: {
        session_token: { name: SESSION_COOKIE, attributes: HOST_COOKIE },
        session_data: { name: '__Host-gander-data', attributes: HOST_COOKIE },
        dont_remember: { name: '__Host-gander-short', attributes: HOST_COOKIE },
        state: { name: '__Host-gander-state', attributes: STATE_COOKIE },
      },
    },
    rateLimit: { enabled: false },
    plugins: [
      signInLinks(openLink),
      passkeySignIn(checkPasskey),
      ...(oidc?.issuer ? [oidcPlugin(oidc)] : []),
    ],
  } satisfies BetterAuthOptions;
};

/** better-auth on the tables that our migrations made. */
export const createAuth = (options: AuthOptions, checkPasskey: PasskeyCheck, openLink: OpenLink) =>
  betterAuth(authOptions(options, checkPasskey, openLink));
