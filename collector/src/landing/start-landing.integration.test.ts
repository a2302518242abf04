import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { encodeFrame, encodeLog } from '@gander/log-codes';
import { paste } from '@gander/log-codes/encode';
import { afterEach, beforeEach, expect, it } from 'vitest';
import type { Batch } from '../journal/batch.ts';
import { openJournal } from '../journal/open-journal.ts';
import { openLake } from '../lake/open-lake.ts';
import { createMetrics } from '../metrics.ts';
import { landingConfigSchema } from './landing-config.ts';
import { startLanding } from './start-landing.ts';

let dataDir: string;
beforeEach(() => {
  dataDir = mkdtempSync(join(tmpdir(), 'gander-landing-'));
});
afterEach(() => rmSync(dataDir, { recursive: true }));

const batchOf = (n: number): Batch => {
  const logs: number[] = [];
  encodeLog(logs, paste({ field: 1, field_no: 2 }), 0, []);
  const baseTimeMs = Date.now();
  return {
    merchant: '00112233445566ff',
    session: 'ab'.repeat(16),
    transaction: 'order_1',
    assurance: 1,
    late: false,
    receivedMs: baseTimeMs,
    frame: encodeFrame(
      { batchSeq: n, firstLogSeq: n, baseTimeMs, sentAfterMs: 0, transactionType: 1 },
      [],
      logs,
      1,
    ),
  };
};

const config = () => ({
  dataDir,
  collectorId: 'c1',
  landing: landingConfigSchema.parse({ intervalMs: 3_600_000 }),
});
const journalAt = () =>
  openJournal({
    dir: join(dataDir, 'journal'),
    readers: ['landing'],
    segmentBytes: 1_000_000,
    maxBytes: 10_000_000,
    maxWaiting: 100,
    rememberMs: 3_600_000,
    rememberSessions: 100,
    metrics: createMetrics(),
  });

it('moves what the journal holds into the lake, once, over several starts', async () => {
  for (let start = 0; start < 3; start++) {
    const journal = await journalAt();
    const landing = startLanding({ journal, config: config() });
    await Promise.all([0, 1, 2, 3].map((i) => journal.append(batchOf(start * 4 + i))));
    await landing.flush();
    expect(landing.status()).toMatchObject({ failing: null, restarts: 0, rows: 4 });
    await landing.stop();
    await journal.stop();
  }
  const lake = await openLake({ dataDir });
  const { rows } = await lake.query('select count(*) as n, count(distinct log_seq) as seqs from logs');
  expect(rows).toEqual([{ n: 12, seqs: 12 }]);
  lake.close();
});
