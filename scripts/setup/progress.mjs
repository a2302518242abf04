// Runs a command while saying what is going on: one line when it starts, the time as it goes, the tail of its output if it fails.
import { spawn } from 'node:child_process';

const TAIL_LINES = 40;
const live = process.stdout.isTTY && !process.env.CI;

/** Seconds with one decimal. @param {number} from `performance.now()` of the start */
export const elapsed = (from) => `${((performance.now() - from) / 1000).toFixed(1)} s`;

/** Children that still run, so that none outlives this process. @type {Set<import('node:child_process').ChildProcess>} */
const running = new Set();

/** Ends a child and all it started: each runs in a process group of its own. */
const endGroup = (child, signal) => {
  try {
    process.kill(process.platform === 'win32' ? child.pid : -child.pid, signal);
  } catch {
    // Already gone.
  }
};

process.on('exit', () => {
  for (const child of running) endGroup(child, 'SIGKILL');
});
for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP']) {
  process.once(signal, () => process.exit(signal === 'SIGINT' ? 130 : 143));
}

/**
 * Runs a command to its end, in a process group that is ended with it.
 * @param {string} command
 * @param {string[]} args
 * @param {{ cwd?: string, env?: NodeJS.ProcessEnv, timeoutMs?: number, onLine?: (line: string) => void }} [options]
 * @returns {Promise<{ code: number, output: string }>} never rejects; a command that cannot start has code 127
 */
export const run = (command, args, { cwd, env, timeoutMs = 900_000, onLine } = {}) =>
  new Promise((resolve) => {
    const child = spawn(command, args, {
      cwd,
      env: plain(env ?? process.env),
      stdio: ['ignore', 'pipe', 'pipe'],
      detached: process.platform !== 'win32',
    });
    running.add(child);
    const chunks = [];
    const take = (chunk) => {
      chunks.push(chunk);
      if (onLine) for (const line of String(chunk).split('\n')) if (line.trim()) onLine(line.trimEnd());
    };
    child.stdout.on('data', take);
    child.stderr.on('data', take);
    const timer = setTimeout(() => {
      chunks.push(`\nended: it ran longer than ${timeoutMs / 1000} s\n`);
      endGroup(child, 'SIGKILL');
    }, timeoutMs);
    const end = (code) => {
      clearTimeout(timer);
      running.delete(child);
      resolve({ code, output: Buffer.concat(chunks.map((c) => Buffer.from(c))).toString('utf8') });
    };
    child.once('error', (error) => {
      chunks.push(String(error.message));
      end(127);
    });
    // What it started ends with it: else a forgotten grandchild would hold the pipes open, and outlive the run.
    child.once('exit', () => endGroup(child, 'SIGKILL'));
    child.once('close', (code) => end(code ?? 1));
  });

/** Captured output carries no colours. */
const plain = (env) => {
  const copy = { ...env, NO_COLOR: '1' };
  delete copy.FORCE_COLOR;
  return copy;
};

/** The last lines of an output, indented. @param {string} output @param {number} [lines] */
export const tail = (output, lines = TAIL_LINES) =>
  output
    .trimEnd()
    .split('\n')
    .slice(-lines)
    .map((line) => `    ${line}`)
    .join('\n');

/**
 * Runs one named step, saying how long it takes.
 * @template T
 * @param {string} title what is being done, e.g. `installing packages`
 * @param {() => Promise<T>} work
 * @returns {Promise<T>}
 */
export const withProgress = async (title, work) => {
  const from = performance.now();
  const say = (text) => process.stdout.write(live ? `\r\x1b[K${text}` : `${text}\n`);
  say(`  ${title} …`);
  const timer = setInterval(() => say(`  ${title} … ${elapsed(from)}`), live ? 1000 : 10_000);
  try {
    const result = await work();
    clearInterval(timer);
    say(
      `  ${title}: ${result?.failed?.length > 0 ? 'FAILED after' : 'done in'} ${elapsed(from)}${live ? '\n' : ''}`,
    );
    return result;
  } catch (error) {
    clearInterval(timer);
    say(`  ${title}: failed after ${elapsed(from)}${live ? '\n' : ''}`);
    throw error;
  }
};

/** A failure whose message is all a person needs: printed without a stack. */
export class SetupError extends Error {}
