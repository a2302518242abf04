import { existsSync } from 'node:fs';
import { delimiter, join } from 'node:path';
import { run, tail } from './progress.mjs';

/**
 * Finds a program on PATH, or installs Debian's package of it where there is apt and root.
 * @param {string} name of the program
 * @param {string} [aptPackage] default: the same
 * @returns {Promise<string | undefined>} why it is missing; undefined when it is there
 */
export const ensureProgram = async (name, aptPackage = name) => {
  const there = () => (process.env.PATH ?? '').split(delimiter).some((dir) => existsSync(join(dir, name)));
  if (there()) return undefined;
  if (process.getuid?.() !== 0 || !existsSync('/usr/bin/apt-get'))
    return `${name} is not installed, and there is no apt or root to install it`;
  const env = { ...process.env, DEBIAN_FRONTEND: 'noninteractive' };
  await run('apt-get', ['update', '-qq'], { env });
  const { output } = await run('apt-get', ['install', '-y', '-qq', '--no-install-recommends', aptPackage], {
    env,
  });
  return there() ? undefined : `apt-get install ${aptPackage}:\n${tail(output, 4)}`;
};
