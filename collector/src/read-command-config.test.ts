import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { readLakeConfig } from './lake/read-lake-config.ts';
import { readCommandConfig } from './read-command-config.ts';

describe('the data folder of a command', () => {
  let dir: string;
  let file: string;
  beforeEach(() => {
    dir = mkdtempSync(join(tmpdir(), 'gander-command-config-'));
    file = join(dir, 'gander.json');
    writeFileSync(file, JSON.stringify({ dataDir: '/of/the/file', port: 7099 }));
  });
  afterEach(() => {
    vi.unstubAllEnvs();
    rmSync(dir, { recursive: true });
  });

  it.each([
    ['the command line', '/of/the/line', '/of/the/environment', true, '/of/the/line'],
    ['the environment', undefined, '/of/the/environment', true, '/of/the/environment'],
    ['the file', undefined, undefined, true, '/of/the/file'],
    ['nobody', undefined, undefined, false, join(process.cwd(), '.gander')],
  ])('is what %s says', async (_, line, environment, isFile, expected) => {
    vi.stubEnv('GANDER_DATA_DIR', environment);
    expect(readCommandConfig(line, isFile ? file : undefined).dataDir).toBe(expected);
    expect((await readLakeConfig(line, isFile ? file : undefined)).dataDir).toBe(expected);
  });

  it('leaves the rest to the file, before the defaults of the command', () => {
    const { port, logLevel } = readCommandConfig('/x', file, { port: 1, logLevel: 'warn' });
    expect([port, logLevel]).toEqual([7099, 'warn']);
  });

  it('tells where a file stops being JSON, and nothing that stands in it', () => {
    writeFileSync(file, '{\n  "rootKey": "secret-value",}\n');
    expect(() => readCommandConfig('/x', file)).toThrow(
      `${file} is not JSON; it stops being so in line 2, column 29.`,
    );
    writeFileSync(file, '{ "rootKey": secret-value }');
    expect(() => readCommandConfig('/x', file)).not.toThrow('secret');
    writeFileSync(file, '[]');
    expect(() => readCommandConfig('/x', file)).toThrow('is not a JSON object');
  });

  it('is decided here for every command: none reads the variable, or works in a folder of its own choice', () => {
    const gander = join(import.meta.dirname, '../../gander/src');
    expect(readFileSync(join(gander, 'main.ts'), 'utf8')).not.toContain('process.env.GANDER_DATA_DIR');
    const commands = readdirSync(join(gander, 'commands')).filter((name) =>
      /^(?!command-fixture)[a-z-]+\.ts$/.test(name),
    );
    for (const name of commands) {
      const text = readFileSync(join(gander, 'commands', name), 'utf8');
      if (!text.includes('dataDir')) continue;
      expect([name, /read(Lake|Command)Config\(/.test(text)]).toEqual([name, true]);
      expect([name, /[^d]readConfig\(|dataDir: string }/.test(text)]).toEqual([name, false]);
    }
  });
});
