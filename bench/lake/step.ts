// One measured step in a process of its own, so that memory and bytes read are its own: prints one line of JSON.
import { existsSync, mkdirSync, readdirSync, readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import {
  compactLake,
  createLocalStore,
  eraseLogs,
  LOG_COLUMNS_SQL,
  landingRows,
  openDuck,
  openLake,
  PART_FORMAT,
  PART_ORDER,
} from '@gander/collector/lake';

const [step = '', folder = '', ...args] = process.argv.slice(2);

/** Bytes that this process has read by system calls so far, and its peak memory. */
const bytesRead = (): number => Number(/rchar: (\d+)/.exec(readFileSync('/proc/self/io', 'utf8'))![1]);
const peakBytes = (): number =>
  Number(/VmHWM:\s+(\d+)/.exec(readFileSync('/proc/self/status', 'utf8'))![1]) * 1024;
const cpuMs = (): number => (process.cpuUsage().user + process.cpuUsage().system) / 1_000;

/** Objects in order of arrival, whatever their shard. */
const byName = (a: string, b: string): number =>
  a.replace(/shard=\d+/, '') < b.replace(/shard=\d+/, '') ? -1 : 1;

const filesBelow = (at: string): string[] =>
  readdirSync(at, { withFileTypes: true, recursive: true })
    .filter((e) => e.isFile())
    .map((e) => join(e.parentPath, e.name));

const steps: Record<string, () => Promise<object>> = {
  /**
   * Plain DuckDB: the same rows with the same settings. `sorted`: one file a shard, sorted; `unsorted`: one file a shard, as they
   * landed; `hourly`: one file an hour, as they landed, without shards.
   */
  bare: async () => {
    const [layout = 'sorted'] = args;
    const folderOf = layout === 'hourly' ? /hour=(\d+)/ : /shard=(\d+)/;
    const duck = await openDuck({ scratch: join(folder, 'cache/bare'), memoryLimit: '1GB' });
    const landing = filesBelow(join(folder, 'landing/logs'));
    const groups = [...new Set(landing.map((f) => folderOf.exec(f)![1]!))].sort();
    const out = join(folder, 'bare', layout);
    const began = performance.now();
    for (const group of groups) {
      const files = landing.filter((f) => folderOf.exec(f)![1] === group).sort(byName);
      mkdirSync(out, { recursive: true });
      await duck.run(
        `copy (select ${LOG_COLUMNS_SQL} from ${landingRows(files)}${layout === 'sorted' ? ` order by ${PART_ORDER}` : ''}) to '${join(out, `${group}.parquet`)}' (${PART_FORMAT})`,
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
  /** One statement over the lake: bytes read by a process that has read nothing of it yet. */
  query: async () => {
    const lake = await openLake({ dataDir: folder });
    await lake.query('select 1');
    const before = bytesRead();
    const { rows } = await lake.query(args[0]!);
    const bytes = bytesRead() - before;
    lake.close();
    return { rows: rows.length, bytes };
  },
  /**
   * Timelines of several transactions, the first of them cold. Between two looks for files that are not there, which a trace of system
   * calls shows, it opens what it opens for that one.
   */
  timelines: async () => {
    const statements = JSON.parse(args[0]!) as string[];
    const lake = await openLake({ dataDir: folder });
    await lake.query('select 1');
    existsSync('/gander-bench-begin');
    const before = bytesRead();
    const { rows } = await lake.query(statements[0]!);
    const bytes = bytesRead() - before;
    existsSync('/gander-bench-end');
    const times = [];
    const cpuBefore = cpuMs();
    for (const statement of statements.slice(1)) {
      const began = performance.now();
      await lake.query(statement);
      times.push(performance.now() - began);
    }
    lake.close();
    return {
      rows: rows.length,
      bytes,
      warmMs: times.sort((a, b) => a - b)[Math.floor(times.length / 2)],
      warmMaxMs: times.at(-1),
      warmCpuMs: (cpuMs() - cpuBefore) / times.length,
    };
  },
  /** Rows of a statement over the lake. */
  rows: async () => {
    const lake = await openLake({ dataDir: folder });
    const { rows } = await lake.query(args[0]!);
    lake.close();
    return rows;
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
