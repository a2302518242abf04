import { randomBytes } from 'node:crypto';
import type { Kysely } from 'kysely';
import { type AuthOptions, openAuth } from './create-auth.ts';
import { ALL_MERCHANTS, type ConsoleUser, ROLES, type Role } from './roles.ts';
import { newLinkToken } from './sign-in-links.ts';
import { createUserTables, type UserTables } from './user-tables.ts';

/** A user as the settings show them. */
export interface UserRecord {
  readonly id: string;
  readonly name: string;
  readonly email: string;
  readonly hasPassword: boolean;
  readonly roles: Readonly<Record<string, Role>>;
}

/** The console's users, their sessions and their roles. Made by {@link openUsers}. */
export interface Users {
  readonly db: Kysely<UserTables>;
  /** Answers better-auth's own routes, under `/api/auth/`. */
  handle(request: Request): Promise<Response>;
  /** Who sends a request, by its session cookie. */
  authenticate(headers: Headers): Promise<ConsoleUser | undefined>;
  /**
   * A link that signs the installation's first owner in, once and within a day. Makes that user when there is none.
   * @returns undefined when somebody has a password already: then no link is needed
   */
  createFirstSignInLink(consoleUrl: string): Promise<string | undefined>;
  /** A link that signs this user in, once and within a day: an invitation, or a forgotten password. */
  createSignInLink(userId: string, consoleUrl: string): Promise<string>;
  createUser(user: { name: string; email: string }): Promise<{ id: string }>;
  /** All users with a role for one of these merchants; all there are for {@link ALL_MERCHANTS}. */
  list(merchant: string): Promise<readonly UserRecord[]>;
  userByEmail(email: string): Promise<{ id: string } | undefined>;
  rolesOf(userId: string): Promise<ReadonlyMap<string, Role>>;
  /** Gives a role, or takes it away with null. */
  setRole(userId: string, merchant: string, role: Role | null): Promise<void>;
  /** Sets name, e-mail and password of a user. */
  setProfile(userId: string, profile: { name: string; email: string; password: string }): Promise<void>;
  hasPassword(userId: string): Promise<boolean>;
}

export interface UsersOptions extends Omit<AuthOptions, 'db'> {
  readonly db: Kysely<UserTables>;
  /** Server time, ms since 1970. */
  readonly clock: () => number;
}

const LINK_MS = 24 * 3600 * 1000;

/** Opens the console's users: makes missing tables, then answers. */
export const openUsers = async (options: UsersOptions): Promise<Users> => {
  const { db, clock } = options;
  await createUserTables(db);
  const auth = await openAuth(options);
  const { internalAdapter, password: passwords } = await auth.$context;

  const rolesOf = async (userId: string): Promise<ReadonlyMap<string, Role>> => {
    const rows = await db.selectFrom('memberships').selectAll().where('user_id', '=', userId).execute();
    return new Map(rows.flatMap((r) => (isRole(r.role) ? [[r.merchant, r.role] as const] : [])));
  };

  const linkFor = async (userId: string, consoleUrl: string): Promise<string> => {
    const { token, identifier } = newLinkToken();
    await internalAdapter.createVerificationValue({
      identifier,
      value: userId,
      expiresAt: new Date(clock() + LINK_MS),
    });
    // In the fragment, which browsers send to no server: the token reaches no access log.
    return `${consoleUrl.replace(/\/$/, '')}/sign-in#${token}`;
  };

  const users: Users = {
    db,
    rolesOf,
    handle: (request) => auth.handler(request),
    async authenticate(headers) {
      const found = await auth.api.getSession({ headers });
      if (!found || found.session.expiresAt.getTime() <= clock()) return;
      const { id, name, email } = found.user;
      return { id, name, email, roles: await rolesOf(id) };
    },
    async createFirstSignInLink(consoleUrl) {
      const withPassword = await db
        .selectFrom('console_accounts')
        .select('id')
        .where('providerId', '=', 'credential')
        .executeTakeFirst();
      if (withPassword) return;
      const owner = await db
        .selectFrom('memberships')
        .select('user_id')
        .where('merchant', '=', ALL_MERCHANTS)
        .where('role', '=', 'owner')
        .orderBy('created_ms')
        .executeTakeFirst();
      if (owner) return linkFor(owner.user_id, consoleUrl);
      const { id } = await users.createUser({
        name: 'Owner',
        email: `owner-${randomBytes(4).toString('hex')}@gander.invalid`,
      });
      await users.setRole(id, ALL_MERCHANTS, 'owner');
      return linkFor(id, consoleUrl);
    },
    createSignInLink: linkFor,
    async createUser({ name, email }) {
      const user = await internalAdapter.createUser(
        { name, email: email.toLowerCase(), emailVerified: false },
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
      const found = new Map<string, UserRecord & { roles: Record<string, Role> }>();
      for (const row of rows) {
        if (
          !isRole(row.role) ||
          (merchant !== ALL_MERCHANTS && row.merchant !== merchant && row.merchant !== ALL_MERCHANTS)
        )
          continue;
        const { id, name, email } = row;
        const record = found.get(id) ?? { id, name, email, hasPassword: withPassword.has(id), roles: {} };
        record.roles[row.merchant] = row.role;
        found.set(id, record);
      }
      return [...found.values()];
    },
    userByEmail: (email) =>
      db.selectFrom('console_users').select('id').where('email', '=', email.toLowerCase()).executeTakeFirst(),
    async setRole(userId, merchant, role) {
      await db
        .deleteFrom('memberships')
        .where('user_id', '=', userId)
        .where('merchant', '=', merchant)
        .execute();
      if (role) {
        await db
          .insertInto('memberships')
          .values({ user_id: userId, merchant, role, created_ms: clock() })
          .execute();
      }
    },
    async setProfile(userId, { name, email, password }) {
      const hash = await passwords.hash(password);
      await internalAdapter.updateUser(userId, { name, email: email.toLowerCase() });
      if (await users.hasPassword(userId)) await internalAdapter.updatePassword(userId, hash);
      else {
        await internalAdapter.linkAccount({
          userId,
          providerId: 'credential',
          accountId: userId,
          password: hash,
        });
      }
    },
    async hasPassword(userId) {
      const row = await db
        .selectFrom('console_accounts')
        .select('id')
        .where('userId', '=', userId)
        .where('providerId', '=', 'credential')
        .executeTakeFirst();
      return row !== undefined;
    },
  };
  return users;
};

const isRole = (text: string): text is Role => (ROLES as readonly string[]).includes(text);
