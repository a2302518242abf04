import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { paste } from '@gander/log-codes/encode';
import { expect, it } from 'vitest';
import { ACME, batchOf, createApiFixture, NOW } from './api-fixture.ts';
import { withValues } from './athena/athena-values.ts';
import type { LakeReader } from './context.ts';

/** The statements that the console asks of Athena, word for word; `npm run test:engines` runs them in Trino. */
const FILE = join(import.meta.dirname, 'console-queries.json');
const RANGE = `from=${NOW - 7 * 86_400_000}&to=${NOW + 3_600_000}`;
const PATHS: Readonly<Record<string, string>> = {
  timeline: `/api/merchants/${ACME}/transactions/order_1`,
  transactions: '/api/transactions',
  logs: `/api/logs?${RANGE}&class=2&field=1&type=1&late=false&typing=175`,
  'logs by session': `/api/logs?${RANGE}&sdk=100&anomaly=true&step=payment`,
  'logs without anomaly, a later page': `/api/logs?${RANGE}&anomaly=false&before=${NOW}.${'0'.repeat(32)}.3`,
  facets: `/api/logs/facets?${RANGE}&code=220`,
  aggregates: `/api/aggregates?${RANGE}&assurance=2`,
  search: '/api/search?q=order',
  export: `/api/logs/export/json?${RANGE}&method=2`,
};

it('are those of the file, for Trino to run', async () => {
  const asked: { name: string; sql: string }[] = [];
  let name = '';
  const world = await createApiFixture();
  const lake: LakeReader = {
    async query(sql, params) {
      asked.push({ name, sql: withValues(sql, params) });
      return world.lake.query(sql, params);
    },
    async stream(sql, params) {
      asked.push({ name, sql: withValues(sql, params) });
      return world.lake.stream(sql, params);
    },
    exportParquet: () => Promise.reject(new Error('not asked')),
  };
  const own = await createApiFixture({}, { lake, landed: () => ({ segment: 1, offset: 0 }) });
  // Something that is not landed, which statements leave out; and something landed.
  own.live.add([batchOf([[10, paste({ field: 1, field_no: 1 })]], { transaction: 'order_2' })], {
    segment: 1,
    offset: 5,
  });
  await world.lake.insert(world.context.rowsOf(batchOf([[10, paste({ field: 1, field_no: 1 })]]), 'c1'));
  const { cookie } = await own.signIn({ [ACME]: 'owner' });
  for (const [path, url] of Object.entries(PATHS)) {
    name = path;
    const answer = await own.get(url, cookie);
    expect([path, answer.status]).toEqual([path, 200]);
    await answer.text();
  }
  const text = `${JSON.stringify(asked, null, 2)}\n`;
  // Written anew by GANDER_WRITE_QUERIES=1 where a statement was changed.
  if (process.env.GANDER_WRITE_QUERIES) writeFileSync(FILE, text);
  expect(text).toBe(readFileSync(FILE, 'utf8'));
  expect(new Set(asked.map((a) => a.name))).toEqual(new Set(Object.keys(PATHS)));
});
