// One simulated day of faults; prints what happened and how far `logs_all` was from what was acknowledged, as JSON. Run by bench:lake.
// The argument is how many sessions an hour has.
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { openLake } from '../lake/open-lake.ts';
import { runFaultyDay } from './faulty-day.ts';

const dataDir = mkdtempSync(join(tmpdir(), 'gander-faulty-day-'));
const lake = await openLake({ dataDir });
const checks: number[] = [];
const day = await runFaultyDay({
  dataDir,
  seed: 7,
  sessionsPerHour: Number(process.argv[2] ?? 60),
  async check(acknowledged) {
    const [row] = (
      await lake.query('select count(*) as n, count(distinct (session, log_seq)) as d from logs_all')
    ).rows as unknown as { n: number; d: number }[];
    checks.push(Math.max(Math.abs(row!.n - acknowledged.size), Math.abs(row!.d - acknowledged.size)));
  },
});
const [landed] = (await lake.query('select count(*) as n from landing_logs')).rows;
lake.close();
rmSync(dataDir, { recursive: true });
console.log(JSON.stringify({ ...day, acknowledged: day.acknowledged.size, landed: landed!.n, checks }));
