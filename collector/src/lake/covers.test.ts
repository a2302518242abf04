import { expect, it } from 'vitest';
import { createCovers } from './covers.ts';

it('forgets the inventories of parts that were replaced', async () => {
  let inventories = 0;
  let footers = 0;
  const covers = createCovers({
    store: {
      read: async () => {
        inventories++;
        return Buffer.from('["c1-b0-00000001-0.ndjson.gz"]');
      },
      snapshot: async ({ key, version }: { key: string; version: string }) => `/${version}/${key}`,
    } as never,
    duck: {
      rows: async (sql: string) => {
        footers++;
        const path = /'([^']+)'/.exec(sql)![1]!;
        return [{ path, name: 'gander_inputs', value: path.split('/')[1]! }];
      },
    },
    recall: () => [],
    remember: () => undefined,
  });
  const part = (version: string) => ({
    key: 'lake/logs/dt=2026-11-22/shard=00/part-0000.parquet',
    version,
    bytes: 1,
    modifiedMs: 0,
  });
  for (let hour = 0; hour < 100; hour++) await covers.of([part(`v${hour}`)]);
  expect(inventories).toBe(100);
  // What is asked about now and a little before is known still, what was replaced long ago is not.
  for (const version of ['v99', 'v90', 'v99']) {
    const names = (await covers.of([part(version)])).get('2026-11-22/00');
    expect(names).toEqual(new Set(['c1-b0-00000001-0.ndjson.gz']));
  }
  expect([inventories, footers]).toEqual([100, 100]);
  await covers.of([part('v10')]);
  expect([inventories, footers]).toEqual([101, 101]);
});
