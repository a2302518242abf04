import { type ChildProcess, execFileSync, spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { ensureProgram } from '../../scripts/setup/ensure-program.mjs';
import { freePort } from '../../scripts/setup/free-port.mjs';
import { answers, startNginx } from '../two-collectors/run.mjs';

const deploy = join(import.meta.dirname, '..');
const absent = async (what: string, ...asked: Promise<string | undefined>[]): Promise<string | undefined> => {
  const missing = (await Promise.all(asked)).find(Boolean);
  if (missing && process.env.CI) throw new Error(missing);
  if (missing) console.error(`SKIPPED: ${what}: ${missing}`);
  return missing;
};
const noNginx = await absent(
  'nginx example',
  ensureProgram('/usr/sbin/nginx', 'nginx-light'),
  ensureProgram('openssl'),
);
const noCaddy = await absent('Caddy example', ensureProgram('caddy'));
const noSystemd = await absent('systemd unit', ensureProgram('systemd-analyze', 'systemd'));

let dir: string;
let behind: Server;
/** What came through: path, bytes, X-Forwarded-For. */
const seen: { path: string; bytes: number; forwarded: string }[] = [];
const portOf = (server: Server): number => (server.address() as AddressInfo).port;
beforeAll(async () => {
  dir = mkdtempSync(join(tmpdir(), 'gander-examples-'));
  behind = createServer((incoming, outgoing) => {
    let bytes = 0;
    incoming.on('data', (chunk: Buffer) => {
      bytes += chunk.length;
    });
    // A proxy cuts a body that is too large: then there is no end.
    incoming.on('end', () => {
      seen.push({ path: incoming.url!, bytes, forwarded: String(incoming.headers['x-forwarded-for']) });
      outgoing.writeHead(incoming.url === '/v1/full' ? 503 : 202, { 'retry-after': '5' }).end();
    });
  }).listen(0, '127.0.0.1');
  await once(behind, 'listening');
});
afterAll(() => {
  behind.close();
  rmSync(dir, { recursive: true });
});

const end = async (child: ChildProcess | undefined): Promise<void> => {
  if (!child || child.exitCode !== null) return;
  child.kill('SIGTERM');
  await once(child, 'exit');
};

/** What both examples promise of the collector behind them. @param limit largest body; `over`: the answer to a larger one */
const check = async (site: string, limit: number, over: readonly number[]): Promise<void> => {
  const send = (path: string, body: string, headers = {}) =>
    fetch(site + path, { method: 'POST', body, headers });
  seen.length = 0;
  for (const path of ['/metrics', '/healthz', '/readyz', '/', '/v1', '/console'])
    expect((await fetch(site + path)).status, path).toBe(404);
  expect(seen).toEqual([]);
  expect((await send('/v1/logs', 'x'.repeat(limit))).status).toBe(202);
  expect(over).toContain((await send('/v1/logs', 'x'.repeat(limit + 1))).status);
  const refused = await send('/v1/full', 'x');
  expect([refused.status, refused.headers.get('retry-after')]).toEqual([503, '5']);
  await send('/v1/logs', 'x', { 'x-forwarded-for': '203.0.113.9, 198.51.100.7' });
  expect(seen.map((s) => s.bytes)).toEqual([limit, 1, 1]);
  // One hop is trusted: the last entry, which the proxy wrote.
  expect(seen.at(-1)!.forwarded.split(/, */).at(-1)).toBe('127.0.0.1');
};

describe.skipIf(noNginx)('proxy/nginx.conf', () => {
  it('is taken by nginx as it is, with a certificate', () => {
    const [cert, key] = [join(dir, 'cert.pem'), join(dir, 'key.pem')];
    execFileSync(
      'openssl',
      [
        'req',
        '-x509',
        '-newkey',
        'rsa:2048',
        '-nodes',
        '-keyout',
        key,
        '-out',
        cert,
        '-days',
        '1',
        '-subj',
        '/CN=x',
      ],
      { stdio: 'ignore' },
    );
    const site = readFileSync(join(deploy, 'proxy/nginx.conf'), 'utf8')
      .replace('/etc/ssl/collect.example.pem', cert)
      .replace('/etc/ssl/collect.example.key', key);
    const file = join(dir, 'nginx.conf');
    writeFileSync(file, `events {}\npid ${dir}/nginx.pid;\nhttp {\n${site}\n}\n`);
    const { status, stderr } = spawnSync('/usr/sbin/nginx', ['-t', '-c', file], { encoding: 'utf8' });
    expect(stderr).not.toMatch(/\[(?:warn|emerg)\]/);
    expect(status).toBe(0);
  });

  it('shows the intake alone, limits bodies, and adds the address that it saw', async () => {
    const port = await freePort();
    const nginx = await startNginx({ dir: join(dir, 'nginx'), port, collectors: [portOf(behind)] });
    try {
      await check(`http://127.0.0.1:${port}`, 16_384, [413]);
    } finally {
      await end(nginx);
    }
  });
});

describe.skipIf(noCaddy)('proxy/Caddyfile', () => {
  it('shows the intake alone, limits bodies, and adds the address that it saw', async () => {
    const port = await freePort();
    const site = `http://127.0.0.1:${port}`;
    const file = join(dir, 'Caddyfile');
    const text = readFileSync(join(deploy, 'proxy/Caddyfile'), 'utf8')
      .replace('{\n\tservers', '{\n\tadmin off\n\tservers')
      .replace('collect.example {', `${site} {`)
      .replace('127.0.0.1:7070', `127.0.0.1:${portOf(behind)}`);
    writeFileSync(file, text);
    const env = { ...process.env, XDG_DATA_HOME: dir, XDG_CONFIG_HOME: dir };
    const caddy = spawn('caddy', ['run', '--config', file, '--adapter', 'caddyfile'], {
      stdio: 'ignore',
      env,
    });
    try {
      await answers(`${site}/openapi.json`);
      await check(site, 65_536, [413, 502]);
    } finally {
      await end(caddy);
    }
  });
});

describe.skipIf(noSystemd)('systemd/gander.service', () => {
  it('is a sound unit, and a well closed one', () => {
    const unit = join(dir, 'gander.service');
    // Where Node stands differs from machine to machine; everything else is verified as it is.
    const text = readFileSync(join(deploy, 'systemd/gander.service'), 'utf8');
    writeFileSync(unit, text.replace('/usr/bin/node', process.execPath));
    const { status, stdout, stderr } = spawnSync('systemd-analyze', ['verify', unit], { encoding: 'utf8' });
    expect(`${stdout}${stderr}`).not.toContain('gander.service');
    expect(status).toBe(0);
    const { stdout: report } = spawnSync('systemd-analyze', ['security', '--offline=true', unit], {
      encoding: 'utf8',
    });
    const exposure = Number(/exposure level[^:]*: ([0-9.]+)/.exec(report)?.[1]);
    // 0 is closed, 10 open; "OK" ends at 2.
    expect(exposure).toBeGreaterThan(0);
    expect(exposure).toBeLessThan(2);
  });
});
