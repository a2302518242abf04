import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { ConfigError, configOptions, environmentName, readConfig, unknownVariables } from './config.ts';
import { ERRORS, errorBody } from './errors.ts';
import { generateDocs } from './generate-docs.ts';
import { METRICS } from './metrics.ts';

const root = join(import.meta.dirname, '../..');
const page = (path: string) => readFileSync(join(root, path), 'utf8');
const firstCells = (text: string, at: number) =>
  text
    .split('\n')
    .filter((line) => /^\| [`0-9]/.test(line))
    .map((line) => line.split(' | ')[at]!.replaceAll(/[`| ]/g, ''));

describe('docs and tables', () => {
  it.each([...generateDocs()])('%s says what the tables say', (path, content) => {
    expect(page(path)).toBe(content);
  });

  it('name every error, metric and option, and nothing else', () => {
    expect(firstCells(page('docs/errors.md'), 0)).toEqual(Object.values(ERRORS).map((e) => String(e.code)));
    expect(firstCells(page('docs/metrics.md'), 0)).toEqual(METRICS.map((m) => m.name));
    expect(firstCells(page('docs/configuration.md'), 1)).toEqual(
      configOptions().map((o) => environmentName(o.path)),
    );
  });

  it('give each error its own code, and bodies of at most 120 bytes', () => {
    const codes = Object.values(ERRORS).map((e) => e.code);
    expect(new Set(codes).size).toBe(codes.length);
    for (const name of Object.keys(ERRORS) as (keyof typeof ERRORS)[]) {
      expect(errorBody(name).length).toBeLessThanOrEqual(120);
      expect((JSON.parse(errorBody(name)) as { e: number }).e).toBe(ERRORS[name].code);
    }
  });
});

describe('configuration', () => {
  it('has a default, a meaning and a variable of its own for each option', () => {
    const options = configOptions();
    expect(readConfig({})).toMatchObject({ port: 7070, journal: { segmentBytes: 67_108_864 } });
    expect(new Set(options.map((o) => environmentName(o.path))).size).toBe(options.length);
    for (const option of options) expect(option.doc, option.path.join('.')).not.toBe('');
  });

  it('is overridden by the environment', () => {
    const environment = {
      GANDER_PORT: '0',
      GANDER_JOURNAL_MAX_BYTES: '5000',
      GANDER_COLLECTOR_ID: 'c7',
      REDIS_URL: 'redis://x',
    };
    expect(readConfig({ port: 1 }, environment)).toMatchObject({
      port: 0,
      collectorId: 'c7',
      redisUrl: 'redis://x',
      journal: { maxBytes: 5_000 },
    });
  });

  it('names a bad option, and never its value', () => {
    const cases: [object, string][] = [
      [{ prot: 1 }, 'there is no option prot'],
      [{ limits: { ip: { point: 1 } } }, 'there is no option limits.ip.point'],
      [{ port: 'secret-value' }, 'port: invalid input: expected number'],
      [{ landing: { target: 'secret-value' } }, 'expected one of "local"|"s3"|"firehose"'],
      [{ landing: { target: 's3' } }, 'landing.s3.bucket: landing.target s3 needs a bucket'],
      [
        { landing: { target: 'firehose' } },
        'landing.firehose.stream: landing.target firehose needs a stream',
      ],
      [{ url: 'secret-value' }, 'url: invalid URL'],
      [{ journal: { maxBytes: -1 } }, 'journal.maxBytes'],
      [{ rootKey: 'secret-value' }, 'rootKey'],
    ];
    for (const [file, name] of cases) {
      expect(() => readConfig(file)).toThrow(name);
      expect(() => readConfig(file)).not.toThrow('secret-value');
    }
  });

  it('knows variables that look like options and are none', () => {
    expect(
      unknownVariables({ GANDER_PROT: '1', GANDER_PORT: '1', GANDER_SECRET_KEY: 'gsk_', PATH: '/bin' }),
    ).toEqual(['GANDER_PROT']);
  });

  it('takes the address of the collector as an origin', () => {
    expect(readConfig({ url: 'https://collect.example/' }).url).toBe('https://collect.example');
  });

  it('names the option, and never what stands there, also where the environment reaches into a file that is wrong', () => {
    const environment = { GANDER_HTTP_DRAIN_MS: '5' };
    for (const file of ['secret-value', { http: 'secret-value' }, ['secret-value']]) {
      const read = () => readConfig(file, environment);
      expect(read).toThrow(ConfigError);
      expect(read).not.toThrow('secret-value');
    }
    for (const redisUrl of ['secret-value', 'redis://:secret-value@cache:99999', 'http://secret-value']) {
      expect(() => readConfig({ redisUrl })).toThrow('redisUrl');
      expect(() => readConfig({ redisUrl })).not.toThrow('secret-value');
    }
  });
});
