import { randomBytes } from 'node:crypto';
import type { Kysely } from 'kysely';
import { z } from 'zod';
import type { Dialect } from '../registry/open-database.ts';
import { type AuthOptions, createAuth, OIDC_PROVIDER } from './create-auth.ts';
import { createPasskeys, type Passkeys } from './create-passkeys.ts';
import { forgetLinks } from './forget-links.ts';
import { createMemberships, type Membership, type Memberships } from './memberships.ts';
import { createOpenLink, type LinkWord } from './open-link.ts';
import { ALL_MERCHANTS, type ConsoleUser, type Role } from './roles.ts';
import { newLinkToken } from './sign-in-links.ts';
import type { UserTables } from './user-tables.ts';

/** A user as the settings show them. */
export interface UserRecord {
  readonly id: string;
  readonly name: string;
  readonly email: string;
  readonly hasPassword: boolean;
  readonly memberships: Readonly<Record<string, Membership>>;
}

/** The console's users, their sessions and their roles. Made by {@link openUsers}. */
export interface Users {
  readonly db: Kysely<UserTables>;
  readonly dialect: Dialect;
  /** Answers better-auth's own routes, under `/api/auth/`. */
  handle(request: Request): Promise<Response>;
  readonly passkeys: Passkeys;
  /** Who sends a request, by its session cookie. */
  authenticate(headers: Headers): Promise<ConsoleUser | undefined>;
  /**
   * A link that signs the installation's first owner in, once, within a day, and as long as nobody can come back without one. Makes that
   * user when there is none.
   * @returns undefined when somebody can come back without one already
   */
  createFirstSignInLink(consoleUrl: string): Promise<string | undefined>;
  /**
   * A link for this user, once and within a day: an invitation, or a forgotten password (open-link.ts says what it does).
   * @param from the merchant for which it is, and the owner who makes it; without, it is the server's own word and signs in
   */
  createSignInLink(userId: string, consoleUrl: string, from?: LinkWord['from']): Promise<string>;
  /**
   * Accepts all invitations of who just came back from the OIDC provider, if it says that their e-mail is verified and the one that was
   * invited. Every other way into the account goes: whoever set it may have been somebody else.
   */
  acceptByProvider(headers: Headers): Promise<void>;
  /** An owner's word is what ties the address to a person: OIDC may sign in as this user by it. */
  createUser(user: { name: string; email: string }): Promise<{ id: string }>;
  /** All users with a role for one of these merchants; all there are for {@link ALL_MERCHANTS}. */
  list(merchant: string): Promise<readonly UserRecord[]>;
  userByEmail(email: string): Promise<{ id: string } | undefined>;
  readonly memberships: Memberships;
  /**
   * Sets name and e-mail of a user, and the password where one is given; that ends the user's other sessions and links. An address of the user's
   * own choosing is nobody's word but theirs, and OIDC does not sign in by it.
   * @param keep id of the session that goes on
   */
  setProfile(
    userId: string,
    profile: { name: string; email: string; password?: string | undefined },
    keep?: string,
  ): Promise<void>;
  /** Deletes links, challenges and states that are over. */
  forgetExpired(): Promise<void>;
  hasPassword(userId: string): Promise<boolean>;
  /** Whether the OIDC provider's word signs this user in already. */
  hasOidc(userId: string): Promise<boolean>;
  /** Whether the user can sign in without a link: by a password, a passkey or OIDC. */
  canReturn(userId: string): Promise<boolean>;
}

export interface UsersOptions extends Omit<AuthOptions, 'db'> {
  readonly db: Kysely<UserTables>;
  /** Server time, ms since 1970. */
  readonly clock: () => number;
}

const LINK_MS = 24 * 3600 * 1000;

/** Opens the console's users, on a database that is migrated (registry/open-database.ts). */
export const openUsers = async (options: UsersOptions): Promise<Users> => {
  const { db, clock } = options;
  const memberships = createMemberships(db, clock);
  const openLink = createOpenLink({
    memberships,
    signedInAs: async (headers) => (await users.authenticate(headers))?.id,
    isUnclaimed: () => isUnclaimed(),
    forgetLinks: (userId) => forgetLinks(db, memberships, userId),
  });
  const auth = createAuth(options, (response) => passkeys.authenticate(response), openLink);
  const { internalAdapter, password: passwords } = await auth.$context;
  const passkeys = createPasskeys({
    db,
    clock,
    consoleUrl: options.consoleUrl,
    oneTime: {
      put: (identifier, value, expiresAt) =>
        internalAdapter.createVerificationValue({ identifier, value, expiresAt }),
      take: async (identifier) => {
        const kept = await internalAdapter.consumeVerificationValue(identifier);
        return kept && kept.expiresAt.getTime() > clock() ? kept.value : null;
      },
    },
  });

  const hasAccount = async (userId: string, provider: string): Promise<boolean> => {
    const row = await db
      .selectFrom('console_accounts')
      .select('id')
      .where('userId', '=', userId)
      .where('providerId', '=', provider)
      .executeTakeFirst();
    return row !== undefined;
  };

  const isUnclaimed = async (): Promise<boolean> =>
    !(await db.selectFrom('console_accounts').select('id').executeTakeFirst()) &&
    !(await db.selectFrom('passkeys').select('id').executeTakeFirst());

  const linkFor = async (word: LinkWord, consoleUrl: string): Promise<string> => {
    const { token, identifier } = newLinkToken();
    await internalAdapter.createVerificationValue({
      identifier,
      value: JSON.stringify(word),
      expiresAt: new Date(clock() + LINK_MS),
    });
    // In the fragment, which browsers send to no server: the token reaches no access log.
    return `${consoleUrl.replace(/\/$/, '')}/sign-in#${token}`;
  };

  const users: Users = {
    db,
    dialect: options.dialect,
    passkeys,
    memberships,
    handle: (request) => auth.handler(request),
    async authenticate(headers) {
      const found = await auth.api.getSession({ headers });
      if (!found || found.session.expiresAt.getTime() <= clock()) return;
      const { id, name, email } = found.user;
      const session = { id: found.session.id, sinceMs: found.session.createdAt.getTime() };
      return { id, name, email, session, roles: await memberships.rolesOf(id) };
    },
    async createFirstSignInLink(consoleUrl) {
      if (!(await isUnclaimed())) return;
      const owner = await db
        .selectFrom('memberships')
        .select('user_id')
        .where('merchant', '=', ALL_MERCHANTS)
        .where('role', '=', 'owner')
        .orderBy('created_ms')
        .executeTakeFirst();
      if (owner) return linkFor({ userId: owner.user_id, first: true }, consoleUrl);
      const { id } = await users.createUser({
        name: 'Owner',
        email: `owner-${randomBytes(4).toString('hex')}@gander.invalid`,
      });
      await memberships.give(id, ALL_MERCHANTS, 'owner');
      return linkFor({ userId: id, first: true }, consoleUrl);
    },
    createSignInLink: (userId, consoleUrl, from) => linkFor({ userId, from }, consoleUrl),
    async acceptByProvider(headers) {
      const user = await users.authenticate(headers);
      if (!user) return;
      const invited = [...(await memberships.of(user.id))].filter(([, { pending }]) => pending);
      if (invited.length === 0) return;
      const { emailVerified } = await db
        .selectFrom('console_users')
        .select('emailVerified')
        .where('id', '=', user.id)
        .executeTakeFirstOrThrow();
      const account = await db
        .selectFrom('console_accounts')
        .select(['id', 'idToken'])
        .where('userId', '=', user.id)
        .where('providerId', '=', OIDC_PROVIDER)
        .orderBy('updatedAt', 'desc')
        .executeTakeFirst();
      if (!emailVerified || !account || !saysVerified(account.idToken, user.email)) return;
      await memberships.forgetWaysIn(user.id, { account: account.id, session: user.session.id });
      await memberships.accept(
        user.id,
        invited.map(([merchant]) => merchant),
      );
    },
    async createUser({ name, email }) {
      const user = await internalAdapter.createUser(
        { name, email: email.toLowerCase(), emailVerified: !email.endsWith('.invalid') },
        { method: 'admin' },
      );
      return { id: user.id };
    },
    async list(merchant) {
      const rows = await db
        .selectFrom('console_users')
        .innerJoin('memberships', 'memberships.user_id', 'console_users.id')
        .select([
          'console_users.id',
          'console_users.name',
          'console_users.email',
          'memberships.merchant',
          'memberships.role',
          'memberships.pending',
        ])
        .orderBy('console_users.email')
        .execute();
      const withPassword = new Set(
        (
          await db
            .selectFrom('console_accounts')
            .select('userId')
            .where('providerId', '=', 'credential')
            .execute()
        ).map((r) => r.userId),
      );
      const found = new Map<string, UserRecord & { memberships: Record<string, Membership> }>();
      for (const row of rows) {
        if (merchant !== ALL_MERCHANTS && row.merchant !== merchant && row.merchant !== ALL_MERCHANTS)
          continue;
        const { id, name, email } = row;
        const record = found.get(id) ?? {
          id,
          name,
          email,
          hasPassword: withPassword.has(id),
          memberships: {},
        };
        record.memberships[row.merchant] = { role: row.role as Role, pending: Number(row.pending) === 1 };
        found.set(id, record);
      }
      return [...found.values()];
    },
    userByEmail: (email) =>
      db.selectFrom('console_users').select('id').where('email', '=', email.toLowerCase()).executeTakeFirst(),
    async setProfile(userId, { name, email: given, password }, keep) {
      const email = given.toLowerCase();
      const before = await internalAdapter.findUserById(userId);
      const verified = before?.email === email && before.emailVerified;
      await internalAdapter.updateUser(userId, { name, email, emailVerified: verified });
      if (password === undefined) return;
      const hash = await passwords.hash(password);
      if (await users.hasPassword(userId)) await internalAdapter.updatePassword(userId, hash);
      else {
        await internalAdapter.linkAccount({
          userId,
          providerId: 'credential',
          accountId: userId,
          password: hash,
        });
      }
      await db
        .deleteFrom('console_sessions')
        .where('userId', '=', userId)
        .where('id', '!=', keep ?? '')
        .execute();
      await forgetLinks(db, memberships, userId);
    },
    async forgetExpired() {
      const now = new Date(clock());
      await db
        .deleteFrom('console_verifications')
        .where('expiresAt', '<', options.dialect === 'postgres' ? now : now.toISOString())
        .execute();
    },
    hasPassword: (userId) => hasAccount(userId, 'credential'),
    hasOidc: (userId) => hasAccount(userId, OIDC_PROVIDER),
    async canReturn(userId) {
      const account = await db
        .selectFrom('console_accounts')
        .select('id')
        .where('userId', '=', userId)
        .executeTakeFirst();
      return account !== undefined || (await passkeys.list(userId)).length > 0;
    },
  };
  return users;
};

const claimsSchema = z.looseObject({ email: z.string(), email_verified: z.literal(true) });

/** Whether an id token, which was verified when it came, says that the address is verified and this one. */
const saysVerified = (idToken: string | null, email: string): boolean => {
  try {
    const claims = JSON.parse(Buffer.from(idToken?.split('.')[1] ?? '', 'base64url').toString('utf8'));
    return claimsSchema.parse(claims).email.toLowerCase() === email;
  } catch {
    return false;
  }
};
