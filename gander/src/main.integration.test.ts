import { execFile } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { expect, it } from 'vitest';

const here = import.meta.dirname;
const { version } = JSON.parse(readFileSync(join(here, '../package.json'), 'utf8')) as { version: string };
const TSX = ['--conditions=@gander/source', '--import=tsx', join(here, 'main.ts')];

const gander = async (before: readonly string[], ...args: string[]) => {
  const { stdout, stderr, code } = await promisify(execFile)(process.execPath, [...before, ...TSX, ...args])
    .then((ended) => ({ ...ended, code: 0 }))
    .catch((error: { stdout: string; stderr: string; code: number }) => error);
  return { stdout, stderr, code };
};

it('tells its version', async () => {
  expect(await gander([], '--version')).toMatchObject({ stdout: `${version}\n`, code: 0 });
});

it('tells a Node that is too old what to do, before anything else is loaded', async () => {
  const old =
    'data:text/javascript,Object.defineProperty(process,"versions",{value:{...process.versions,node:"20.18.9"}})';
  const { stdout, stderr, code } = await gander([`--import=${old}`], 'start');
  expect({ stdout, code }).toEqual({ stdout: '', code: 1 });
  expect(stderr).toMatch(/^Gander needs Node 20\.19\.0 or newer; this is Node 20\.18\.9\.\nInstall .*\n$/);
});

it('takes SQL that begins with a comment for SQL', async () => {
  const dataDir = mkdtempSync(join(tmpdir(), 'gander-main-'));
  const { stdout, stderr } = await gander(
    [],
    '--data-dir',
    dataDir,
    'query',
    '-- one number\nselect 42 as n',
  );
  rmSync(dataDir, { recursive: true });
  expect({ stdout, stderr }).toEqual({ stdout: ' n\n──\n42\n', stderr: '' });
});
