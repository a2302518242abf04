import { z } from 'zod';
import type { Memberships } from './memberships.ts';
import { ALL_MERCHANTS, covers, type Role } from './roles.ts';

/**
 * What a link says, kept under its token's hash: whom it is for, and on whose word. Without `from`, on the server's own. `first` links
 * are those that a start prints while nobody can come back without one.
 */
const wordSchema = z.strictObject({
  userId: z.string(),
  from: z.strictObject({ merchant: z.string(), by: z.string() }).optional(),
  first: z.literal(true).optional(),
});
export type LinkWord = z.output<typeof wordSchema>;

/** Reads what was kept of a link. */
export const parseLinkWord = (text: string): LinkWord => wordSchema.parse(JSON.parse(text));

/** What {@link createOpenLink} asks of the users. */
export interface OpenLinkUsers {
  readonly memberships: Memberships;
  /** Who sends a request. */
  signedInAs(headers: Headers): Promise<string | undefined>;
  /** Whether nobody can sign in without a link yet. */
  isUnclaimed(): Promise<boolean>;
  /** Deletes what other links would sign the user in. */
  forgetLinks(userId: string): Promise<void>;
}

/** What became of a link; undefined when it is worth nothing (any more). `enters` is false when who is signed in already goes on. */
export type OpenedLink = { readonly userId: string; readonly enters: boolean } | 'sign_in_first' | undefined;

/** Opens a link. @param take uses it up; false when somebody else just did */
export type OpenLink = (word: string, headers: Headers, take: () => Promise<boolean>) => Promise<OpenedLink>;

/** Whether an owner may enter as a user: owns every merchant that the user can see, or an owner of one could become a user of another. */
export const ownsAllOf = (owner: ReadonlyMap<string, Role>, user: ReadonlyMap<string, Role>): boolean =>
  owner.get(ALL_MERCHANTS) === 'owner' ||
  [...user.keys()].every((merchant) => merchant !== ALL_MERCHANTS && covers(owner.get(merchant), 'owner'));

/**
 * A link of the server's own word signs in; one that a start printed, as long as the installation is nobody's: each start prints another,
 * and they stay in its log. Whatever link signs in takes the account's others with it.
 *
 * An owner's link proves one thing: that an owner of its merchant meant who holds it. It proves nothing to the merchants of other owners, so
 * - it signs in only where its maker owns all that the account can see, now and not when it was made;
 * - else it accepts its own invitation, for who is signed in to the account by another way;
 * - where it accepts an invitation by signing in, the account begins anew: whatever signed in before was set by somebody whom this
 *   merchant did not mean.
 */
export const createOpenLink =
  ({ memberships, signedInAs, isUnclaimed, forgetLinks }: OpenLinkUsers): OpenLink =>
  async (text, headers, take) => {
    const { userId, from, first } = parseLinkWord(text);
    const roles = await memberships.rolesOf(userId);
    if (!from) {
      if ((first && !(await isUnclaimed())) || !(await take())) return;
      await forgetLinks(userId);
      return { userId, enters: true };
    }
    const { merchant, by } = from;
    const membership = (await memberships.of(userId)).get(merchant);
    const maker = await memberships.rolesOf(by);
    const meant = covers(maker.get(ALL_MERCHANTS), 'owner') || covers(maker.get(merchant), 'owner');
    if (!membership || !meant) return;
    const isIn = membership.pending && (await signedInAs(headers)) === userId;
    if (!isIn && !ownsAllOf(maker, roles)) return membership.pending ? 'sign_in_first' : undefined;
    if (!(await take())) return;
    if (membership.pending) {
      if (!isIn) await memberships.forgetWaysIn(userId);
      await memberships.accept(userId, [merchant]);
    }
    if (!isIn) await forgetLinks(userId);
    return { userId, enters: !isIn };
  };
