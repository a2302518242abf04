import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { DuckDBConnection } from '@duckdb/node-api';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { openSmallLake } from './small-lake/open-small-lake.ts';
import { writeSmallLake } from './small-lake/write-small-lake.ts';

const folder = join(import.meta.dirname, '../queries');
const SHOP = '00112233445566ff';
const TARGET = 'a1b2c3d4e5f60718';
const third = '3'.padStart(32, '0');

/** What each query answers over the small lake; worked out by hand from `scripted-sessions.ts`. */
// biome-ignore format: one row is one line
const ANSWERS: Readonly<Record<string, readonly (readonly unknown[])[]>> = {
  '01-timeline-of-a-transaction.sql': [
    [0, 'session', 'Ready', null, null, null, null, third, 0],
    [1_000, 'session', 'Step', null, null, 'address', null, third, 1],
    [8_000, 'input', 'Typed', 'email', null, null, 4_000, third, 2],
    [15_000, 'session', 'Step', null, null, 'payment', null, third, 3],
    [20_000, 'attention', 'Tab hidden', null, null, null, null, third, 4],
    [32_000, 'attention', 'Tab back', null, null, null, 12_000, third, 5],
    [32_900, 'input', 'Paste', 'card-number', null, null, null, third, 6],
    [34_000, 'input', 'Blur', 'card-number', 'pasted', null, null, third, 7],
    [60_000, 'session', 'Abandoned', null, null, null, null, third, 8],
  ],
  '02-card-pasted-and-tab-left.sql': [
    [SHOP, 'order_1003', 1, 1, 12_000, 900],
    [SHOP, 'order_1006', 1, 1, 12_000, 900],
  ],
  '03-drop-off-per-step.sql': [
    [SHOP, 'address', 6, 1, 16.7],
    [SHOP, 'payment', 5, 2, 40],
    [TARGET, 'payment', 8, 0, 0],
  ],
  '04-cadence-by-outcome.sql': [
    ['declined', 8, 0, null, null, null, 0, 8],
    ['approved', 3, 3, 100, 200, 60, 1, 0],
    ['abandoned', 2, 2, 60, 120, 30, 0, 0],
    ['open', 1, 0, null, null, null, 0, 0],
  ],
  '05-late-data.sql': [
    ['2026-03-01', 30, 3, 4, 3, 7_205_000],
    ['2026-03-02', 74, 0, 1, 0, 60_500],
  ],
  '06-duplicates.sql': [
    ['2026-03-01', SHOP, 30, 30, 0],
    ['2026-03-02', SHOP, 27, 18, 9],
    ['2026-03-02', TARGET, 56, 56, 0],
  ],
  '07-class-mix-per-sdk-version.sql': [
    [100, 'session', 50, 60.2],
    [100, 'input', 25, 30.1],
    [100, 'suspicious', 8, 9.6],
    [200, 'session', 11, 52.4],
    [200, 'input', 6, 28.6],
    [200, 'attention', 4, 19],
  ],
  '08-last-five-before-abandon.sql': [['step', 'hidden', 'visible', 'paste', 'blur', 2]],
  '09-dead-letters-by-reason.sql': [
    ['2026-03-02', 'landing', 'truncated', 2, 200, 1_772_452_800_000, 1_772_452_801_000],
    ['2026-03-02', 'firehose', 'DynamicPartitioning.MetadataExtractionFailed', 1, 12, 1_772_456_400_000, 1_772_456_400_000],
    ['2026-03-02', 'landing', 'card_number', 1, 200, 1_772_452_802_000, 1_772_452_802_000],
  ],
  '10-bin-attack-shape.sql': [[TARGET, 1_772_445_600_000, 8, 8, 8, 8, 1_200]],
};

let root: string;
let lake: DuckDBConnection;
beforeAll(async () => {
  root = mkdtempSync(join(tmpdir(), 'gander-small-lake-'));
  await writeSmallLake(root);
  lake = await openSmallLake(root);
});
afterAll(() => {
  lake.closeSync();
  rmSync(root, { recursive: true });
});

const rowsOf = async (sql: string): Promise<unknown[][]> => {
  const reader = await lake.runAndReadAll(sql);
  return reader.getRowsJS().map((row) => row.map((v) => (typeof v === 'bigint' ? Number(v) : v)));
};

describe('analyst queries in DuckDB', () => {
  it('are these ten', () => {
    expect(readdirSync(folder).sort()).toEqual(Object.keys(ANSWERS));
  });

  it.each(Object.keys(ANSWERS))('%s', async (file) => {
    expect(await rowsOf(readFileSync(join(folder, file), 'utf8'))).toEqual(ANSWERS[file]);
  });

  it('read a lake in which nothing is missing', async () => {
    expect(await rowsOf('select count(*) from logs_all')).toEqual([[104]]);
    expect(await rowsOf('select count(*) from logs')).toEqual([[113]]);
    const [row] = await rowsOf(
      'select missing, complete, outcome, method_card_number, hidden_ms, last_step from transactions where "transaction" = \'order_1003\'',
    );
    expect(row).toEqual([0, false, 'abandoned', 2, 12_000, 'payment']);
  });
});
