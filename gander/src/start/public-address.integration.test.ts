import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { readConfig } from '@gander/collector';
import { expect, it } from 'vitest';
import { startGander } from './start-gander.ts';

/** What the integration page of the first merchant is told. */
const integrationOf = async (options: object): Promise<{ collectorUrl: string; sdkUrl: string }> => {
  const dataDir = mkdtempSync(join(tmpdir(), 'gander-address-'));
  const config = readConfig({ dataDir, port: 0, logLevel: 'silent', ...options });
  const gander = await startGander({ config, consolePort: 0, demoPort: null, say: () => {} });
  try {
    const send = (path: string, cookie: string, body: object) =>
      fetch(`${gander.console}${path}`, {
        method: 'POST',
        headers: { 'content-type': 'application/json', origin: gander.console, cookie },
        body: JSON.stringify(body),
      });
    const signedIn = await send('/api/auth/sign-in/link', '', { token: gander.signIn!.split('#')[1] });
    const cookie = signedIn.headers.get('set-cookie')!.split(';')[0]!;
    const made = await send('/api/merchants', cookie, { name: 'Shop', origins: ['https://shop.example'] });
    const { id } = (await made.json()) as { id: string };
    const answer = await fetch(`${gander.console}/api/merchants/${id}/integration`, { headers: { cookie } });
    return (await answer.json()) as { collectorUrl: string; sdkUrl: string };
  } finally {
    await gander.stop();
    rmSync(dataDir, { recursive: true });
  }
};

it('names the address that pages see to a merchant’s developers, and not the one it listens on', async () => {
  const { collectorUrl, sdkUrl } = await integrationOf({ url: 'https://collect.example/' });
  expect(collectorUrl).toBe('https://collect.example');
  expect(sdkUrl).toMatch(/^https:\/\/collect\.example\/sdk\/[\w.]+\/gander\.min\.js$/);
});

it('is at localhost for pages of this machine where it listens on every address', async () => {
  const { collectorUrl } = await integrationOf({ host: '0.0.0.0' });
  expect(collectorUrl).toMatch(/^http:\/\/localhost:\d+$/);
});
