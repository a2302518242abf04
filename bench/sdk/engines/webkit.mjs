import { spawn } from 'node:child_process';
import { existsSync } from 'node:fs';
import { setTimeout as wait } from 'node:timers/promises';
import { freePort } from '../../../scripts/setup/free-port.mjs';

const MINI_BROWSER = '/usr/lib/x86_64-linux-gnu/webkit2gtk-4.1/MiniBrowser';

/** An X display of its own; ends with this process. */
const startDisplay = () =>
  new Promise((resolve, reject) => {
    const child = spawn('Xvfb', ['-displayfd', '1', '-screen', '0', '1280x900x24', '-nolisten', 'tcp']);
    child.once('error', reject);
    child.stdout.once('data', (line) => resolve({ display: `:${String(line).trim()}`, child }));
    process.once('exit', () => child.kill());
  });
let display;

/** WebKitGTK's MiniBrowser by WebDriver (W3C); its storage ends with it. @returns {Promise<import('./engine.mjs').EngineBrowser>} */
export const start = async () => {
  if (!existsSync(MINI_BROWSER))
    throw new Error('there is no WebKitGTK (apt-get install webkit2gtk-driver xvfb)');
  display ??= await startDisplay();
  const port = await freePort();
  const driver = spawn('WebKitWebDriver', [`--port=${port}`], {
    stdio: 'ignore',
    env: {
      ...process.env,
      DISPLAY: display.display,
      GDK_BACKEND: 'x11',
      WEBKIT_DISABLE_SANDBOX_THIS_IS_DANGEROUS: '1',
      LIBGL_ALWAYS_SOFTWARE: '1',
      WEBKIT_DISABLE_COMPOSITING_MODE: '1',
      WEBKIT_DISABLE_DMABUF_RENDERER: '1',
    },
  });
  process.once('exit', () => driver.kill('SIGKILL'));
  const call = async (method, path, body) => {
    const response = await fetch(`http://127.0.0.1:${port}${path}`, {
      method,
      body: body && JSON.stringify(body),
    });
    const { value } = await response.json();
    if (!response.ok) throw new Error(`${path}: ${value.message}`);
    return value;
  };
  for (let i = 0; i < 100; i++) {
    await wait(100);
    if (await call('GET', '/status').catch(() => undefined)) break;
  }
  const { sessionId } = await call('POST', '/session', {
    capabilities: {
      alwaysMatch: {
        browserName: 'MiniBrowser',
        'webkitgtk:browserOptions': { binary: MINI_BROWSER, args: ['--automation'] },
        timeouts: { script: 60_000 },
      },
    },
  });
  const at = (path) => `/session/${sessionId}${path}`;
  const quit = async () => {
    await call('DELETE', at('')).catch(() => {});
    driver.kill('SIGKILL');
  };
  return {
    profile: undefined,
    async open(url) {
      const { handle } = await call('POST', at('/window/new'), { type: 'window' });
      const here = () => call('POST', at('/window'), { handle });
      await here();
      await call('POST', at('/url'), { url });
      return {
        async goto(to) {
          await here();
          await call('POST', at('/url'), { url: to });
        },
        async evaluate(expression) {
          await here();
          const script = `const done = arguments[arguments.length - 1]; Promise.resolve(${expression}).then(done)`;
          return call('POST', at('/execute/async'), { script, args: [] });
        },
        async close() {
          await here();
          const [other] = (await call('DELETE', at('/window'))) ?? [];
          if (other) await call('POST', at('/window'), { handle: other });
        },
      };
    },
    quit,
    kill: quit,
    remove: quit,
  };
};

/** The driver takes one command at a time. */
export const parallel = 1;
/** Its storage ends with the browser, so there is no next visit after that; and its driver ends the session when a page crashes. */
export const cannot = ['renderer-killed', 'browser-closed', 'browser-killed'];
