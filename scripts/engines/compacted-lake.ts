import { cpSync } from 'node:fs';
import { join } from 'node:path';
import { compactLake, createLocalStore, openDuck, openLake } from '../../collector/src/lake/index.ts';

/** Ten in the morning of the small lake's second day: its hour 9 is over, its hour 10 still lands. */
const NOW = Date.parse('2026-03-02T10:00:00Z');

/**
 * The small lake's landing and dead letters, compacted by Gander's own compaction: parts, transactions and the list of what they
 * cover are as they are in use.
 * @param from folder of the small lake
 * @param to folder for it
 * @returns rows of a query, as `gander query` answers it
 */
export const openCompactedLake = async (from: string, to: string) => {
  for (const zone of ['landing', 'dead-letter/collector'])
    cpSync(join(from, zone), join(to, zone), { recursive: true });
  const store = createLocalStore(to);
  const duck = await openDuck({ scratch: store.scratch, memoryLimit: '500MB' });
  const days = await compactLake({ duck, store, nowMs: NOW, graceMs: 0 });
  duck.close();
  const lake = await openLake({ dataDir: to });
  return {
    days,
    async rows(sql: string): Promise<unknown[][]> {
      const { columns, rows } = await lake.query(sql);
      return rows.map((row) => columns.map((c) => row[c.name]));
    },
    close: () => lake.close(),
  };
};
