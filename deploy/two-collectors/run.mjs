// Two collectors behind nginx on this machine, with one Redis, one PostgreSQL and one bucket between them:
//   REDIS_URL=… DATABASE_URL=… S3_ENDPOINT=… S3_BUCKET=… AWS_ACCESS_KEY_ID=… AWS_SECRET_ACCESS_KEY=… node deploy/two-collectors/run.mjs
// On two machines it is the same: one collector each, and a load balancer instead of nginx.
import { spawn } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { once } from 'node:events';
import { chmodSync, existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';

const NGINX = '/usr/sbin/nginx';
const GANDER = join(import.meta.dirname, '../../gander/dist/main.js');

/**
 * The configuration of one of the collectors. What differs: its name, its port, its folder (journal, and nothing that the other needs),
 * and which of them looks after the lake.
 */
export const collectorConfig = ({ id, port, dataDir, rootKey, redisUrl, databaseUrl, s3 }) => ({
  collectorId: id,
  port,
  dataDir,
  rootKey,
  redisUrl,
  databaseUrl,
  http: { trustedProxyHops: 1 },
  landing: { target: 's3', s3: { ...s3, forcePathStyle: true } },
  lake: { upkeep: id === 'c1' },
});

/**
 * Writes a collector's configuration beside its data folder and runs it by `gander start`, as built.
 * @returns its process, once it is ready
 */
export const startCollector = async ({ config, consolePort }, options) => {
  const file = `${config.dataDir}.json`;
  mkdirSync(config.dataDir, { recursive: true });
  writeFileSync(file, JSON.stringify(config, null, 2), { mode: 0o600 });
  const args = ['start', '--no-demo', '--config', file, '--console-port', String(consolePort)];
  const flags = ['--max-semi-space-size=4', '--heap-growing-percent=40', '--no-parallel-scavenge'];
  const child = spawn(process.execPath, [...flags, GANDER, ...args], options);
  await answers(`http://127.0.0.1:${config.port}/readyz`).catch((error) => {
    child.kill();
    throw error;
  });
  return child;
};

/** `deploy/proxy/nginx.conf` with both collectors behind it, on a loopback port without TLS, as a whole file for a user that is not root. */
export const nginxConfig = ({ dir, port, collectors }) => {
  const site = readFileSync(join(import.meta.dirname, '../proxy/nginx.conf'), 'utf8')
    .replace('server 127.0.0.1:7070;', collectors.map((p) => `server 127.0.0.1:${p};`).join('\n  '))
    .replace('listen 443 ssl http2;', `listen 127.0.0.1:${port};`)
    .replace(/^ *ssl_.*\n/gm, '');
  return `daemon off;
pid ${dir}/nginx.pid;
error_log ${dir}/error.log;
events {}
http {
access_log off;
client_body_temp_path ${dir}/body;
proxy_temp_path ${dir}/proxy;
fastcgi_temp_path ${dir}/fastcgi;
uwsgi_temp_path ${dir}/uwsgi;
scgi_temp_path ${dir}/scgi;
${site}
}
`;
};

/** Starts nginx before collectors. @returns its process */
export const startNginx = async ({ dir, port, collectors }) => {
  mkdirSync(dir, { recursive: true });
  // nginx started by root works as another user, who must get to its folder for bodies.
  chmodSync(dir, 0o755);
  const file = join(dir, 'nginx.conf');
  writeFileSync(file, nginxConfig({ dir, port, collectors }));
  const nginx = spawn(NGINX, ['-c', file], { stdio: 'inherit' });
  await answers(`http://127.0.0.1:${port}/openapi.json`);
  return nginx;
};

/** Waits until something answers at an address, a minute at most. */
export const answers = async (url) => {
  for (let i = 0; i < 600; i++) {
    const ok = await fetch(url).then(
      (response) => response.ok,
      () => false,
    );
    if (ok) return;
    await delay(100);
  }
  throw new Error(`no answer from ${url}`);
};

/** The same at each run: what the database's keys were made with. */
const keptRootKey = (dir) => {
  const file = join(dir, 'root.key');
  mkdirSync(dir, { recursive: true });
  if (!existsSync(file)) writeFileSync(file, randomBytes(32).toString('base64url'), { mode: 0o600 });
  return readFileSync(file, 'utf8').trim();
};

const run = async () => {
  const { env } = process;
  const dir = resolve(env.GANDER_DIR ?? '.gander-two');
  const shared = {
    rootKey: env.GANDER_ROOT_KEY ?? keptRootKey(dir),
    redisUrl: env.REDIS_URL,
    databaseUrl: env.DATABASE_URL,
    s3: { bucket: env.S3_BUCKET, endpoint: env.S3_ENDPOINT ?? '', region: env.AWS_REGION ?? 'us-east-1' },
  };
  const ports = [7171, 7172];
  const children = [];
  for (const [i, port] of ports.entries()) {
    const id = `c${i + 1}`;
    const config = collectorConfig({ id, port, dataDir: join(dir, id), ...shared });
    children.push(await startCollector({ config, consolePort: port + 100 }, { stdio: 'inherit' }));
  }
  children.push(await startNginx({ dir: join(dir, 'nginx'), port: 7070, collectors: ports }));
  console.log('pages send to http://127.0.0.1:7070');
  const stop = () => {
    for (const child of children) child.kill('SIGTERM');
  };
  process.on('SIGTERM', stop);
  process.on('SIGINT', stop);
  await Promise.all(children.map((child) => once(child, 'exit')));
};

if (process.argv[1] === import.meta.filename) await run();
