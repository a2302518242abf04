import { createHash } from 'node:crypto';
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { run, SetupError, tail, withProgress } from '../../scripts/setup/progress.mjs';

const HERE = import.meta.dirname;

/** Installs the peers of the lock file, when they are not there or the lock file has changed. */
export const ensurePeers = async () => {
  const stampFile = join(HERE, 'node_modules/.gander-peers');
  const stamp = createHash('sha256')
    .update(readFileSync(join(HERE, 'package-lock.json')))
    .digest('hex');
  if (existsSync(stampFile) && readFileSync(stampFile, 'utf8') === stamp) return;
  await withProgress('installing the peers (npm ci in bench/sdk)', async () => {
    const npm = process.env.npm_execpath;
    const [command, first] = npm?.endsWith('.js') ? [process.execPath, [npm]] : ['npm', []];
    const { code, output } = await run(command, [...first, 'ci', '--ignore-scripts', '--no-progress'], {
      cwd: HERE,
    });
    if (code !== 0)
      throw new SetupError(`npm ci in bench/sdk failed (exit code ${code}):\n${tail(output, 20)}`);
  });
  writeFileSync(stampFile, stamp);
};
