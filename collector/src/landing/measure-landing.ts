/**
 * `npm run bench:landing`: rows a CPU second of landing, by itself: journal → decoded → rows → gzip → fsynced local objects, with the
 * CPU of all threads counted (compression and the disk's included). `BATCHES` sets how many batches of 25 logs.
 */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { encodeFrame, encodeLog } from '@gander/log-codes';
import { blur, focus, hidden, paste, typed, visible } from '@gander/log-codes/encode';
import { openJournal } from '../journal/open-journal.ts';
import { readJournal } from '../journal/reader.ts';
import { createLander } from './lander.ts';
import { createLocalTarget } from './local-target.ts';
import { createPlanFile } from './plan.ts';

const BATCHES = Number(process.env.BATCHES ?? 40_000);
const LOGS = 25;
const SESSIONS = 400;

const cadence = (i: number) =>
  typed({
    field: 9 + (i % 5),
    field_no: i % 9,
    duration_ms: 2_400 + i * 13,
    keys: 9 + (i % 12),
    corrections: i % 3,
    first_key_ms: 310 + i,
    pauses: i % 4,
    dwell_p10_ms: 61,
    dwell_p50_ms: 92 + (i % 17),
    dwell_p90_ms: 131,
    flight_p10_ms: 72,
    flight_p50_ms: 154 + i,
    flight_p90_ms: 402,
    dwell_cv_pct: 31,
    flight_cv_pct: 74,
    flight_autocorr_pct: -12,
    overlap_pct: 7,
    distinct_pct: 62,
    clock_step_us: 100,
  });

/** As many of each kind as the batches of `npm run bench:collector` hold. */
const logOf = (i: number) =>
  [
    focus({ field: 1 + (i % 20), field_no: i % 9, visit: 1, via: 1 }),
    cadence(i),
    blur({ field: 1, field_no: i % 9, visit: 1, method: 1, duration_ms: 3_100 + i * 7, corrections: 0 }),
    paste({ field: 1, field_no: 3, since_focus_ms: 412 }),
    hidden(),
    visible({ duration_ms: 5_210 }),
    blur({ field: 1, field_no: 3, visit: 1, method: 2, time_bucket: 3, uniformity: 1 }),
  ][i % 7]!;

const frameOf = (batchSeq: number): Uint8Array => {
  const bytes: number[] = [];
  for (let i = 0; i < LOGS; i++) encodeLog(bytes, logOf(i + batchSeq), 40 + i * 31, []);
  const header = {
    batchSeq,
    firstLogSeq: batchSeq * LOGS,
    baseTimeMs: Date.now() - 2_000,
    sentAfterMs: 2_000,
    transactionType: 1,
  };
  return encodeFrame(header, [], bytes, LOGS);
};

const dataDir = mkdtempSync(join(tmpdir(), 'gander-landing-'));
const dir = join(dataDir, 'journal');
const journal = await openJournal({ dir, readers: ['landing'] });
for (let seq = 0; seq < BATCHES / SESSIONS; seq++) {
  const frame = frameOf(seq);
  await Promise.all(
    Array.from({ length: SESSIONS }, (_, i) =>
      journal.append({
        merchant: '00112233445566aa',
        session: i.toString(16).padStart(32, '0'),
        transaction: `order_${i}`,
        assurance: 1,
        late: false,
        receivedMs: Date.now(),
        frame,
      }),
    ),
  );
}

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
await lander.land(journal.durable);
const { user, system } = process.cpuUsage(before);
const cpuSeconds = (user + system) / 1e6;
console.log(
  `${rows} rows in ${((performance.now() - began) / 1e3).toFixed(2)} s, ${cpuSeconds.toFixed(2)} s of CPU: ${Math.round(rows / cpuSeconds)} rows a CPU second, ${(bytes / rows).toFixed(1)} bytes a row`,
);
await journal.stop();
rmSync(dataDir, { recursive: true });
