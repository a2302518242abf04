import { mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { CONSOLE_CSP, createConsole } from './serve.ts';

const assets = mkdtempSync(join(tmpdir(), 'gander-console-'));
writeFileSync(join(assets, 'index.html'), '<!doctype html><title>Gander</title>');
writeFileSync(join(assets, 'main-abc.js'), 'x');

describe('createConsole', () => {
  const app = createConsole({ assets });

  it('gives the page for any path of the console, fresh, under a strict policy', async () => {
    for (const path of ['/', '/t/aaaaaaaaaaaaaaaa/order_1', '/logs?code=1220']) {
      const answer = await app.request(path);
      expect(answer.headers.get('cache-control')).toBe('no-cache');
      expect(answer.headers.get('content-security-policy')).toBe(CONSOLE_CSP);
      expect(await answer.text()).toContain('<title>Gander</title>');
    }
    expect(CONSOLE_CSP).not.toContain('unsafe');
  });

  it('gives named files for good, and no others', async () => {
    const answer = await app.request('/assets/main-abc.js');
    expect(answer.headers.get('cache-control')).toContain('immutable');
    expect(answer.headers.get('content-type')).toContain('text/javascript');
    for (const name of ['nothing.js', 'index.html', '..%2fserve.ts']) {
      expect((await app.request(`/assets/${name}`)).status).toBe(404);
    }
  });

  it('says what to do when it is not built', async () => {
    const answer = await createConsole({ assets: join(assets, 'nowhere') }).request('/');
    expect([answer.status, await answer.text()]).toEqual([503, expect.stringContaining('npm run build')]);
  });
});
