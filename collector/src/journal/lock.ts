import Database from 'libsql';
import { JournalError } from './journal-error.ts';

/**
 * The lock of the journal's single writer: an exclusive transaction on an empty SQLite file, which is a lock of the kernel
 * (https://sqlite.org/lockingv3.html). It ends with the process however that ends, is seen from other containers on the same
 * disk, and needs no look at process ids.
 * @returns release
 * @throws JournalError `locked`
 */
export const takeLock = (dir: string): (() => void) => {
  const db = new Database(`${dir}/lock`);
  try {
    db.exec('PRAGMA journal_mode=DELETE; BEGIN EXCLUSIVE');
  } catch (error) {
    db.close();
    throw new JournalError(
      'locked',
      `another process writes the journal in ${dir} (${(error as { code?: string }).code})`,
    );
  }
  return () => db.close();
};
