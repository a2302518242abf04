import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { extname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { Hono } from 'hono';

/** What the console's pages may load: their own scripts, styles and API, nothing inline, nothing from elsewhere. */
export const CONSOLE_CSP = [
  "default-src 'none'",
  "script-src 'self'",
  "style-src 'self'",
  "img-src 'self' data:",
  "connect-src 'self'",
  "form-action 'self'",
  "base-uri 'none'",
  "frame-ancestors 'none'",
  "require-trusted-types-for 'script'",
  "trusted-types 'none'",
].join('; ');

const HEADERS: Readonly<Record<string, string>> = {
  'content-security-policy': CONSOLE_CSP,
  'x-content-type-options': 'nosniff',
  'referrer-policy': 'no-referrer',
  'cross-origin-opener-policy': 'same-origin',
  'cross-origin-resource-policy': 'same-origin',
  'permissions-policy': 'camera=(), geolocation=(), microphone=(), payment=(), usb=()',
};

const TYPES: Readonly<Record<string, string>> = {
  '.js': 'text/javascript; charset=utf-8',
  '.css': 'text/css; charset=utf-8',
  '.map': 'application/json',
};

/** From source and from the built package alike, the built assets of this package. */
const builtAssets = (): string =>
  fileURLToPath(new URL(import.meta.url.endsWith('.ts') ? '../dist/assets/' : './assets/', import.meta.url));

/**
 * Serves the console: its files, named after their content, for a year; its page for every other path.
 * @param options `assets`: folder of the built files; default: the package's own
 * @example new Hono().route('/api', createApi(…)).route('/', createConsole())
 */
export const createConsole = (options: { readonly assets?: string } = {}): Hono => {
  const folder = options.assets ?? builtAssets();
  let files: ReadonlyMap<string, Buffer> | undefined;
  // Read once, at the first request: a dozen small files.
  const read = (): ReadonlyMap<string, Buffer> => {
    if (!existsSync(folder)) return new Map();
    return new Map(readdirSync(folder).map((name) => [name, readFileSync(join(folder, name))]));
  };
  const app = new Hono();

  app.use(async (c, next) => {
    await next();
    for (const [name, value] of Object.entries(HEADERS)) c.res.headers.set(name, value);
  });

  app.get('/assets/:name', (c) => {
    files ??= read();
    const name = c.req.param('name');
    const body = name === 'index.html' ? undefined : files.get(name);
    if (!body) return c.text('not found', 404);
    return c.body(new Uint8Array(body), 200, {
      'content-type': TYPES[extname(name)] ?? 'application/octet-stream',
      'cache-control': 'public, max-age=31536000, immutable',
    });
  });

  app.get('*', (c) => {
    files ??= read();
    const html = files.get('index.html');
    if (!html) return c.text('The console is not built yet: npm run build -- --only console', 503);
    return c.body(new Uint8Array(html), 200, {
      'content-type': 'text/html; charset=utf-8',
      'cache-control': 'no-cache',
    });
  });

  return app;
};
