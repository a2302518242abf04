import { hkdfSync } from 'node:crypto';

/** What the console's cookies are signed with: of the root key, so that it needs no keeping. */
export const consoleSecret = (rootKey: Buffer): string =>
  Buffer.from(hkdfSync('sha256', rootKey, '', 'gander console cookies', 32)).toString('base64url');
