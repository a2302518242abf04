import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Command } from 'commander';
import { afterEach, beforeEach, vi } from 'vitest';

/** For tests: a command on a data folder of its own, there once the hooks have run. */
export interface CommandFixture {
  readonly dataDir: string;
  /** Runs it with these arguments. @returns what it printed */
  run(...args: string[]): Promise<string>;
}

/** @param name as on the command line, e.g. `keys` */
export const setUpCommand = (name: string, register: (program: Command) => void): CommandFixture => {
  let dataDir = '';
  let printed = '';
  beforeEach(() => {
    dataDir = mkdtempSync(join(tmpdir(), `gander-${name}-`));
    vi.spyOn(process.stdout, 'write').mockImplementation((text) => {
      printed += String(text);
      return true;
    });
  });
  afterEach(() => {
    vi.restoreAllMocks();
    rmSync(dataDir, { recursive: true });
  });
  return {
    get dataDir() {
      return dataDir;
    },
    async run(...args) {
      printed = '';
      const program = new Command('gander').option('--data-dir <folder>', '', dataDir).exitOverride();
      program.configureOutput({ writeErr: () => undefined });
      register(program);
      await program.parseAsync([name, ...args], { from: 'user' });
      return printed;
    },
  };
};
