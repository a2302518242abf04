import { execFile } from 'node:child_process';
import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { expect, onTestFinished, test } from 'vitest';
import { MAIN, startGander } from './harness/gander-process.ts';

const run = promisify(execFile);

test('starts with nothing there, stops on Ctrl-C, and starts again on the same data', async () => {
  const first = await startGander();
  onTestFinished(() => first.close());
  expect((await fetch(`${first.collector}/readyz`)).status).toBe(200);
  expect((await fetch(first.shop)).status).toBe(200);
  expect((await fetch(first.console)).status).toBe(200);
  expect(await first.stop()).toBe(0);
  expect(first.output()).toContain('Stopped.');

  const second = await startGander({ dataDir: first.dataDir });
  onTestFinished(() => second.close());
  const merchants = await run(process.execPath, [MAIN, '--data-dir', second.dataDir, 'keys', '--help']);
  expect(merchants.stdout).toContain('create');
  expect(await second.stop()).toBe(0);
});

test('two on one data folder: the second says why it does not start', async () => {
  const first = await startGander();
  onTestFinished(() => first.close());
  await expect(startGander({ dataDir: first.dataDir })).rejects.toThrow(/Another process already works on/);
});

test('a taken port is named, with the option that chooses another', async () => {
  const other = createServer().listen(0, '127.0.0.1');
  onTestFinished(() => void other.close());
  await once(other, 'listening');
  const port = String((other.address() as AddressInfo).port);
  await expect(startGander({ env: { GANDER_PORT: port } })).rejects.toThrow(
    new RegExp(`Port ${port}.*is taken.*--port`, 's'),
  );
});

test('a wrong option is told in a sentence, without its value', async () => {
  await expect(startGander({ env: { GANDER_LANDING_INTERVAL_MS: 'soon' } })).rejects.toThrow(
    /Bad configuration: landing\.intervalMs/,
  );
});

test('decode says of garbage what a batch looks like', async () => {
  const failure = await run(process.execPath, [join(MAIN), 'decode', 'G1.x.y']).catch(
    (error: unknown) => error,
  );
  expect(failure).toMatchObject({ code: 1, stderr: expect.stringContaining('Not a batch') });
});
