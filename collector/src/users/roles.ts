/** What a user may do for a merchant; each role may do all that the ones before it may. */
export const ROLES = ['viewer', 'analyst', 'owner'] as const;
export type Role = (typeof ROLES)[number];

/** Stands for every merchant, also those to come: the role of who runs the installation. */
export const ALL_MERCHANTS = '*';

/** Someone who is signed in. */
export interface ConsoleUser {
  readonly id: string;
  readonly name: string;
  readonly email: string;
  /** The session's id, and since when it is, ms since 1970. */
  readonly session: { readonly id: string; readonly sinceMs: number };
  /** Roles by merchant id; {@link ALL_MERCHANTS} counts for all. */
  readonly roles: ReadonlyMap<string, Role>;
}

/** Whether a role may do what `needed` may. */
export const covers = (role: Role | undefined, needed: Role): boolean =>
  role !== undefined && ROLES.indexOf(role) >= ROLES.indexOf(needed);

/**
 * The user's role for a merchant, the higher of the merchant's own and the one for all; undefined for a foreign merchant.
 * @example roleFor(user, 'aaaaaaaaaaaaaaaa') // 'analyst'
 */
export const roleFor = (user: ConsoleUser, merchant: string): Role | undefined => {
  const own = user.roles.get(merchant);
  const all = user.roles.get(ALL_MERCHANTS);
  if (!own || !all) return own ?? all;
  return covers(own, all) ? own : all;
};
