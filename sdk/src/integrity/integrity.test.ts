// @vitest-environment happy-dom
import type { Log } from '@gander/log-codes/encode';
import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import { originKind } from './origin-kind.ts';
import { startIntegrity } from './start-integrity.ts';

let logs: Log[] = [];
let stop: () => void;
beforeEach(() => {
  vi.useFakeTimers();
  logs = [];
  document.body.innerHTML = '<form action="/pay"></form>';
  stop = startIntegrity({ allow: ['https://js.psp.example'] }, (log) => logs.push(log));
});
afterEach(() => {
  stop();
  vi.useRealTimers();
});
const settle = async (): Promise<void> => {
  await vi.advanceTimersByTimeAsync(1_500);
};

it('tells scripts that were added, by kind and number', async () => {
  for (const src of [
    'https://evil.example/a.js',
    'https://evil.example/b.js',
    'https://js.psp.example/x.js',
  ]) {
    const script = document.createElement('script');
    script.type = 'text/plain';
    script.setAttribute('src', src);
    document.body.append(script);
  }
  await settle();
  expect(logs).toEqual(
    expect.arrayContaining([
      [410, 3, 2],
      [410, 2, 1],
    ]),
  );
});

it('does not tell what the page is made of: its own tags, and parts of its code that it loads later', async () => {
  const add = (src: string): void => {
    const script = document.createElement('script');
    script.type = 'text/plain';
    script.setAttribute('src', src);
    document.body.append(script);
  };
  const state = vi.spyOn(document, 'readyState', 'get').mockReturnValue('loading');
  add('https://cdn.example/of-the-page.js');
  await settle();
  state.mockRestore();
  add('/chunk-7.js');
  await settle();
  expect(logs).toEqual([]);
});

it('tells where a form goes now', async () => {
  const form = document.querySelector('form')!;
  for (const action of ['https://evil.example/take', 'https://evil.example/more', '']) {
    form.setAttribute('action', action);
    await settle();
  }
  expect(logs).toEqual([
    [411, 3],
    [411, 1],
  ]);
});

it('tells nothing of a target of the same origin, set again as it was or with what was entered at each key', async () => {
  const form = document.querySelector('form')!;
  for (let key = 0; key < 4; key++) {
    form.setAttribute('action', '/pay');
    form.setAttribute('action', `/pay?digits=${key}`);
    await settle();
  }
  expect(logs).toEqual([]);
});

it('tells no number of what happens at each key: once soon, then once a minute, as one or as two for more', async () => {
  const type = async (keys: number): Promise<Log[]> => {
    logs = [];
    for (let i = 0; i < keys; i++) {
      document.dispatchEvent(
        Object.assign(new Event('securitypolicyviolation'), { effectiveDirective: 'connect-src' }),
      );
      await vi.advanceTimersByTimeAsync(400);
    }
    await vi.advanceTimersByTimeAsync(200_000);
    return logs;
  };
  const fifteen = await type(15);
  expect(fifteen).toEqual([
    [412, 2, 2],
    [412, 2, 2],
  ]);
  expect(await type(16)).toEqual(fifteen);
  expect(await type(1)).toEqual([[412, 2, 1]]);
});

it('tells violations of the content security policy by family', async () => {
  for (let i = 0; i < 3; i++) {
    const event = new Event('securitypolicyviolation');
    Object.defineProperty(event, 'effectiveDirective', { value: 'script-src-elem' });
    document.dispatchEvent(event);
  }
  await settle();
  expect(logs).toEqual([[412, 1, 2]]);
});

it('stops', async () => {
  stop();
  document.querySelector('form')!.setAttribute('action', 'https://evil.example/take');
  await settle();
  expect(logs).toEqual([]);
});

it.each([
  [null, 4],
  ['/pay', 1],
  ['https://shop.example/pay', 1],
  ['https://shop.example.evil.io/pay', 3],
  ['http://shop.example/pay', 3],
  ['https://js.psp.example/x.js', 2],
  ['http://[', 3],
])('takes %s for kind %i', (address, kind) => {
  expect(originKind(address, 'https://shop.example/checkout', ['https://js.psp.example'])).toBe(kind);
});
