// A real PostgreSQL on loopback, from Debian's package, in a folder of its own below the system's temporary one. It refuses to run as
// root, so it runs as `postgres` there.
import { execFile, spawn } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import {
  chownSync,
  existsSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { delimiter, join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { promisify } from 'node:util';
import { installByApt } from './apt.mjs';
import { freePort } from './free-port.mjs';
import { tail } from './progress.mjs';

const DEBIAN = '/usr/lib/postgresql';

/** Folder of the newest server's programs; Debian keeps them out of PATH. */
const findPrograms = () => {
  const versions = existsSync(DEBIAN) ? readdirSync(DEBIAN).sort((a, b) => Number(b) - Number(a)) : [];
  const dirs = [...versions.map((v) => join(DEBIAN, v, 'bin')), ...(process.env.PATH ?? '').split(delimiter)];
  return dirs.find((dir) => existsSync(join(dir, 'initdb')) && existsSync(join(dir, 'postgres')));
};

/** Who runs the server: nobody special, but not root. @returns {{ uid: number, gid: number } | undefined} */
const serverUser = () => {
  if (process.getuid?.() !== 0) return undefined;
  const line = /^(?:postgres|nobody):[^:]*:(\d+):(\d+):/m.exec(readFileSync('/etc/passwd', 'utf8'));
  return line ? { uid: Number(line[1]), gid: Number(line[2]) } : undefined;
};

/**
 * Finds PostgreSQL, or installs Debian's package where there is apt and root.
 * @returns {Promise<string | undefined>} why there is none; undefined when there is
 */
export const ensurePostgres = async () => {
  if (findPrograms()) return undefined;
  const failure = await installByApt(['postgresql']);
  return findPrograms() ? undefined : `PostgreSQL is not installed: ${failure ?? 'not in its package'}`;
};

/**
 * Starts a server; {@link ensurePostgres} first. Without fsync: it is for tests, and ends with them.
 * @returns {Promise<{ url: string, stop(): Promise<void>, start(): Promise<void>, close(): Promise<void> }>} `url` of an empty
 * database; `stop` and `start` are an outage of it, `close` ends it and removes its folder
 */
export const startPostgres = async () => {
  const programs = findPrograms();
  if (!programs) throw new Error('there is no PostgreSQL');
  const dir = mkdtempSync(join(tmpdir(), 'gander-postgres-'));
  const user = serverUser();
  if (user) chownSync(dir, user.uid, user.gid);
  const password = randomBytes(12).toString('hex');
  const secret = join(dir, 'password');
  writeFileSync(secret, password, { mode: 0o644 });
  const data = join(dir, 'data');
  await promisify(execFile)(
    join(programs, 'initdb'),
    ['-D', data, '-U', 'gander', '-A', 'scram-sha-256', `--pwfile=${secret}`, '-E', 'UTF8', '--no-sync'],
    { cwd: dir, ...user },
  );
  const port = await freePort();
  const options = [
    ...['-D', data, '-p', String(port), '-h', '127.0.0.1', '-k', dir],
    ...['-c', 'fsync=off', '-c', 'max_connections=60', '-c', 'shared_buffers=16MB'],
  ];
  /** @type {import('node:child_process').ChildProcess | undefined} */
  let server;
  // Whoever ends this process with a signal must not leave a server behind.
  const endWithMe = () => server?.kill('SIGQUIT');
  process.once('exit', endWithMe);
  const start = async () => {
    let said = '';
    server = spawn(join(programs, 'postgres'), options, {
      cwd: dir,
      stdio: ['ignore', 'pipe', 'pipe'],
      ...user,
    });
    for (const stream of [server.stdout, server.stderr])
      stream?.on('data', (chunk) => (said += String(chunk)));
    for (let i = 0; i < 300 && server.exitCode === null; i++) {
      if (/ready to accept connections/.test(said)) return;
      await delay(50);
    }
    server.kill('SIGQUIT');
    throw new Error(`postgres did not start:\n${tail(said, 8)}`);
  };
  const stop = async () => {
    const ending = server;
    if (!ending || ending.exitCode !== null || ending.signalCode !== null) return;
    const ended = new Promise((resolve) => ending.once('exit', resolve));
    // Fast shutdown: connections are cut.
    ending.kill('SIGINT');
    await ended;
  };
  await start();
  return {
    url: `postgres://gander:${password}@127.0.0.1:${port}/postgres`,
    start,
    stop,
    close: async () => {
      process.off('exit', endWithMe);
      await stop();
      rmSync(dir, { recursive: true, force: true });
    },
  };
};
