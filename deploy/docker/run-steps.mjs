// node deploy/docker/run-steps.mjs — the steps of the Dockerfile without Docker, for machines that have none: its RUN in a copy of the
// repository, then its ENTRYPOINT and CMD with its ENV, its HEALTHCHECK, and the SIGTERM that `docker stop` sends. What only an image can
// show, its base and its users, is not seen here.
import { execFileSync, spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { freePort } from '../../scripts/setup/free-port.mjs';

const root = join(import.meta.dirname, '../..');
const text = readFileSync(join(import.meta.dirname, 'Dockerfile'), 'utf8').replace(/\\\n\s*/g, '');
const valuesOf = (instruction) =>
  [...text.matchAll(new RegExp(`^${instruction} (.*)$`, 'gm'))].map(([, value]) => value);
const dir = mkdtempSync(join(tmpdir(), 'gander-image-'));
try {
  // Dockerfile.dockerignore leaves out what git does not keep.
  execFileSync('sh', ['-c', `git ls-files -z | xargs -0 tar c | tar x -C ${dir}`], { cwd: root });
  const [build] = valuesOf('RUN');
  console.log(`RUN ${build}`);
  execFileSync('sh', ['-c', build], { cwd: dir, stdio: 'inherit' });

  const port = String(await freePort());
  const data = mkdtempSync(join(tmpdir(), 'gander-image-data-'));
  const set = Object.fromEntries(
    valuesOf('ENV').flatMap((line) => line.split(' ').map((pair) => pair.split('='))),
  );
  const own = { GANDER_DATA_DIR: data, GANDER_HOST: '127.0.0.1', GANDER_PORT: port };
  const env = { PATH: process.env.PATH, ...set, ...own, GANDER_CONSOLE_PORT: String(await freePort()) };
  const [command, ...args] = [...JSON.parse(valuesOf('ENTRYPOINT')[0]), ...JSON.parse(valuesOf('CMD')[0])];
  console.log(`${command} ${args.join(' ')}`);
  const server = spawn(command, args, { cwd: dir, env, stdio: 'inherit' });
  const check = JSON.parse(/CMD (\[.*\])$/.exec(valuesOf('HEALTHCHECK')[0])[1]);
  const probe = check.map((part) => part.replace('7070', port));
  let healthy = false;
  for (let i = 0; i < 60 && !healthy; i++) {
    await delay(500);
    healthy = spawnSync(probe[0], probe.slice(1)).status === 0;
  }
  server.kill(valuesOf('STOPSIGNAL')[0]);
  const began = performance.now();
  const [code] = await once(server, 'exit');
  console.log(`healthy: ${healthy}; stopped with ${code} after ${Math.round(performance.now() - began)} ms`);
  console.log(execFileSync('du', ['-sh', dir], { encoding: 'utf8' }).trim());
  rmSync(data, { recursive: true });
  process.exitCode = healthy && code === 0 ? 0 : 1;
} finally {
  rmSync(dir, { recursive: true });
}
