import { existsSync } from 'node:fs';
import { delimiter, join } from 'node:path';
import { installByApt } from './apt.mjs';

/** @param {string} name of a program, or its path @returns {boolean} whether it is installed */
export const hasProgram = (name) =>
  name.startsWith('/')
    ? existsSync(name)
    : (process.env.PATH ?? '').split(delimiter).some((dir) => existsSync(join(dir, name)));

/**
 * Finds a program, or installs Debian's package of it where there is apt and root.
 * @param {string} name of the program, or its path
 * @param {string} [aptPackage] default: the same
 * @returns {Promise<string | undefined>} why it is missing; undefined when it is there
 */
export const ensureProgram = async (name, aptPackage = name) => {
  if (hasProgram(name)) return undefined;
  const failure = await installByApt([aptPackage]);
  return hasProgram(name) ? undefined : `${name} is not installed: ${failure ?? `not in ${aptPackage}`}`;
};
