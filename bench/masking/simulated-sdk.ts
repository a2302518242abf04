import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { type DecodedLog, decodeFrame, fromBase64Url } from '@gander/log-codes/decode';
import { build } from 'esbuild';
import { Window } from 'happy-dom';

const SDK = join(import.meta.dirname, '../../sdk/src');
const PARTS = `export { startSdk } from '${SDK}/start.ts'; export { fieldVisits, HELD_MS } from '${SDK}/capture/field-visits.ts';`;

/** The browser's own functions as the SDK takes them, on a clock of ours and without a network. */
const NATIVES = `
  const w = globalThis.__world;
  export const now = () => w.time, wallClock = () => 1.7e12 + w.time, random = () => Math.random(), randomName = () => 'visit0001', parseJson = JSON.parse;
  export const sendBeacon = undefined, AbortController = globalThis.AbortController, navigator = globalThis.navigator;
  export function addEventListener(...args) { this.addEventListener(...args); }
  export const setTimeout = (work, ms) => w.timers.push({ work, at: w.time + ms }), clearTimeout = () => {};
  export const fetch = async (url, { body }) => { w.bodies.push(body);
    return url.endsWith('sessions') ? new Response('{"t":"token","now":1700000000000,"ttl":900}', { status: 201 }) : new Response(null, { status: 202 }); };
`;

interface Sdk {
  flush(): Promise<void>;
  shutdown(): void;
}

/** After so many the SDK is started anew: a session's logs have a cap, and what is dropped says nothing. */
const VISITS_A_SESSION = 2_000;

/** One visit to a field: when the keys go down and up, when it is entered and left; ms. */
export interface Visit {
  readonly presses: readonly number[];
  readonly releases: readonly number[];
  readonly leave: number;
}

/**
 * Runs the real SDK in a page without a browser, on a clock of ours.
 * @param field HTML of the field that is visited
 * @returns what makes a visit and returns the logs that were sent of it
 */
export const startSimulatedSdk = async (field: string): Promise<(visit: Visit) => Promise<DecodedLog[]>> => {
  const world = { time: 1_000, bodies: [] as string[], timers: [] as { work: () => void; at: number }[] };
  const window = new Window({ url: 'https://shop.example/' });
  const globals = globalThis as unknown as Record<string, unknown>;
  Object.assign(globals, {
    __world: world,
    __navigator: window.navigator,
    window,
    document: window.document,
  });
  for (const name of ['IntersectionObserver', 'MutationObserver', 'matchMedia', 'innerWidth', 'HTMLElement'])
    globals[name] ??= (window as unknown as Record<string, unknown>)[name];
  for (const name of [
    'navigator',
    'screen',
    'history',
    'location',
    'scrollY',
    'innerHeight',
    'customElements',
    'navigation',
  ])
    globals[name] ??= (window as unknown as Record<string, unknown>)[name] ?? {};
  const { outputFiles } = await build({
    stdin: { contents: PARTS, resolveDir: '.', loader: 'ts' },
    bundle: true,
    format: 'esm',
    conditions: ['@gander/source'],
    write: false,
    plugins: [
      {
        name: 'natives',
        setup(bundler) {
          bundler.onLoad({ filter: /natives\.ts$/ }, () => ({ contents: NATIVES, loader: 'js' }));
        },
      },
    ],
  });
  const folder = mkdtempSync(join(tmpdir(), 'gander-masking-'));
  const file = join(folder, 'sdk.mjs');
  writeFileSync(file, outputFiles[0]!.text);
  const { startSdk, fieldVisits, HELD_MS } = (await import(pathToFileURL(file).href)) as {
    startSdk: (options: object, parts: object, onStop: () => void) => Sdk;
    fieldVisits: () => void;
    HELD_MS: number;
  };
  rmSync(folder, { recursive: true });
  window.document.body.innerHTML = `<form>${field}</form>`;
  const input = window.document.querySelector('input')!;
  const start = (): Sdk =>
    startSdk(
      { key: 'gpk_bench', collector: 'https://collect.example' },
      { entry: 2, version: 100, signals: [fieldVisits] },
      () => {},
    );
  let sdk: Sdk | undefined;
  let visits = 0;
  const fire = (type: string, properties: object = {}): void => {
    const event = new window.Event(type, { bubbles: true, composed: true });
    for (const [name, value] of Object.entries({ isTrusted: true, timeStamp: world.time, ...properties }))
      Object.defineProperty(event, name, { value });
    input.dispatchEvent(event);
  };

  return async ({ presses, releases, leave }) => {
    if (visits++ % VISITS_A_SESSION === 0) {
      sdk?.shutdown();
      world.timers = [];
      sdk = start();
    }
    await sdk!.flush();
    world.bodies.length = 0;
    world.time += 60_000;
    const from = world.time;
    fire('focusin');
    const events = [
      ...presses.map((at) => ({ at, down: true })),
      ...releases.map((at) => ({ at, down: false })),
    ].sort((a, b) => a.at - b.at);
    for (const { at, down } of events) {
      world.time = from + at;
      if (!down) fire('keyup');
      else {
        fire('keydown', { repeat: false });
        fire('input', { inputType: 'insertText' });
      }
    }
    world.time = from + leave;
    fire('focusout');
    // No other box of the secret follows.
    world.time += HELD_MS;
    const due = world.timers.filter(({ at }) => at <= world.time);
    world.timers = world.timers.filter(({ at }) => at > world.time);
    for (const { work } of due) {
      work();
      // Each in a task of its own, as in a browser.
      await new Promise(setImmediate);
    }
    await sdk!.flush();
    const logs = world.bodies
      .filter((body) => body.startsWith('G1.'))
      .flatMap((body) => decodeFrame(fromBase64Url(body.split('.')[2]!)).logs);
    // What is not sent cannot be guessed from: an attack on nothing would look like a good mask.
    if (logs.map(({ code }) => code).join() !== '200,201') throw new Error('a visit was not told');
    return logs;
  };
};
