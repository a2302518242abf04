import type { Kysely } from 'kysely';
import type { Memberships } from './memberships.ts';
import { parseLinkWord } from './open-link.ts';
import { LINK_IDENTIFIER } from './sign-in-links.ts';
import type { UserTables } from './user-tables.ts';

/**
 * Deletes the links that sign a user in and were not opened: once the user has come in, or has a new password, one that still lies in a
 * log or a mailbox is only a key for somebody else. Those of invitations that wait stay.
 */
export const forgetLinks = async (
  db: Kysely<UserTables>,
  memberships: Pick<Memberships, 'of'>,
  userId: string,
): Promise<void> => {
  const rows = await db
    .selectFrom('console_verifications')
    .select(['id', 'value'])
    .where('identifier', 'like', `${LINK_IDENTIFIER}%`)
    .execute();
  const invited = await memberships.of(userId);
  const spent = rows.filter(({ value }) => {
    const word = parseLinkWord(value);
    return word.userId === userId && !(word.from && invited.get(word.from.merchant)?.pending);
  });
  if (spent.length === 0) return;
  await db
    .deleteFrom('console_verifications')
    .where(
      'id',
      'in',
      spent.map(({ id }) => id),
    )
    .execute();
};
