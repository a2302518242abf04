/**
 * `npm run bench:landing`: rows a CPU second of landing, by itself: journal → decoded → rows → gzip → fsynced local objects, with the
 * CPU of all threads counted (compression and the disk's included). `BATCHES` sets how many batches of 25 logs; with `BEHIND=1` they are
 * packed quickly, as they are when more comes than is landed.
 */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { checkoutFrame } from '../faults/checkout-frame.ts';
import { fillJournal } from '../faults/fill-journal.ts';
import { openJournal } from '../journal/open-journal.ts';
import { readJournal } from '../journal/reader.ts';
import { createLander } from './lander.ts';
import { createLocalTarget } from './local-target.ts';
import { createPlanFile } from './plan.ts';

const BATCHES = Number(process.env.BATCHES ?? 40_000);

const dataDir = mkdtempSync(join(tmpdir(), 'gander-landing-'));
const dir = join(dataDir, 'journal');
const journal = await openJournal({ dir, readers: ['landing'] });
await fillJournal(journal, { batches: BATCHES, sessions: 400 }, checkoutFrame);

let rows = 0;
let bytes = 0;
const lander = createLander({
  read: (from, to) => readJournal(dir, from, to),
  target: createLocalTarget(dataDir),
  plans: createPlanFile(join(dir, 'landing-plan.json')),
  collector: 'c1',
  boot: 'bench00',
  shards: 1,
  objectBytes: 8 * 2 ** 20,
  cursor: journal.oldest,
  report: (report) => {
    if (report.kind === 'released') rows += report.rows;
    if (report.kind === 'stored') bytes += report.bytes;
  },
  sleep: () => Promise.reject(new Error('a put failed')),
  random: Math.random,
});
const before = process.cpuUsage();
const began = performance.now();
await lander.land(journal.durable, process.env.BEHIND === '1');
const { user, system } = process.cpuUsage(before);
const cpuSeconds = (user + system) / 1e6;
console.log(
  `${rows} rows in ${((performance.now() - began) / 1e3).toFixed(2)} s, ${cpuSeconds.toFixed(2)} s of CPU: ${Math.round(rows / cpuSeconds)} rows a CPU second, ${(bytes / rows).toFixed(1)} bytes a row`,
);
await journal.stop();
rmSync(dataDir, { recursive: true });
