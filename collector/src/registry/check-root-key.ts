import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { DATABASE_FILE, openDatabase } from './open-database.ts';
import { ROOT_KEY_FILE } from './root-key.ts';

/** The database has merchants, and the root key that their keys were made with is not there; the message says what to do. */
export class RootKeyError extends Error {
  override readonly name = 'RootKeyError';
}

export interface CheckRootKeyOptions {
  readonly dataDir: string;
  readonly databaseUrl?: string | undefined;
  /** The configured one. */
  readonly rootKey?: string | undefined;
}

/**
 * Asks, before a root key is made, that nothing was made with another one: a second collector on the same PostgreSQL, a copy that was
 * brought back without `root.key`, or a command in the wrong folder would refuse every token and grant of the others, and make secret keys
 * that the others refuse.
 * @throws RootKeyError
 */
export const checkRootKey = async ({ dataDir, databaseUrl, rootKey }: CheckRootKeyOptions): Promise<void> => {
  if (rootKey !== undefined || existsSync(join(dataDir, ROOT_KEY_FILE))) return;
  if (databaseUrl === undefined && !existsSync(join(dataDir, DATABASE_FILE))) return;
  const { db, close } = await openDatabase({ url: databaseUrl, dataDir });
  try {
    if (!(await db.selectFrom('merchants').select('id').executeTakeFirst())) return;
  } finally {
    await close();
  }
  throw new RootKeyError(
    `The database has merchants, but ${dataDir} has no ${ROOT_KEY_FILE}, which their keys were made with: bring it back, or set GANDER_ROOT_KEY. ` +
      'To begin with a new one, which ends all sessions and all secret keys, put 32 random bytes in base64url there.',
  );
};
