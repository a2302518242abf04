// A real S3 server on loopback: Ceph's radosgw over one mon and one in-memory osd. It checks signatures, clock skew, If-None-Match,
// multipart uploads and paging, which the small fakes of npm do not. Up in about 15 s; needs root and Debian's packages (64 MB).
import { spawn } from 'node:child_process';
import { randomBytes, randomUUID } from 'node:crypto';
import {
  appendFileSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { installByApt } from './apt.mjs';
import { freePort } from './free-port.mjs';
import { tail, withProgress } from './progress.mjs';

const PACKAGES = ['ceph-mon', 'ceph-osd', 'radosgw'];
const PROGRAMS = ['ceph-mon', 'ceph-osd', 'radosgw', 'radosgw-admin', 'ceph', 'monmaptool', 'ceph-authtool'];

const missing = () => PROGRAMS.filter((name) => !existsSync(`/usr/bin/${name}`));

/**
 * Installs the server's packages where there is apt and root.
 * @returns {Promise<string | undefined>} why there is no server; undefined when there is
 */
export const ensureS3Server = async () => {
  if (process.platform !== 'linux' || process.getuid?.() !== 0) return 'an S3 server needs Linux and root';
  if (missing().length === 0) return undefined;
  return withProgress('installing an S3 server (apt-get)', async () => {
    const failure = await installByApt(PACKAGES);
    return missing().length ? (failure ?? `still missing: ${missing().join(', ')}`) : undefined;
  });
};

/**
 * Starts the server in a new folder below the system's temporary one.
 * @returns {Promise<{ endpoint: string, region: string, accessKeyId: string, secretAccessKey: string, stop(): Promise<void> }>}
 */
export const startS3Server = async () => {
  const dir = mkdtempSync(join(tmpdir(), 'gander-s3-'));
  const [mon2, mon1, port] = [await freePort(), await freePort(), await freePort()];
  for (const name of ['mon', 'osd0', 'run', 'log']) mkdirSync(join(dir, name));
  const conf = join(dir, 'ceph.conf');
  const keyring = join(dir, 'keyring');
  const fsid = randomUUID();
  writeFileSync(conf, configuration({ dir, fsid, keyring, mon2, mon1, port }));
  // Whoever ends this process with a signal must not leave servers behind.
  const endWithMe = () => endAll(dir);
  process.once('exit', endWithMe);
  const stop = async () => {
    process.off('exit', endWithMe);
    await stopAll(dir);
  };
  /** @param {string} program @param {string[]} args @param {string} [input] */
  const sh = async (program, args, input) => {
    const { code, output } = await runWithInput(program, args, input);
    if (code !== 0) throw new Error(`${program} ${args.join(' ')}:\n${tail(output, 8)}`);
    return output.trim();
  };
  const ceph = (...args) => sh('ceph', ['--connect-timeout', '10', '-c', conf, ...args]);
  const accessKeyId = `GANDER${randomBytes(7).toString('hex').toUpperCase()}`;
  const secretAccessKey = randomBytes(20).toString('hex');
  try {
    await sh('ceph-authtool', [
      '--create-keyring',
      keyring,
      '--gen-key',
      '-n',
      'mon.',
      '--cap',
      'mon',
      'allow *',
    ]);
    const caps = ['mon', 'osd', 'mgr', 'mds'].flatMap((name) => ['--cap', name, 'allow *']);
    await sh('ceph-authtool', [keyring, '--gen-key', '-n', 'client.admin', ...caps]);
    const monmap = join(dir, 'monmap');
    const address = `[v2:127.0.0.1:${mon2},v1:127.0.0.1:${mon1}]`;
    await sh('monmaptool', ['--create', '--fsid', fsid, '--addv', 'a', address, monmap]);
    await sh('ceph-mon', ['-c', conf, '-i', 'a', '--mkfs', '--monmap', monmap, '--keyring', keyring]);
    await sh('ceph-mon', ['-c', conf, '-i', 'a']);
    await until('the monitor', () => ceph('mon', 'stat'));
    const osd = randomUUID();
    const key = await sh('ceph-authtool', ['--gen-print-key']);
    await sh('ceph', ['-c', conf, 'osd', 'new', osd, '-i', '-'], JSON.stringify({ cephx_secret: key }));
    const osdKeyring = join(dir, 'osd0.keyring');
    await sh('ceph-authtool', [osdKeyring, '--create-keyring', '-n', 'osd.0', '--add-key', key]);
    appendFileSync(keyring, readFileSync(osdKeyring));
    await sh('ceph-osd', ['-c', conf, '-i', '0', '--mkfs', '--osd-uuid', osd, '--key', key]);
    await ceph('osd', 'crush', 'add-bucket', 'default', 'root').catch(() => 'there is one');
    await sh('ceph-osd', ['-c', conf, '-i', '0']);
    await until('the store', async () => {
      if (!(await ceph('osd', 'stat')).includes('1 up')) throw new Error('not up');
    });
    await sh('radosgw', ['-c', conf, '-n', 'client.admin']);
    const endpoint = `http://127.0.0.1:${port}`;
    await until('the gateway', () => fetch(endpoint));
    await sh('radosgw-admin', [
      ...['-c', conf, 'user', 'create', '--uid=gander', '--display-name=gander'],
      ...[`--access-key=${accessKeyId}`, `--secret-key=${secretAccessKey}`],
    ]);
    return { endpoint, region: 'us-east-1', accessKeyId, secretAccessKey, stop };
  } catch (error) {
    await stop();
    throw error;
  }
};

const configuration = ({ dir, fsid, keyring, mon2, mon1, port }) => `[global]
fsid = ${fsid}
keyring = ${keyring}
mon initial members = a
mon host = [v2:127.0.0.1:${mon2},v1:127.0.0.1:${mon1}]
public addr = 127.0.0.1
cluster addr = 127.0.0.1
auth cluster required = cephx
auth service required = cephx
auth client required = cephx
osd pool default size = 1
osd pool default min size = 1
osd pool default pg num = 8
osd pool default pgp num = 8
osd pool default pg autoscale mode = off
osd crush chooseleaf type = 0
mon allow pool size one = true
mon allow pool delete = true
mon warn on pool no redundancy = false
mon data avail crit = 1
mon data avail warn = 2
mon max pg per osd = 1000
osd objectstore = memstore
memstore device bytes = 4294967296
osd max object name len = 256
osd max object namespace len = 64
run dir = ${dir}/run
log file = ${dir}/log/$name.log
admin socket = ${dir}/run/$name.asok
pid file = ${dir}/run/$name.pid
debug mon = 0
debug osd = 0
debug ms = 0
debug rgw = 1
[mon.a]
mon data = ${dir}/mon
[osd.0]
osd data = ${dir}/osd0
[client.admin]
rgw frontends = beast endpoint=127.0.0.1:${port}
rgw enable ops log = false
rgw thread pool size = 16
`;

/** @param {string} what @param {() => Promise<unknown>} works */
const until = async (what, works) => {
  for (let tries = 0; tries < 100; tries++) {
    try {
      await works();
      return;
    } catch {
      await delay(300);
    }
  }
  throw new Error(`${what} did not come up`);
};

/** The servers put themselves into the background: this waits for the command, not for them. */
const runWithInput = (program, args, input) =>
  new Promise((resolve) => {
    const child = spawn(program, args, { stdio: ['pipe', 'pipe', 'pipe'] });
    const chunks = [];
    child.stdout.on('data', (chunk) => chunks.push(chunk));
    child.stderr.on('data', () => {});
    child.once('error', (error) => resolve({ code: 127, output: error.message }));
    child.once('exit', (code) => {
      // A server in the background keeps the pipes open.
      setTimeout(() => {
        child.stdout.destroy();
        child.stderr.destroy();
        resolve({ code: code ?? 1, output: Buffer.concat(chunks).toString('utf8') });
      }, 20);
    });
    child.stdin.on('error', () => {});
    child.stdin.end(input ?? '');
  });

/** @returns {number[]} ids of the servers that were told to end */
const endAll = (dir) => {
  const folder = join(dir, 'run');
  const pids = readdirSync(folder)
    .filter((name) => name.endsWith('.pid'))
    .map((name) => Number(readFileSync(join(folder, name), 'utf8')))
    .filter((pid) => pid > 1);
  for (const pid of pids) signal(pid, 'SIGKILL');
  return pids;
};

const stopAll = async (dir) => {
  const pids = endAll(dir);
  for (let tries = 0; tries < 100 && pids.some((pid) => signal(pid, 0)); tries++) await delay(50);
  rmSync(dir, { recursive: true, force: true });
};

/** @returns {boolean} whether there is such a process */
const signal = (pid, name) => {
  try {
    process.kill(pid, name);
    return true;
  } catch {
    return false;
  }
};
