import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { readConfig } from '@gander/collector';
import { expect, it } from 'vitest';
import { startGander } from './start-gander.ts';

it('shows the console to this machine alone where the intake listens on every address', async () => {
  const dataDir = mkdtempSync(join(tmpdir(), 'gander-host-'));
  const config = readConfig({ dataDir, host: '0.0.0.0', port: 0, logLevel: 'silent' });
  const gander = await startGander({ config, consolePort: 0, demoPort: null, say: () => {} });
  try {
    // Linux answers on all of 127.0.0.0/8: a stand-in for this machine's address in a network.
    const elsewhere = (url: string): string => `http://127.0.0.2:${new URL(url).port}/healthz`;
    await expect(fetch(elsewhere(gander.console))).rejects.toThrow();
    expect((await fetch(gander.console)).ok).toBe(true);
    if (process.platform === 'linux') expect((await fetch(elsewhere(gander.collector))).ok).toBe(true);
  } finally {
    await gander.stop();
    rmSync(dataDir, { recursive: true });
  }
});
