import { type ChildProcess, spawn } from 'node:child_process';
import { existsSync } from 'node:fs';
import { freePort } from '../../../scripts/setup/free-port.mjs';
import type { TestPage } from './engines.ts';

const DRIVER = '/usr/bin/WebKitWebDriver';
const MINI_BROWSER = [
  '/usr/lib/x86_64-linux-gnu/webkit2gtk-4.1/MiniBrowser',
  '/usr/lib/aarch64-linux-gnu/webkit2gtk-4.1/MiniBrowser',
].find((path) => existsSync(path));
const ELEMENT = 'element-6066-11e4-a52e-4f735466cecf';
const CONTROL = '\uE009';

/** Whether WebKitGTK's driver and a display to show it on are installed. */
export const hasWebKit = (): boolean => existsSync(DRIVER) && existsSync('/usr/bin/Xvfb') && !!MINI_BROWSER;

const wait = (ms: number) => new Promise<void>((resolve) => setTimeout(resolve, ms));

const ENVIRONMENT = {
  GDK_BACKEND: 'x11',
  WEBKIT_DISABLE_SANDBOX_THIS_IS_DANGEROUS: '1',
  LIBGL_ALWAYS_SOFTWARE: '1',
  WEBKIT_DISABLE_COMPOSITING_MODE: '1',
  WEBKIT_DISABLE_DMABUF_RENDERER: '1',
};

/** Starts a display, WebKitGTK's driver (W3C WebDriver) and its small browser. */
export const startWebKit = async (): Promise<{
  page: Omit<TestPage, 'inner' | 'close'>;
  close(): Promise<void>;
}> => {
  const children: ChildProcess[] = [];
  const display = `:${90 + Math.floor(Math.random() * 900)}`;
  children.push(spawn('/usr/bin/Xvfb', [display, '-screen', '0', '1280x900x24', '-nolisten', 'tcp']));
  const port = await freePort();
  children.push(
    spawn(DRIVER, [`--port=${port}`], {
      env: { ...process.env, ...ENVIRONMENT, DISPLAY: display },
      stdio: 'ignore',
    }),
  );
  const close = async (): Promise<void> => {
    for (const child of children.reverse()) child.kill('SIGTERM');
    await wait(300);
  };
  const send = async (method: string, path: string, body?: object): Promise<unknown> => {
    const response = await fetch(`http://127.0.0.1:${port}${path}`, {
      method,
      ...(body && { body: JSON.stringify(body) }),
    });
    const { value } = (await response.json()) as { value: unknown };
    if (!response.ok) throw new Error(`WebDriver ${path}: ${JSON.stringify(value)}`);
    return value;
  };
  let session = '';
  for (let i = 0; i < 60 && !session; i++) {
    await wait(500);
    const options = { binary: MINI_BROWSER, args: ['--automation'] };
    const capabilities = { alwaysMatch: { browserName: 'MiniBrowser', 'webkitgtk:browserOptions': options } };
    session = await send('POST', '/session', { capabilities }).then(
      (value) => (value as { sessionId: string }).sessionId,
      () => '',
    );
  }
  if (!session) {
    await close();
    throw new Error('WebKitGTK did not start');
  }
  const command = (path: string, body: object = {}) => send('POST', `/session/${session}${path}`, body);
  const keys = (actions: object[]) =>
    command('/actions', { actions: [{ type: 'key', id: 'keyboard', actions }] });
  const evaluate: TestPage['evaluate'] = async (work, argument) =>
    (await command('/execute/async', {
      script: `const done = arguments[1]; Promise.resolve((${String(work)})(arguments[0])).then((v) => done(v ?? null));`,
      args: [argument ?? null],
    })) as never;
  const page: Omit<TestPage, 'inner' | 'close'> = {
    evaluate,
    goto: async (url) => void (await command('/url', { url })),
    async click(selector) {
      const element = (await command('/element', { using: 'css selector', value: selector })) as Record<
        string,
        string
      >;
      await command(`/element/${element[ELEMENT]}/click`);
    },
    keyboard: {
      type: async (text) =>
        void (await keys(
          [...text].flatMap((value) => [
            { type: 'keyDown', value },
            { type: 'keyUp', value },
          ]),
        )),
      insertText: async (text) =>
        void (await evaluate((all) => document.execCommand('insertText', false, all), text)),
      press: async (chord) => {
        const value = chord.at(-1)!.toLowerCase();
        await keys([
          { type: 'keyDown', value: CONTROL },
          { type: 'keyDown', value },
          { type: 'keyUp', value },
          { type: 'keyUp', value: CONTROL },
        ]);
      },
    },
  };
  return {
    page,
    async close() {
      await send('DELETE', `/session/${session}`).catch(() => undefined);
      await close();
    },
  };
};
