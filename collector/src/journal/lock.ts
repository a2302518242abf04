import Database from 'libsql';
import { JournalError } from './journal-error.ts';

/**
 * The lock of the journal's single writer: an exclusive transaction on an empty SQLite file, which is a lock of the kernel
 * (https://sqlite.org/lockingv3.html). It ends with the process however that ends, is seen from other containers on the same
 * disk, and needs no look at process ids. Nothing is written, not even a rollback journal: a start on a full disk must get to where room is
 * made again.
 * @returns release
 * @throws JournalError `locked`; or, when the file cannot be locked at all, an error with its `code` and `path`
 */
export const takeLock = (dir: string): (() => void) => {
  const path = `${dir}/lock`;
  let db: Database.Database | undefined;
  try {
    db = new Database(path);
    db.exec('PRAGMA journal_mode=OFF; BEGIN EXCLUSIVE');
  } catch (error) {
    db?.close();
    const code = (error as { code?: string }).code || 'SQLITE_CANTOPEN';
    if (code === 'SQLITE_BUSY')
      throw new JournalError('locked', `another process writes the journal in ${dir}`);
    throw Object.assign(new Error(`the journal's lock ${path} cannot be taken (${code})`), { code, path });
  }
  const held = db;
  return () => held.close();
};
