import { setImmediate } from 'node:timers/promises';
import { type DecodedLog, decodeFrame, fromBase64Url } from '@gander/log-codes';
import { vi } from 'vitest';
import type { Outbox } from './deliver/outbox.ts';
import type { Options } from './options.ts';
import type { Signal } from './running.ts';

/** For tests only: a page with a clock, timers and a collector that do as they are told. */
interface Request {
  readonly path: string;
  readonly body: string;
  readonly keepalive: boolean;
}

interface World {
  time: number;
  /** How long the device slept: the wall clock goes on then, the monotonic one does not. */
  slept: number;
  timers: { at: number; work: () => void; id: number }[];
  requests: Request[];
  answer: (request: Request) => Response | Promise<Response>;
}

const world: World = {
  time: 0,
  slept: 0,
  timers: [],
  requests: [],
  answer: () => new Response(null, { status: 202 }),
};
let timerId = 0;
let visits = 0;

vi.mock('./natives.ts', () => ({
  now: () => world.time,
  wallClock: () => 1_700_000_000_000 + world.time + world.slept,
  random: () => 0.5,
  randomName: () => `visit${String(++visits).padStart(4, '0')}`,
  parseJson: JSON.parse,
  toJson: JSON.stringify,
  sendBeacon: undefined,
  AbortController,
  // Of the target itself: happy-dom's window is not what vitest calls so.
  addEventListener(this: EventTarget, ...args: Parameters<EventTarget['addEventListener']>) {
    this.addEventListener(...args);
  },
  setTimeout: (work: () => void, wait: number) => {
    world.timers.push({ at: world.time + wait, work, id: ++timerId });
    return timerId;
  },
  clearTimeout: (id: number) => {
    world.timers = world.timers.filter((timer) => timer.id !== id);
  },
  fetch: async (url: string, { body, keepalive }: { body: string; keepalive: boolean }) => {
    const request = { path: new URL(url).pathname, body, keepalive };
    world.requests.push(request);
    return world.answer(request);
  },
}));

const opened = (): Response =>
  new Response(`{"t":"token","now":${1_700_000_000_000 + world.time + world.slept},"ttl":900}`, {
    status: 201,
  });

/** An answer as a healthy collector gives it. */
export const healthy = ({ path }: Request): Response =>
  path === '/v1/sessions' ? opened() : new Response(null, { status: 202 });

/** Lets promises settle. */
const settle = async (): Promise<void> => {
  for (let i = 0; i < 20; i++) await Promise.resolve();
};

/** Web Locks as far as the SDK uses them (happy-dom has none): exclusive, in the order they were asked for. */
const createLocks = (): Pick<LockManager, 'request'> => {
  const held = new Map<string, Promise<unknown>>();
  const request = async (
    name: string,
    options: LockOptions | ((lock: object) => Promise<unknown>),
    work?: (lock: object | null) => Promise<unknown>,
  ): Promise<unknown> => {
    const run = (work ?? options) as (lock: object | null) => Promise<unknown>;
    const before = held.get(name);
    if (before && work) return run(null);
    const done = (async () => {
      await before;
      return run({ name });
    })();
    held.set(name, done);
    await done.finally(() => held.get(name) === done && held.delete(name));
    return done;
  };
  return { request } as Pick<LockManager, 'request'>;
};
Object.defineProperty(navigator, 'locks', { value: createLocks(), configurable: true });

/** Starts the SDK on a page made of `html`. Call `stop` at the end. */
export const startSimulatedPage = async (
  html: string,
  options: Partial<Options> = {},
  createOutbox?: () => Outbox,
  picked?: readonly Signal[],
) => {
  // happy-dom refers to nodes weakly, and what was so asked for is kept until the task ends: without one of its own each page would stay.
  await setImmediate();
  const { startSdk } = await import('./start.ts');
  const { keepIn } = await import('./deliver/keep.ts');
  const signals = picked ?? (await import('./capture/every-signal.ts')).EVERY_SIGNAL;
  world.time = 1_000;
  world.slept = 0;
  world.timers = [];
  world.requests = [];
  world.answer = healthy;
  document.body.innerHTML = html;
  let stops = 0;
  const sdk = startSdk(
    { key: 'gpk_test', collector: 'https://collect.example', ...options },
    { entry: 2, version: 100, signals, keep: createOutbox && keepIn(createOutbox) },
    () => {
      stops++;
    },
  )!;

  /** Moves time on and runs what is due. */
  const advance = async (ms: number): Promise<void> => {
    const until = world.time + ms;
    for (let i = 0; i < 10_000; i++) {
      await settle();
      const [next] = world.timers.filter((timer) => timer.at <= until).sort((a, b) => a.at - b.at);
      if (!next) break;
      world.timers = world.timers.filter((timer) => timer !== next);
      world.time = Math.max(world.time, next.at);
      next.work();
    }
    world.time = until;
    await settle();
  };
  /** Dispatches an event as if a person had made it. */
  const fire = (target: EventTarget, type: string, properties: object = {}): void => {
    const event = new Event(type, { bubbles: true, composed: !('composed' in properties) });
    const person = { isTrusted: true, timeStamp: world.time, ...(target === window && { target }) };
    for (const [name, value] of Object.entries({ ...person, ...properties }))
      Object.defineProperty(event, name, { value });
    target.dispatchEvent(event);
  };
  const focus = (element: Element): void => fire(element, 'focusin');
  const blur = (element: Element): void => fire(element, 'focusout');
  /** One key: pressed now, released after `dwell`. */
  const key = (element: Element, dwell = 80, inputType = 'insertText'): void => {
    fire(element, 'keydown', { repeat: false });
    fire(element, 'input', { inputType });
    world.time += dwell;
    fire(element, 'keyup');
  };

  return {
    ...sdk,
    world,
    advance,
    fire,
    focus,
    blur,
    key,
    /** Types with these gaps between presses, in ms. */
    type(element: Element, gaps: readonly number[], dwell = 40) {
      for (const gap of gaps) {
        key(element, dwell);
        world.time += Math.max(0, gap - dwell);
      }
    },
    get stops() {
      return stops;
    },
    query: (selector: string): Element => document.querySelector(selector)!,
    bodies: (path: string): string[] => world.requests.filter((r) => r.path === path).map((r) => r.body),
    /** Requests for sessions so far, but for the name of the visit. */
    opened(): string[] {
      return this.bodies('/v1/sessions').map((body) => body.replace(/,"visit":"visit\d+"/, ''));
    },
    /** Frames sent so far, as text. */
    frames(): string[] {
      return this.bodies('/v1/logs').map((body) => body.split('.')[2]!);
    },
    /** All logs sent so far. */
    logs(): DecodedLog[] {
      return this.frames().flatMap((frame) => decodeFrame(fromBase64Url(frame)).logs);
    },
    /** Sends what there is and returns all logs of that code. */
    async sent(code: number): Promise<DecodedLog[]> {
      await sdk.flush();
      return this.logs().filter((log) => log.code === code);
    },
    stop() {
      sdk.shutdown();
      document.body.innerHTML = '';
    },
  };
};
