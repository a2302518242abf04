import { hkdfSync, randomBytes } from 'node:crypto';
import {
  closeSync,
  fsyncSync,
  linkSync,
  mkdirSync,
  openSync,
  readFileSync,
  rmSync,
  writeSync,
} from 'node:fs';
import { join } from 'node:path';

/** The root key's file in the data folder. */
export const ROOT_KEY_FILE = 'root.key';

/** Bytes of the root key, from which every other key is derived. */
export const ROOT_KEY_BYTES = 32;

/**
 * The root key: from the configuration, else from `root.key` in the data folder, which is made at the first use (mode 0600). Two
 * processes that start at once get the same key: the file appears whole or not at all.
 * @throws Error when the file is not a root key
 */
export const loadRootKey = (dataDir: string, configured?: string): Buffer => {
  if (configured) return check(Buffer.from(configured, 'base64url'), 'the configured root key');
  const path = join(dataDir, ROOT_KEY_FILE);
  try {
    return check(Buffer.from(readFileSync(path, 'utf8').trim(), 'base64url'), path);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ENOENT') throw error;
  }
  mkdirSync(dataDir, { recursive: true, mode: 0o700 });
  const draft = `${path}.${randomBytes(4).toString('hex')}`;
  const fd = openSync(draft, 'wx', 0o600);
  writeSync(fd, `${randomBytes(ROOT_KEY_BYTES).toString('base64url')}\n`);
  fsyncSync(fd);
  closeSync(fd);
  try {
    linkSync(draft, path);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error;
  } finally {
    rmSync(draft);
  }
  return check(Buffer.from(readFileSync(path, 'utf8').trim(), 'base64url'), path);
};

const check = (key: Buffer, where: string): Buffer => {
  if (key.length !== ROOT_KEY_BYTES) throw new Error(`${where} is not a root key of ${ROOT_KEY_BYTES} bytes`);
  return key;
};

/**
 * Derives a key from the root key: HKDF-SHA-256 (RFC 5869) with no salt.
 * @param info what it is for; one purpose, one key
 */
export const deriveKey = (rootKey: Uint8Array, info: string): Buffer =>
  Buffer.from(hkdfSync('sha256', rootKey, '', info, 32));
