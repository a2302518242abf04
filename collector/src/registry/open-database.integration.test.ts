import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { sql } from 'kysely';
import { expect, it } from 'vitest';
import { describeEachDatabase } from './database-fixture.ts';
import { openDatabase } from './open-database.ts';

describeEachDatabase('database', (database) => {
  it('fails a transaction that loses its connection between two statements, and goes on', async () => {
    await database.empty();
    const dataDir = mkdtempSync(join(tmpdir(), 'gander-database-'));
    const { db, close } = await openDatabase({ url: database.url(), dataDir });
    try {
      const broken = db.transaction().execute(async (trx) => {
        await sql`select 1`.execute(trx);
        // The process would end here, had nobody listened.
        await database.outage?.begin();
        await new Promise((resolve) => setTimeout(resolve, 50));
        await sql`select 1`.execute(trx);
      });
      if (database.outage) await expect(broken).rejects.toThrow();
      else await broken;
      await database.outage?.end();
      expect((await sql<{ one: number }>`select 1 as one`.execute(db)).rows).toEqual([{ one: 1 }]);
    } finally {
      await close();
      rmSync(dataDir, { recursive: true });
    }
  });
});
