import { execFile } from 'node:child_process';
import { readdirSync, readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { gunzipSync } from 'node:zlib';
import { describe, expect, test } from 'vitest';
import { type GanderProcess, MAIN, startGander } from '../harness/gander-process.ts';
import { findEngines } from './engines.ts';
import { leaksIn, type Outlet } from './oracle.ts';
import { SCENARIOS } from './scenarios.ts';
import { startStub } from './stub-collector.ts';
import { walkScenario } from './walk-scenario.ts';

const run = promisify(execFile);
/** Without a collector nothing lands. */
const LANDING = SCENARIOS.filter(({ down }) => !down);
const FOCUS = 200;

const keyFor = async ({ dataDir }: GanderProcess, origin: string): Promise<string> => {
  const args = [MAIN, '--data-dir', dataDir, 'keys', 'create', '--name', 'Leaks', '--origin', origin];
  const { stdout } = await run(process.execPath, args, { cwd: dataDir });
  return /gpk_[\w-]+/.exec(stdout)![0];
};

const countOf = (rows: readonly { readonly code?: unknown }[], code: number): number =>
  rows.filter((row) => Number(row.code) % 1_000 === code).length;

/** All that the collector has written: journal, landing, databases; compressed files are unpacked, empty stretches shortened. */
const filesUnder = (folder: string): Outlet[] =>
  readdirSync(folder, { recursive: true, encoding: 'utf8' }).flatMap((path) => {
    const file = join(folder, path);
    if (!statSync(file).isFile()) return [];
    const bytes = readFileSync(file);
    const text = (path.endsWith('.gz') ? gunzipSync(bytes) : bytes).toString('latin1');
    return [{ where: `${path} bytes`, text: text.replace(/\0{2,}/g, '\0') }];
  });

const [chromium] = await findEngines();

describe.skipIf(!chromium?.launch)('no canary lands', () => {
  test('the leak pages before the real collector: its rows, its files and its log hold none', async () => {
    const gander = await startGander();
    const browser = await chromium!.launch!();
    try {
      const canaries: string[] = [];
      let acknowledged = 0;
      for (const scenario of LANDING) {
        const stub = await startStub();
        try {
          stub.behind = { collector: gander.collector, key: await keyFor(gander, stub.shop) };
          const walk = await walkScenario(browser, stub, scenario, 0);
          canaries.push(...walk.canaries);
        } finally {
          await stub.close();
          acknowledged += stub.acknowledged;
        }
      }
      const rows = await gander.queryUntil('select * from logs', ({ length }) => length >= acknowledged);
      expect(rows.length).toBe(acknowledged);
      // Else nothing could have leaked. Boxes of one secret and unknown fields next to each other are one visit.
      expect(countOf(rows, FOCUS)).toBeGreaterThan(4 * LANDING.length);
      expect(canaries.length).toBeGreaterThan(400);
      await gander.stop();
      const outlets: Outlet[] = [
        { where: 'landed labels', text: rows.map(({ page, step }) => [page, step].join('\n')).join('\n') },
        { where: 'landed numbers', text: JSON.stringify(rows.map(Object.values)) },
        { where: 'output bytes', text: gander.output() },
        ...filesUnder(gander.dataDir),
      ];
      expect(outlets.filter(({ where }) => where.includes('landing')).length).toBeGreaterThan(0);
      expect(leaksIn(outlets, canaries)).toEqual([]);
    } finally {
      await browser.close();
      await gander.close();
    }
  }, 600_000);
});
