// Debian's packages for what the tests need beside Node and npm.
import { existsSync } from 'node:fs';
import { setTimeout as delay } from 'node:timers/promises';
import { run, tail } from './progress.mjs';

/** How often, and how far apart, a command is tried again while another apt-get holds apt's locks: five minutes in all. */
const ATTEMPTS = 60;
const PAUSE_MS = 5_000;
const LOCKED = /Could not get lock|Unable to (?:acquire|lock)/;

/**
 * Installs packages where there is apt, and root or sudo that asks for no password. Waits for another apt-get that is under way.
 * @param {readonly string[]} packages Debian's names
 * @param {{ sudo?: boolean }} [options] `sudo`: also when not root; default false
 * @returns {Promise<string | undefined>} why it failed; undefined when they are installed
 */
export const installByApt = async (packages, { sudo = false } = {}) => {
  const isRoot = process.getuid?.() === 0;
  if (process.platform !== 'linux' || !existsSync('/usr/bin/apt-get')) return 'there is no apt to install it';
  if (!isRoot && !sudo) return 'it takes root to install it';
  const apt = async (...args) => {
    const [command, ...rest] = [...(isRoot ? [] : ['sudo', '-n']), 'apt-get', ...args];
    const env = { ...process.env, DEBIAN_FRONTEND: 'noninteractive', LC_ALL: 'C' };
    for (let attempt = 1; ; attempt++) {
      const done = await run(command, rest, { env });
      if (done.code === 0 || attempt === ATTEMPTS || !LOCKED.test(done.output)) return done;
      await delay(PAUSE_MS);
    }
  };
  await apt('update', '-qq');
  const { code, output } = await apt('install', '-y', '-qq', '--no-install-recommends', ...packages);
  return code === 0 ? undefined : `apt-get install ${packages.join(' ')}:\n${tail(output, 8)}`;
};
