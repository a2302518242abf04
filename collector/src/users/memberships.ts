import type { Kysely } from 'kysely';
import { ROLES, type Role } from './roles.ts';
import type { UserTables } from './user-tables.ts';

/** A role for a merchant, or the invitation to one. */
export interface Membership {
  readonly role: Role;
  /** The person has not accepted it yet, and it gives nothing. */
  readonly pending: boolean;
}

/** Who may do what, and who is invited to. */
export interface Memberships {
  /** Roles that count, by merchant. */
  rolesOf(userId: string): Promise<ReadonlyMap<string, Role>>;
  /** The same with the invitations. */
  of(userId: string): Promise<ReadonlyMap<string, Membership>>;
  /** Gives a role that waits until its person accepts it. */
  invite(userId: string, merchant: string, role: Role): Promise<void>;
  accept(userId: string, merchants: readonly string[]): Promise<void>;
  /** Gives a role, or changes it; an invitation goes on waiting. */
  give(userId: string, merchant: string, role: Role): Promise<void>;
  /**
   * Takes a role away. With the last one goes whatever signs in, so that nobody keeps a key for the next who invites the address; with
   * the last invitation too goes the user.
   */
  take(userId: string, merchant: string): Promise<void>;
  /** Deletes passwords, passkeys, providers and sessions. @param keep account of a provider, and session, that stay */
  forgetWaysIn(userId: string, keep?: { readonly account: string; readonly session: string }): Promise<void>;
}

/** @example const memberships = createMemberships(db, Date.now); await memberships.give(id, merchant, 'viewer'); */
export const createMemberships = (db: Kysely<UserTables>, clock: () => number): Memberships => {
  const readAll = async (t: Kysely<UserTables>, userId: string): Promise<Map<string, Membership>> => {
    const rows = await t.selectFrom('memberships').selectAll().where('user_id', '=', userId).execute();
    return new Map(
      rows.flatMap(({ merchant, role, pending }) =>
        isRole(role) ? [[merchant, { role, pending: Number(pending) === 1 }] as const] : [],
      ),
    );
  };

  const forget = async (
    t: Kysely<UserTables>,
    userId: string,
    keep?: { readonly account: string; readonly session: string },
  ): Promise<void> => {
    await t
      .deleteFrom('console_accounts')
      .where('userId', '=', userId)
      .where('id', '!=', keep?.account ?? '')
      .execute();
    await t
      .deleteFrom('console_sessions')
      .where('userId', '=', userId)
      .where('id', '!=', keep?.session ?? '')
      .execute();
    await t.deleteFrom('passkeys').where('user_id', '=', userId).execute();
  };

  const put = async (userId: string, merchant: string, role: Role, pending: 0 | 1): Promise<void> => {
    await db
      .insertInto('memberships')
      .values({ user_id: userId, merchant, role, created_ms: clock(), pending })
      .onConflict((c) => c.columns(['user_id', 'merchant']).doUpdateSet({ role }))
      .execute();
  };

  return {
    of: (userId) => readAll(db, userId),
    async rolesOf(userId) {
      const all = await readAll(db, userId);
      return new Map(
        [...all].flatMap(([merchant, { role, pending }]) => (pending ? [] : [[merchant, role] as const])),
      );
    },
    invite: (userId, merchant, role) => put(userId, merchant, role, 1),
    give: (userId, merchant, role) => put(userId, merchant, role, 0),
    async accept(userId, merchants) {
      await db
        .updateTable('memberships')
        .set({ pending: 0 })
        .where('user_id', '=', userId)
        .where('merchant', 'in', [...merchants])
        .execute();
    },
    async take(userId, merchant) {
      await db.transaction().execute(async (t) => {
        await t
          .deleteFrom('memberships')
          .where('user_id', '=', userId)
          .where('merchant', '=', merchant)
          .execute();
        const left = [...(await readAll(t, userId)).values()];
        if (left.some(({ pending }) => !pending)) return;
        await forget(t, userId);
        if (left.length) return;
        await t
          .deleteFrom('saved_filters')
          .where('user_id', '=', userId)
          .where('merchant', 'is', null)
          .execute();
        await t.deleteFrom('console_users').where('id', '=', userId).execute();
      });
    },
    forgetWaysIn: (userId, keep) => db.transaction().execute((t) => forget(t, userId, keep)),
  };
};

const isRole = (text: string): text is Role => (ROLES as readonly string[]).includes(text);
