import { execFile } from 'node:child_process';
import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { describe, expect, test } from 'vitest';

const ROOT = join(import.meta.dirname, '../..');
type Part = [right: number, all: number];

/** What `npm run bench:forms` says of a folder of labelled pages, in Chromium. */
const scoreOf = async (pages: string): Promise<Record<'all' | 'card' | 'secret', number>> => {
  const folder = mkdtempSync(join(tmpdir(), 'gander-forms-'));
  const json = join(folder, 'score.json');
  try {
    await promisify(execFile)(
      process.execPath,
      [
        '--conditions=@gander/source',
        '--import',
        'tsx',
        'bench/forms/main.ts',
        ...['--pages', pages, '--json', json],
      ],
      { cwd: ROOT, timeout: 280_000 },
    );
    const score = JSON.parse(readFileSync(json, 'utf8')) as Record<string, Part>;
    const share = ([right, all]: Part) => right / all;
    return { all: share(score.all!), card: share(score.card!), secret: share(score.secret!) };
  } finally {
    rmSync(folder, { recursive: true });
  }
};

/** The figures of docs/benchmarks.md, rounded down: lower ones are a step back. */
describe('field classes in Chromium', () => {
  test('L25: of the same form in fourteen languages, called nothing but its labels', async () => {
    const { all, secret } = await scoreOf('bench/forms/pages');
    expect(secret).toBe(1);
    expect(all).toBeGreaterThan(0.86);
  }, 300_000);

  const real = '../shared/forms/pages';
  test.skipIf(!existsSync(join(ROOT, real)))(
    'of 278 pages of real sites',
    async () => {
      const { all, card, secret } = await scoreOf(real);
      expect(secret).toBe(1);
      expect(card).toBeGreaterThan(0.98);
      expect(all).toBeGreaterThan(0.95);
    },
    300_000,
  );
});
