import { mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Command } from 'commander';
import { expect, it } from 'vitest';
import { registerDatabase } from './database.ts';

it('moves nothing out of a folder that has no database, and says so', async () => {
  const dataDir = mkdtempSync(join(tmpdir(), 'gander-database-'));
  try {
    let told = '';
    const program = new Command('gander').option('--data-dir <folder>', '', dataDir).exitOverride();
    program.configureOutput({
      writeErr: (text) => {
        told += text;
      },
    });
    registerDatabase(program);
    const run = program.parseAsync(['database', 'move', '--to', 'postgres://127.0.0.1:1/none'], {
      from: 'user',
    });
    await expect(run).rejects.toMatchObject({ exitCode: 1 });
    expect(told).toContain(`${dataDir} has no gander.sqlite: nothing was moved`);
    expect(readdirSync(dataDir)).toEqual([]);
  } finally {
    rmSync(dataDir, { recursive: true });
  }
});
