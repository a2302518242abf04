import { existsSync, mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { compactLake, createLocalStore, openDuck } from '@gander/collector/lake';
import { generateDay } from '../lake/generate-day.ts';

const FROM = Date.UTC(2026, 9, 1);
const DAYS = 30;
const DAY_MS = 86_400_000;
const HOUR_MS = 3_600_000;
/** Changes when the rows do: another lake is made then. */
const VERSION = 1;

/** First and last moment of the lake, ms since 1970; the last two hours are landed and not compacted, as in a lake in use. */
export const LAKE_FROM_MS = FROM;
export const LAKE_TO_MS = FROM + DAYS * DAY_MS;

/**
 * A lake of thirty days as landing and compaction leave it, made by them and kept below the temporary folder for the next run.
 * Twenty merchants of very different size; sessions as the demo checkout has them, some 30 logs each.
 * @returns its data folder
 */
export const makeLake = async (rows: number, say: (line: string) => void): Promise<string> => {
  const folder = join(tmpdir(), `gander-bench-console-${rows}-v${VERSION}`);
  if (existsSync(join(folder, 'made'))) return folder;
  rmSync(folder, { recursive: true, force: true });
  mkdirSync(folder, { recursive: true });
  const store = createLocalStore(folder);
  const duck = await openDuck({ scratch: store.scratch, memoryLimit: '2GB' });
  let made = 0;
  for (let day = 0; day < DAYS; day++) {
    const dt = new Date(FROM + day * DAY_MS).toISOString().slice(0, 10);
    const { rows: n } = await generateDay(
      {
        folder,
        rows: Math.round(rows / DAYS),
        merchants: 20,
        shards: 1,
        dt,
        objectsPerHour: 6,
        seed: 1000 + day,
        merchantSeed: 7,
        scripted: 0.01,
      },
      () => undefined,
    );
    made += n;
    const last = day === DAYS - 1;
    const nowMs = FROM + (day + 1) * DAY_MS - (last ? 2 * HOUR_MS : 0);
    await compactLake({ duck, store, nowMs, graceMs: 0 });
    // What is compacted is no longer needed below landing.
    if (!last) rmSync(join(folder, 'landing/logs', `dt=${dt}`), { recursive: true });
    say(`${dt}: ${made.toLocaleString('en')} logs`);
  }
  duck.close();
  writeFileSync(join(folder, 'made'), '');
  return folder;
};
