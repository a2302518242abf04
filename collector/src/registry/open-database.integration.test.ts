import { chmodSync, mkdtempSync, readdirSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { sql } from 'kysely';
import { expect, it } from 'vitest';
import { describeEachDatabase } from './database-fixture.ts';
import { DATABASE_FILE, openDatabase } from './open-database.ts';

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

it('#70 keeps the file in the data folder, and those beside it, from other users of the machine', async () => {
  const dataDir = mkdtempSync(join(tmpdir(), 'gander-database-'));
  const umask = process.umask(0o022);
  const readable = (): string[] =>
    readdirSync(dataDir).filter((name) => statSync(join(dataDir, name)).mode & 0o077);
  try {
    // As a service manager or a volume makes it: everybody may look in.
    chmodSync(dataDir, 0o755);
    const first = await openDatabase({ dataDir });
    expect(readdirSync(dataDir).length).toBeGreaterThan(1);
    expect(readable()).toEqual([]);
    await first.close();
    // One that an earlier version made.
    chmodSync(join(dataDir, DATABASE_FILE), 0o644);
    const second = await openDatabase({ dataDir });
    expect(readable()).toEqual([]);
    await second.close();
    const deeper = join(dataDir, 'made', 'by-us');
    await (await openDatabase({ dataDir: deeper })).close();
    expect(statSync(deeper).mode & 0o077).toBe(0);
  } finally {
    process.umask(umask);
    rmSync(dataDir, { recursive: true });
  }
});
