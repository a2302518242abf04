import { createHash } from 'node:crypto';
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { run, SetupError, withProgress } from './progress.mjs';

/**
 * Installs the packages of the lock file when they are not there, or when the lock file has changed since.
 * @param {string} root folder of the workspace
 * @returns {Promise<boolean>} whether anything was installed
 */
export const ensurePackages = async (root) => {
  const lockFile = join(root, 'package-lock.json');
  const stampFile = join(root, 'node_modules', '.gander-packages');
  const lock = readFileSync(lockFile, 'utf8');
  const stamp = `${createHash('sha256').update(lock).digest('hex')} ${process.platform}-${process.arch}\n`;
  const before = existsSync(stampFile) ? readFileSync(stampFile, 'utf8') : '';
  if (before === stamp) return false;
  // Somebody ran npm by hand: npm's own record says whether the same versions are there.
  const samePlatform = before === '' || before.endsWith(` ${process.platform}-${process.arch}\n`);
  if (!(samePlatform && holdsLockedVersions(root, JSON.parse(lock)))) {
    await withProgress('installing packages (npm ci)', () => installPackages(root));
  }
  writeFileSync(stampFile, stamp);
  return true;
};

/** Whether node_modules holds each package of the lock file in its locked version; optional ones are the platform's business. */
const holdsLockedVersions = (root, lock) => {
  const record = join(root, 'node_modules', '.package-lock.json');
  if (!existsSync(record)) return false;
  const held = JSON.parse(readFileSync(record, 'utf8')).packages ?? {};
  return Object.entries(lock.packages).every(
    ([path, wanted]) => path === '' || wanted.optional || held[path]?.version === wanted.version,
  );
};

const installPackages = async (root) => {
  // Run by npm, use that very npm; else the one on PATH.
  const npm = process.env.npm_execpath;
  const [command, first] = npm?.endsWith('.js') ? [process.execPath, [npm]] : ['npm', []];
  const { code, output } = await run(command, [...first, 'ci', '--no-progress'], { cwd: root });
  if (code === 0) return;
  throw new SetupError(
    `npm ci failed (exit code ${code}):\n${output.split('\n').slice(0, 20).join('\n')}\n\n` +
      'Gander needs the npm registry once, to install its packages.',
  );
};
