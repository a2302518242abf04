/**
 * `npm run bench:backlog`: memory and time of opening a journal with little and with ten times as much in it, with its `.seen` files and
 * without them (then every segment is read through). Memory must not grow with the backlog.
 */
import { spawnSync } from 'node:child_process';
import { mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { openJournal } from '../journal/open-journal.ts';
import { fillJournal } from './fill-journal.ts';

const FRAME_BYTES = 8_000;

const fill = async (dir: string, batches: number): Promise<void> => {
  const journal = await openJournal({ dir, readers: ['landing'], segmentBytes: 16 * 2 ** 20 });
  await fillJournal(journal, { batches, sessions: 200 }, (seq) => {
    const frame = new Uint8Array(FRAME_BYTES).fill(7);
    frame[0] = (seq & 127) | 128;
    frame[1] = seq >> 7;
    return frame;
  });
  await journal.stop();
};

const measure = async (dir: string): Promise<void> => {
  const before = process.memoryUsage.rss();
  const began = performance.now();
  const journal = await openJournal({ dir, readers: ['landing'] });
  const grown = (process.memoryUsage.rss() - before) / 2 ** 20;
  console.log(`  ${(performance.now() - began).toFixed(0)} ms, +${grown.toFixed(0)} MB`);
  await journal.stop();
};

const inChild = (...args: string[]): void => {
  const options = { stdio: 'inherit', env: process.env } as const;
  spawnSync(process.execPath, [...process.execArgv, import.meta.filename, ...args], options);
};

const [dir, mode, batches] = process.argv.slice(2);
if (dir && mode === 'fill') await fill(dir, Number(batches));
else if (dir) await measure(dir);
else {
  for (const count of [4_000, 40_000]) {
    const folder = mkdtempSync(join(tmpdir(), 'gander-backlog-'));
    inChild(folder, 'fill', String(count));
    console.log(`${(count * FRAME_BYTES) / 1e6} MB of frames, with .seen files`);
    inChild(folder, 'measure');
    for (const name of readdirSync(folder)) if (name.endsWith('.seen')) rmSync(join(folder, name));
    console.log(`${(count * FRAME_BYTES) / 1e6} MB of frames, every segment read`);
    inChild(folder, 'measure');
    rmSync(folder, { recursive: true });
  }
}
