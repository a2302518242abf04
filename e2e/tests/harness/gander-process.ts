import { type ChildProcess, execFile, spawn } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';

const ROOT = join(import.meta.dirname, '../../..');
/** The built command line. */
export const MAIN = join(ROOT, 'gander/dist/main.js');

export interface GanderProcess {
  readonly collector: string;
  readonly console: string;
  readonly shop: string;
  /** First sign-in link of the console. */
  readonly signIn: string;
  readonly dataDir: string;
  /** All it has printed so far. */
  output(): string;
  /** What `gander query --json` answers. */
  query<T = Record<string, unknown>>(sql: string): Promise<T[]>;
  /** Asks until the answer satisfies, or fails with the last answer. */
  queryUntil<T = Record<string, unknown>>(sql: string, satisfies: (rows: T[]) => boolean): Promise<T[]>;
  /** Ctrl-C; resolves with the exit code. */
  stop(): Promise<number | null>;
  /** Ends it and removes its data. */
  close(): Promise<void>;
}

export interface GanderProcessOptions {
  readonly env?: Readonly<Record<string, string>>;
  readonly dataDir?: string;
}

/** Starts the real thing, built: `gander start` on free ports with a data folder of its own. */
export const startGander = async (options: GanderProcessOptions = {}): Promise<GanderProcess> => {
  const dataDir = options.dataDir ?? mkdtempSync(join(tmpdir(), 'gander-data-'));
  const env = {
    ...process.env,
    NO_COLOR: '1',
    GANDER_DATA_DIR: dataDir,
    GANDER_PORT: '0',
    GANDER_CONSOLE_PORT: '0',
    GANDER_DEMO_PORT: '0',
    GANDER_LANDING_INTERVAL_MS: '500',
    ...options.env,
  };
  const child = spawn(process.execPath, [MAIN, 'start'], {
    env,
    cwd: dataDir,
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  let output = '';
  for (const stream of [child.stdout, child.stderr]) stream.on('data', (chunk) => (output += String(chunk)));
  const exited = new Promise<number | null>((resolve) => child.once('exit', resolve));

  const addresses = await addressesIn(() => output, child).catch((error: unknown) => {
    if (!options.dataDir) rmSync(dataDir, { recursive: true, force: true });
    throw error;
  });
  const query = async <T>(sql: string): Promise<T[]> => {
    const args = [MAIN, 'query', '--format', 'json', sql];
    const { stdout } = await promisify(execFile)(process.execPath, args, {
      env,
      cwd: dataDir,
      maxBuffer: 1 << 26,
    });
    return JSON.parse(stdout) as T[];
  };
  const stop = async () => {
    child.kill('SIGINT');
    const timer = setTimeout(() => child.kill('SIGKILL'), 15_000);
    const code = await exited;
    clearTimeout(timer);
    return code;
  };
  return {
    ...addresses,
    dataDir,
    output: () => output,
    query,
    async queryUntil(sql, satisfies) {
      for (let tries = 1; ; tries++) {
        const rows = await query<never>(sql).catch((error: Error) => [{ error: error.message }] as never[]);
        if (satisfies(rows)) return rows;
        if (tries === 60)
          throw new Error(
            `${sql}\nstill answers ${rows.length} rows, the last ${JSON.stringify(rows.slice(-3))}`,
          );
        await new Promise((resolve) => setTimeout(resolve, 500));
      }
    },
    stop,
    async close() {
      await stop();
      rmSync(dataDir, { recursive: true, force: true });
    },
  };
};

/** Reads the addresses from what `gander start` prints when it is ready. */
const addressesIn = async (output: () => string, child: ChildProcess) => {
  for (let i = 0; i < 300 && child.exitCode === null; i++) {
    const text = output();
    const at = (name: string) => new RegExp(`${name}[^\\n]*?(http://[^\\s]+)`, 'i').exec(text)?.[1];
    const [collector, operators, shop, signIn] = ['collector', 'console', 'checkout', 'sign'].map(at);
    if (collector && operators && shop && signIn) {
      return { collector: originOf(collector), console: originOf(operators), shop: originOf(shop), signIn };
    }
    await new Promise((resolve) => setTimeout(resolve, 100));
  }
  child.kill('SIGKILL');
  // What it said last may still be on its way.
  await new Promise((resolve) => setTimeout(resolve, 100));
  throw new Error(`gander start did not become ready:\n${output()}`);
};

const originOf = (url: string) => new URL(url).origin;
