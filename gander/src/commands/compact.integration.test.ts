import { type ChildProcess, spawn } from 'node:child_process';
import { createHash } from 'node:crypto';
import { once } from 'node:events';
import {
  cpSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { openLake } from '@gander/collector/lake';
import { afterAll, beforeAll, expect, it } from 'vitest';

/** More by command: `GANDER_KILLS=200 npx vitest run --project integration gander/src/commands/compact`. */
const KILLS = Number(process.env.GANDER_KILLS ?? 8);
const DAYS = ['2026-03-01', '2026-03-02', '2026-03-03'];
const ROWS_PER_OBJECT = 4_000;
const MAIN = join(import.meta.dirname, '../main.ts');

let landed: string;
/** What the lake looks like after a run that nobody disturbs. */
let clean: { readonly files: Record<string, string>; readonly workMs: number };
const folders: string[] = [];

const newFolder = (): string => {
  const folder = mkdtempSync(join(tmpdir(), 'gander-compact-'));
  folders.push(folder);
  return folder;
};

const wait = (ms: number) => new Promise<void>((resolve) => setTimeout(resolve, ms));

/** Three days of two shards; every log of an object is there again in the next, a third of them on the next day. */
const land = (): string => {
  const folder = newFolder();
  for (const [day, dt] of DAYS.entries()) {
    for (const shard of ['00', '01']) {
      for (let object = 0; object < 3; object++) {
        const from = (day * 2 + object) * ROWS_PER_OBJECT;
        const lines = Array.from({ length: ROWS_PER_OBJECT * 2 }, (_, i) => {
          const order = Math.floor((from + i) / 40);
          return `${JSON.stringify({
            merchant: shard.repeat(8),
            session: order.toString(16).padStart(32, '0'),
            transaction: `order_${order}`,
            log_seq: (from + i) % 40,
            batch_seq: 0,
            code: 1220,
            event_ts: Date.parse(dt) + object * 3_600_000 + i,
            lag_ms: 5,
            skew_ms: 0,
            assurance: 2,
            late: false,
            collector: 'c1',
            field: 1 + (i % 20),
          })}\n`;
        });
        const path = join(
          folder,
          'landing/logs',
          `dt=${dt}`,
          `hour=0${object}`,
          `shard=${shard}`,
          `o${object}.ndjson.gz`,
        );
        mkdirSync(dirname(path), { recursive: true });
        writeFileSync(path, gzipSync(lines.join('')));
      }
    }
  }
  return folder;
};

const copyOfLanding = (): string => {
  const folder = newFolder();
  cpSync(join(landed, 'landing'), join(folder, 'landing'), { recursive: true });
  return folder;
};

/** Starts `gander compact`. */
const start = (
  folder: string,
): { child: ChildProcess; ended: Promise<{ code: number | null; output: string }> } => {
  const child = spawn(
    process.execPath,
    ['--conditions=@gander/source', '--import', 'tsx', MAIN, '--data-dir', folder, 'compact'],
    { stdio: ['ignore', 'pipe', 'pipe'] },
  );
  let output = '';
  child.stdout!.on('data', (text: Buffer) => (output += text.toString()));
  child.stderr!.on('data', (text: Buffer) => (output += text.toString()));
  return { child, ended: once(child, 'exit').then(([code]) => ({ code: code as number | null, output })) };
};

/** Resolves when the process has begun to work on files. */
const begun = async (folder: string, child: ChildProcess): Promise<void> => {
  for (let i = 0; i < 10_000 && child.exitCode === null; i++) {
    if (existsSync(join(folder, 'cache/work'))) return;
    await wait(2);
  }
};

/** Digests of all files of the lake but for what a killed run left: inventories, which nobody names, and temporary files, which nobody lists. */
const filesOf = (folder: string): Record<string, string> =>
  Object.fromEntries(
    readdirSync(join(folder, 'lake'), { recursive: true, withFileTypes: true })
      .filter((e) => e.isFile() && !e.parentPath.includes('inventory') && !e.name.endsWith('.tmp'))
      .map((e) => {
        const path = join(e.parentPath, e.name);
        return [
          path.slice(folder.length),
          createHash('sha256').update(readFileSync(path)).digest('hex'),
        ] as const;
      })
      .sort(([a], [b]) => (a < b ? -1 : 1)),
  );

const counts = async (folder: string): Promise<unknown> => {
  const lake = await openLake({ dataDir: folder });
  const { rows } = await lake.query(
    `select count(*) as n, count(distinct (merchant, "transaction", log_seq)) as logs, (select sum(logs) from transactions) as summed from logs_all`,
  );
  lake.close();
  return rows[0];
};

beforeAll(async () => {
  landed = land();
  const folder = copyOfLanding();
  const { child, ended } = start(folder);
  await begun(folder, child);
  const began = performance.now();
  expect(await ended).toMatchObject({ code: 0 });
  clean = { files: filesOf(folder), workMs: performance.now() - began };
}, 120_000);
afterAll(() => {
  for (const folder of folders) rmSync(folder, { recursive: true, force: true });
});

it(`changes nothing for readers when it is killed, ${KILLS} times, and ends with the same bytes`, {
  timeout: 120_000 + KILLS * 30_000,
}, async () => {
  const before = await counts(landed);
  let folder = copyOfLanding();
  let killed = 0;
  for (let kill = 0; kill < KILLS; kill++) {
    const { child, ended } = start(folder);
    await begun(folder, child);
    await wait((clean.workMs * (kill + Math.random())) / KILLS);
    child.kill('SIGKILL');
    if ((await ended).code === null) killed++;
    expect(await counts(folder)).toEqual(before);
    // Every other time on what the killed one left, so that it comes to an end now and then.
    if (kill % 2) {
      expect(await start(folder).ended).toMatchObject({ code: 0 });
      expect(filesOf(folder)).toEqual(clean.files);
      folder = copyOfLanding();
    }
  }
  expect(killed).toBeGreaterThan(KILLS / 3);
});

it('changes nothing when it runs twice, or two run at once', { timeout: 120_000 }, async () => {
  const folder = copyOfLanding();
  const both = await Promise.all([start(folder).ended, start(folder).ended, start(folder).ended]);
  expect(both.map((b) => b.code)).toEqual([0, 0, 0]);
  expect(filesOf(folder)).toEqual(clean.files);
  const again = await start(folder).ended;
  expect(again).toMatchObject({ code: 0, output: expect.stringContaining('Nothing to compact.') });
  expect(filesOf(folder)).toEqual(clean.files);
});
