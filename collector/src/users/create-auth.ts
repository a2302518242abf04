import { type BetterAuthOptions, betterAuth } from 'better-auth';
import { getMigrations } from 'better-auth/db/migration';
import type { Kysely } from 'kysely';
import { signInLinks } from './sign-in-links.ts';
import type { UserTables } from './user-tables.ts';

/** How the console's users sign in. */
export interface AuthOptions {
  readonly db: Kysely<UserTables>;
  readonly dialect: 'sqlite' | 'postgres';
  /** Signs cookies: at least 32 random characters, kept outside the database. */
  readonly secret: string;
  /** Address of the console as its users see it, e.g. `https://gander.example`; needed for OIDC and passkeys only. */
  readonly consoleUrl?: string;
  /** More plugins of better-auth, e.g. OIDC. */
  readonly plugins?: BetterAuthOptions['plugins'];
}

/** Seconds until a session ends, whatever happens: a working day. */
export const SESSION_SECONDS = 12 * 3600;
/** Name of the session's cookie. The prefix makes browsers insist on Secure, on Path=/ and on no Domain. */
export const SESSION_COOKIE = '__Host-gander';

const HOST_COOKIE = { secure: true, httpOnly: true, sameSite: 'strict', path: '/' } as const;

const optionsOf = ({ db, dialect, secret, consoleUrl, plugins = [] }: AuthOptions) =>
  ({
    appName: 'Gander',
    basePath: '/api/auth',
    ...(consoleUrl ? { baseURL: consoleUrl } : {}),
    secret,
    database: { db: db as Kysely<unknown> as never, type: dialect },
    telemetry: { enabled: false },
    logger: { disabled: true },
    user: { modelName: 'console_users' },
    account: { modelName: 'console_accounts' },
    verification: { modelName: 'console_verifications' },
    session: {
      modelName: 'console_sessions',
      expiresIn: SESSION_SECONDS,
      disableSessionRefresh: true,
      freshAge: SESSION_SECONDS,
    },
    emailAndPassword: { enabled: true, disableSignUp: true, minPasswordLength: 12, maxPasswordLength: 128 },
    // Requests reach it through our own routes, which check Origin and Fetch-Metadata (query/origin-check.ts).
    advanced: {
      disableCSRFCheck: true,
      disableOriginCheck: true,
      cookies: {
        session_token: { name: SESSION_COOKIE, attributes: HOST_COOKIE },
        session_data: { name: '__Host-gander-data', attributes: HOST_COOKIE },
        dont_remember: { name: '__Host-gander-short', attributes: HOST_COOKIE },
      },
    },
    rateLimit: { enabled: false },
    plugins: [signInLinks(), ...plugins],
  }) satisfies BetterAuthOptions;

/** Makes better-auth's tables where they are missing, and its handler. */
export const openAuth = async (options: AuthOptions) => {
  const authOptions = optionsOf(options);
  const { runMigrations } = await getMigrations(authOptions);
  await runMigrations();
  return betterAuth(authOptions);
};
