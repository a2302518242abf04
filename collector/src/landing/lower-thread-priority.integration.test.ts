import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { getPriority } from 'node:os';
import { join } from 'node:path';
import { Worker } from 'node:worker_threads';
import { transformSync } from 'esbuild';
import { expect, it } from 'vitest';

it.runIf(process.platform === 'linux')(
  'lowers the thread that asks, and no other of the process',
  async () => {
    const before = getPriority();
    const source = readFileSync(join(import.meta.dirname, 'lower-thread-priority.ts'), 'utf8');
    const worker = new Worker(
      `${transformSync(source, { loader: 'ts', format: 'cjs' }).code}
     const thread = Number(require('node:fs').readlinkSync('/proc/thread-self').split('/').at(-1));
     const done = module.exports.lowerThreadPriority();
     require('node:worker_threads').parentPort.postMessage([done, require('node:os').getPriority(thread)]);`,
      { eval: true },
    );
    const [[done, priority]] = (await once(worker, 'message')) as [[boolean, number]];
    await worker.terminate();
    expect(done).toBe(true);
    expect(priority).toBe(Math.max(before, 5));
    expect(getPriority()).toBe(before);
  },
);
