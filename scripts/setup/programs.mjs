// The programs that some tests need beside Node, npm and Chromium. `npm test` installs them all at once, before any test runs: tests
// run in parallel, and apt does not.
import { installByApt } from './apt.mjs';
import { hasProgram } from './ensure-program.mjs';

/** By Debian's package: the program that shows it is there, and what its tests are about. */
export const PROGRAMS = [
  { package: 'jq', program: 'jq', tests: "Firehose's dynamic partitioning" },
  { package: 'redis-server', program: 'redis-server', tests: 'several collectors sharing limits' },
  { package: 'ceph-mon', program: 'ceph-mon', tests: 'a real S3 server' },
  { package: 'ceph-osd', program: 'ceph-osd', tests: 'a real S3 server' },
  { package: 'radosgw', program: 'radosgw', tests: 'a real S3 server' },
  {
    package: 'postgresql',
    program: 'pg_createcluster',
    tests: 'users and merchants in PostgreSQL',
  },
  { package: 'nginx-light', program: '/usr/sbin/nginx', tests: 'the nginx example and two collectors' },
  { package: 'caddy', program: 'caddy', tests: 'the Caddy example' },
  { package: 'openssl', program: 'openssl', tests: "the nginx example's certificate" },
  { package: 'systemd', program: 'systemd-analyze', tests: 'the systemd unit' },
  { package: 'python3', program: 'python3', tests: 'the grant recipe in Python' },
  { package: 'php-cli', program: 'php', tests: 'the grant recipe in PHP' },
  { package: 'ruby', program: 'ruby', tests: 'the grant recipe in Ruby' },
  { package: 'golang-go', program: 'go', tests: 'the grant recipe in Go' },
  { package: 'default-jdk-headless', program: 'javac', tests: 'the grant recipe in Java' },
  { package: 'firefox-esr', program: 'firefox-esr', tests: 'leaks in Firefox' },
  { package: 'webkit2gtk-driver', program: 'WebKitWebDriver', tests: 'leaks in WebKitGTK' },
  { package: 'xvfb', program: 'Xvfb', tests: 'leaks in WebKitGTK' },
];

/**
 * Installs what is missing where there is apt and root.
 * @returns {Promise<{ present: number, missing: { name: string, reason: string }[] }>}
 */
export const ensurePrograms = async () => {
  const absent = () => PROGRAMS.filter(({ program }) => !hasProgram(program));
  const packages = absent().map((p) => p.package);
  const failure = packages.length > 0 ? await installByApt(packages) : undefined;
  const missing = absent().map((p) => ({
    name: `program ${p.package}`,
    reason: `tests of ${p.tests}: ${failure?.trim().split('\n')[0] ?? 'its package does not hold it'}`,
  }));
  return { present: PROGRAMS.length - missing.length, missing };
};
