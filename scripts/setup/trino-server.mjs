// A real Trino, the engine that Athena is built on: its release from Maven Central, one process, only the Hive plugin.
import { spawn } from 'node:child_process';
import {
  createWriteStream,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { homedir, tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { freePort } from './free-port.mjs';
import { run, tail, withProgress } from './progress.mjs';

/** The newest release that is on Maven Central. It needs Java 24 or newer. */
export const TRINO_VERSION = '476';
const LEAST_JAVA = 24;
const TARBALL = `${homedir()}/.m2/repository/io/trino/trino-server/${TRINO_VERSION}/trino-server-${TRINO_VERSION}.tar.gz`;

/** A Java that is new enough: `JAVA_HOME`, those of the system, the one on PATH. */
const findJava = async () => {
  const system = existsSync('/usr/lib/jvm')
    ? readdirSync('/usr/lib/jvm').map((name) => `/usr/lib/jvm/${name}/bin/java`)
    : [];
  for (const java of [process.env.JAVA_HOME && `${process.env.JAVA_HOME}/bin/java`, ...system, 'java']) {
    if (!java || (java !== 'java' && !existsSync(java))) continue;
    const { output } = await run(java, ['-version']);
    const version = Number(/version "(\d+)/.exec(output)?.[1]);
    if (version >= LEAST_JAVA) return java;
  }
  return undefined;
};

/**
 * Finds Java and unpacks Trino below the cache folder.
 * @param {string} root folder of the workspace
 * @returns {Promise<{ java: string, home: string } | { missing: string }>}
 */
export const ensureTrino = async (root) => {
  const java = await findJava();
  if (!java) return { missing: `Trino ${TRINO_VERSION} needs Java ${LEAST_JAVA} or newer (JAVA_HOME)` };
  const home = join(root, '.cache', `trino-server-${TRINO_VERSION}`);
  if (existsSync(join(home, '.complete'))) return { java, home };
  if (!existsSync(TARBALL)) {
    const artifact = `io.trino:trino-server:${TRINO_VERSION}:tar.gz`;
    const args = [
      '-B',
      '-q',
      'org.apache.maven.plugins:maven-dependency-plugin:3.6.1:get',
      `-Dartifact=${artifact}`,
    ];
    const { code, output } = await withProgress(`fetching Trino ${TRINO_VERSION} (mvn, 1 GB)`, () =>
      run('mvn', [...args, '-Dtransitive=false']),
    );
    if (code !== 0) return { missing: `mvn dependency:get ${artifact}:\n${tail(output, 4)}` };
  }
  rmSync(home, { recursive: true, force: true });
  mkdirSync(join(root, '.cache'), { recursive: true });
  const { code, output } = await withProgress('unpacking Trino', () =>
    run('tar', ['-xzf', TARBALL, '-C', join(root, '.cache')]),
  );
  if (code !== 0) return { missing: `tar: ${tail(output, 4)}` };
  // The plugins share files by hard links, so that one alone cannot be unpacked.
  for (const name of readdirSync(join(home, 'plugin')))
    if (name !== 'hive') rmSync(join(home, 'plugin', name), { recursive: true });
  writeFileSync(join(home, '.complete'), '');
  return { java, home };
};

/**
 * Starts Trino with one catalog, `lake`, over an S3 server.
 * @param {{ java: string, home: string }} trino
 * @param {import('./s3-server.mjs').S3Server} s3
 * @returns {Promise<{ url: string, stop(): Promise<void> }>}
 */
export const startTrino = async ({ java, home }, s3) => {
  const dir = mkdtempSync(join(tmpdir(), 'gander-trino-'));
  for (const name of ['catalog', 'plugin', 'data', 'meta']) mkdirSync(join(dir, name));
  symlinkSync(join(home, 'plugin/hive'), join(dir, 'plugin/hive'));
  const port = await freePort();
  const url = `http://127.0.0.1:${port}`;
  const properties = (path, values) =>
    writeFileSync(
      join(dir, path),
      Object.entries(values)
        .map(([k, v]) => `${k}=${v}\n`)
        .join(''),
    );
  properties('config.properties', {
    coordinator: true,
    'node-scheduler.include-coordinator': true,
    'http-server.http.port': port,
    'node.internal-address': '127.0.0.1',
    'discovery.uri': url,
    'plugin.dir': join(dir, 'plugin'),
    'query.max-memory': '1GB',
    'query.max-memory-per-node': '1GB',
    'memory.heap-headroom-per-node': '300MB',
  });
  properties('catalog/lake.properties', {
    'connector.name': 'hive',
    'hive.metastore': 'file',
    'hive.metastore.catalog.dir': 'local:///meta',
    'hive.security': 'allow-all',
    'hive.partition-projection-enabled': true,
    'fs.native-local.enabled': true,
    'local.location': dir,
    'fs.native-s3.enabled': true,
    's3.endpoint': s3.endpoint,
    's3.region': s3.region,
    's3.path-style-access': true,
    's3.aws-access-key': s3.accessKeyId,
    's3.aws-secret-key': s3.secretAccessKey,
  });
  const log = join(dir, 'trino.log');
  const child = spawn(
    java,
    [
      ...['-Xmx2G', '-XX:+UseG1GC', '-XX:+ExitOnOutOfMemoryError', '--add-modules=jdk.incubator.vector'],
      ...['-Djdk.attach.allowAttachSelf=true', '-Dnode.environment=gander', '-Dnode.id=gander-1'],
      ...[`-Dnode.data-dir=${join(dir, 'data')}`, `-Dcatalog.config-dir=${join(dir, 'catalog')}`],
      ...[
        `-Dconfig=${join(dir, 'config.properties')}`,
        '-cp',
        `${home}/lib/*`,
        'io.trino.server.TrinoServer',
      ],
    ],
    { cwd: dir, stdio: ['ignore', 'pipe', 'pipe'] },
  );
  const file = createWriteStream(log);
  child.stdout.pipe(file);
  child.stderr.pipe(file);
  const ended = new Promise((resolve) => child.once('exit', resolve));
  const endWithMe = () => child.kill('SIGKILL');
  process.once('exit', endWithMe);
  const stop = async () => {
    process.off('exit', endWithMe);
    child.kill('SIGKILL');
    await ended;
    rmSync(dir, { recursive: true, force: true });
  };
  for (let tries = 0; tries < 2_000 && child.exitCode === null; tries++) {
    const info = await fetch(`${url}/v1/info`).then(
      (r) => r.json(),
      () => undefined,
    );
    if (info?.starting === false) return { url, stop };
    await delay(300);
  }
  const output = readFileSync(log, 'utf8');
  await stop();
  throw new Error(`Trino did not start:\n${tail(output, 20)}`);
};
