// One measured step in a process of its own, so that memory and bytes read are its own: prints one line of JSON.
import { mkdirSync, readdirSync, readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import {
  compactLake,
  createLocalStore,
  eraseLogs,
  LOG_COLUMNS_SQL,
  landingRows,
  openDuck,
  openLake,
  PART_ORDER,
  ROW_GROUP_ROWS,
} from '@gander/collector/lake';

const [step = '', folder = '', ...args] = process.argv.slice(2);

/** Bytes that this process has read by system calls so far, and its peak memory. */
const bytesRead = (): number => Number(/rchar: (\d+)/.exec(readFileSync('/proc/self/io', 'utf8'))![1]);
const peakBytes = (): number =>
  Number(/VmHWM:\s+(\d+)/.exec(readFileSync('/proc/self/status', 'utf8'))![1]) * 1024;
const cpuMs = (): number => (process.cpuUsage().user + process.cpuUsage().system) / 1_000;

const filesBelow = (at: string): string[] =>
  readdirSync(at, { withFileTypes: true, recursive: true })
    .filter((e) => e.isFile())
    .map((e) => join(e.parentPath, e.name));

const steps: Record<string, () => Promise<object>> = {
  /** Plain DuckDB: the same rows, sorted, one file a shard, with the same settings. `unsorted`: as they landed. */
  bare: async () => {
    const sorted = args[0] !== 'unsorted';
    const duck = await openDuck({ scratch: join(folder, 'cache/bare'), memoryLimit: '1GB' });
    const landing = filesBelow(join(folder, 'landing/logs'));
    const shards = [...new Set(landing.map((f) => /shard=(\d+)/.exec(f)![1]!))].sort();
    const out = join(folder, sorted ? 'bare' : 'unsorted');
    const began = performance.now();
    for (const shard of shards) {
      const files = landing.filter((f) => f.includes(`/shard=${shard}/`)).sort();
      mkdirSync(join(out, `shard=${shard}`), { recursive: true });
      await duck.run(
        `copy (select ${LOG_COLUMNS_SQL} from ${landingRows(files)}${sorted ? ` order by ${PART_ORDER}` : ''}) to '${join(out, `shard=${shard}`, 'part.parquet')}' (format parquet, compression zstd, row_group_size ${ROW_GROUP_ROWS})`,
      );
    }
    const ms = performance.now() - began;
    duck.close();
    return {
      ms,
      bytes: filesBelow(out).reduce((n, f) => n + statSync(f).size, 0),
      peakBytes: peakBytes(),
      cpuMs: cpuMs(),
    };
  },
  compact: async () => {
    const store = createLocalStore(folder);
    const duck = await openDuck({ scratch: store.scratch, memoryLimit: '1GB' });
    const began = performance.now();
    const days = await compactLake({ duck, store, nowMs: Date.now(), graceMs: 0 });
    const ms = performance.now() - began;
    duck.close();
    const sum = (pick: (d: (typeof days)[number]) => number): number => days.reduce((n, d) => n + pick(d), 0);
    return {
      ms,
      rows: sum((d) => d.rows),
      bytes: sum((d) => d.bytes),
      parts: days.length,
      peakBytes: peakBytes(),
      cpuMs: cpuMs(),
    };
  },
  /** One statement over the lake: bytes read the first time, and the median time warm. */
  query: async () => {
    const lake = await openLake({ dataDir: folder });
    await lake.query('select 1');
    const before = bytesRead();
    const { rows } = await lake.query(args[0]!);
    const bytes = bytesRead() - before;
    const times = [];
    const cpuBefore = cpuMs();
    for (let i = 0; i < 15; i++) {
      const began = performance.now();
      await lake.query(args[0]!);
      times.push(performance.now() - began);
    }
    lake.close();
    return {
      rows: rows.length,
      first: rows[0],
      bytes,
      warmMs: times.sort((a, b) => a - b)[7],
      warmCpuMs: (cpuMs() - cpuBefore) / 15,
    };
  },
  /** The same statement over plain files. */
  plain: async () => {
    const duck = await openDuck({ scratch: join(folder, 'cache/bare'), memoryLimit: '1GB' });
    await duck.rows('select 1');
    const before = bytesRead();
    const rows = await duck.rows(args[0]!);
    const bytes = bytesRead() - before;
    duck.close();
    return { rows: rows.length, bytes };
  },
  erase: async () => {
    const store = createLocalStore(folder);
    const duck = await openDuck({ scratch: store.scratch, memoryLimit: '1GB' });
    const began = performance.now();
    const receipt = await eraseLogs({
      duck,
      store,
      suppressions: [{ merchant: args[0]!, transaction: args[1]! }],
      nowMs: Date.now(),
    });
    duck.close();
    return {
      ms: performance.now() - began,
      parts: receipt.partsRewritten.length,
      lakeRows: receipt.lakeRows,
      landingRows: receipt.landingRows,
    };
  },
};

console.log(JSON.stringify(await steps[step]!()));
