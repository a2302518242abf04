import { compileFunction } from 'node:vm';
import { type DecodedLog, decodeFrame, fromBase64Url } from '@gander/log-codes';
import type { Gander } from '../gander.ts';
import { SLOT } from '../slot.ts';
import type { Outbox, OutboxRecord } from './outbox.ts';
import { createSimulatedLocks } from './simulated-locks.ts';

/** For tests only: a browser with tabs, a disk, Web Locks, and a network with a collector behind it, which do as they are told, by a clock of its own. */

/**
 * `hidden` tabs run; `frozen` ones and those in the back-forward cache do not, until they come back. In `closed` ones nothing runs any more, and what
 * they had begun to write is written; not so in those that were killed, `dead`.
 */
type TabState = 'shown' | 'hidden' | 'frozen' | 'cached' | 'closed' | 'dead';

/**
 * How the collector is reached. `lost`: it takes what comes, and its answer never arrives. `offline`: nothing arrives. `hang`: there is no answer.
 * `401`: it opens no session. `portal`: something in between answers 200 with a page of its own, or redirects there.
 */
export const NETWORKS = [
  'ok',
  '503',
  '429',
  '408',
  '413',
  '401',
  'offline',
  'hang',
  'lost',
  'portal',
] as const;
export type Network = (typeof NETWORKS)[number];

/** `full`: what is written fails. */
export const DISKS = ['ok', 'full', 'hang'] as const;
export type DiskState = (typeof DISKS)[number];

/** A page visit. */
export interface Tab {
  readonly gander: Gander;
  state: TabState;
  /** Until when the collector told it to wait: with what is of visits of its own, and with what others left. */
  readonly told: Record<'own' | 'others', number>;
  /** When it was last refused something for good. */
  refusedAt: number;
  isLeaving?: boolean;
  /** Whether an instance runs on it. */
  isRunning(): boolean;
  fire(type: string, properties?: object): void;
}

/** What the collector stored: each batch once. */
interface Stored {
  readonly session: string;
  readonly transaction: string;
  readonly seq: number;
  readonly frame: string;
}

interface Task {
  readonly at: number;
  readonly work: () => void;
  readonly tab: Tab | undefined;
}

type Body = { getReader(): { read(): Promise<{ done: boolean; value?: Uint8Array }> } };
const bodyOf = (text: string): Body => {
  let value: Uint8Array | undefined = new TextEncoder().encode(text);
  return {
    getReader: () => ({
      async read() {
        const answer = value ? { done: false, value } : { done: true };
        value = undefined;
        return answer;
      },
    }),
  };
};

const EPOCH = 1_700_000_000_000;
const TTL_S = 900;
/** A token that ended is taken for so much longer. */
const LATE_MS = 86_400_000;
const LATENCY_MS = 30;
/** From a write until it is on disk. */
const WRITE_MS = 8;

/**
 * Creates the browser. Nothing happens but in `advance`.
 * @param create the SDK's code: evaluated anew for each page, with the globals that it is given by name, it returns the public object
 * @param random of every page
 * @param isWebKit what a page begins to write as it is closed is not written
 */
export const createSimulatedBrowser = (code: string, random: () => number, isWebKit: boolean) => {
  let time = 0;
  let slept = 0;
  let tasks: Task[] = [];
  let network: Network = 'ok';
  let diskState: DiskState = 'ok';
  let visits = 0;
  const tabs: Tab[] = [];
  /** The names of each tab's visits. */
  const visitsOf = new Map<Tab, readonly string[]>();
  const disk = new Map<string, OutboxRecord>();
  const copies = new Map<string, string>();
  const stored: Stored[] = [];
  /** Logs by session and number of a batch. */
  const taken = new Map<string, number>();
  /** What must never be. */
  const wrongs: string[] = [];

  const wallClock = (): number => EPOCH + time + slept;
  const after = (ms: number, work: () => void, tab?: Tab): number => {
    tasks.push({ at: time + Math.max(0, ms || 0), work, tab });
    return time;
  };
  const isGone = ({ state }: Tab): boolean => state === 'closed' || state === 'dead';
  const isAwake = (tab: Tab): boolean => tab.state === 'shown' || tab.state === 'hidden';

  const locks = createSimulatedLocks<Tab>((work, tab) => void after(0, work, tab));

  // The collector, and the way there.
  const openSession = (body: string): object => {
    const { visit, transaction = '' } = JSON.parse(body) as { visit: string; transaction?: string };
    const session = `s${visit}`;
    return {
      t: `${session}-${Math.round((wallClock() - EPOCH) / 1_000) + TTL_S}-${transaction}`,
      now: wallClock(),
      ttl: TTL_S,
    };
  };
  const take = (body: string): { status: number; text?: string } => {
    const [, token, frame] = body.split('.') as [string, string, string];
    const [session, ends, transaction] = token.split('-') as [string, string, string];
    const left = EPOCH + Number(ends) * 1_000 - wallClock();
    if (left < -LATE_MS) return { status: 401 };
    const { batchSeq: seq, logs } = decodeFrame(fromBase64Url(frame));
    const known = taken.get(`${session}/${seq}`);
    // As it was written behind, a batch has fewer logs than as it was sealed: whoever has it may have the one a moment before the other.
    if (known !== undefined && known < logs.length)
      wrongs.push(`${session}/${seq} had more logs than were stored`);
    if (known === undefined) {
      taken.set(`${session}/${seq}`, logs.length);
      stored.push({ session, transaction, seq, frame });
    }
    if (left > (TTL_S / 3) * 1_000) return { status: 202 };
    const t = `${session}-${Math.round((wallClock() - EPOCH) / 1_000) + TTL_S}-${transaction}`;
    return { status: 202, text: JSON.stringify({ t }) };
  };
  const answerTo = (path: string, body: string): { status: number; text?: string; retryAfter?: string } => {
    if (network === '503' || network === '408') return { status: Number(network) };
    if (network === '429') return { status: 429, retryAfter: '7' };
    if (network === 'portal') return { status: 200, text: '<html>Sign in</html>' };
    if (network === '401' && path === '/v1/sessions') return { status: 401 };
    if (path === '/v1/sessions') return { status: 201, text: JSON.stringify(openSession(body)) };
    return network === '413' ? { status: 413 } : take(body);
  };
  const fetchOf =
    (tab: Tab) => (url: string, init: { body: string; keepalive: boolean; signal: AbortSignal }) =>
      new Promise((resolve, reject) => {
        const { body, keepalive, signal } = init;
        const of = visitsOf
          .get(tab)!
          .some((visit) => body.includes(`"${visit}"`) || body.startsWith(`G1.s${visit}-`))
          ? 'own'
          : 'others';
        if (time < tab.told[of]) wrongs.push(`asked at ${time}, told to wait until ${tab.told[of]}`);
        const fail = (): void => reject(new TypeError('network'));
        signal.addEventListener('abort', fail);
        after(LATENCY_MS * random(), () => {
          if (signal.aborted || (isGone(tab) && !keepalive) || network === 'hang') return;
          if (network === 'offline') {
            after(0, fail, tab);
            return;
          }
          const { status, text, retryAfter } = answerTo(new URL(url).pathname, body);
          if (network === 'lost') {
            after(LATENCY_MS, fail, tab);
            return;
          }
          const response = {
            status,
            ok: status > 199 && status < 300,
            headers: { get: () => retryAfter ?? null },
            body: text === undefined ? null : bodyOf(text),
          };
          after(
            LATENCY_MS * random(),
            () => {
              if (status === 401 || status === 413) tab.refusedAt = time;
              if (retryAfter) tab.told[of] = Math.max(tab.told[of], time + Number(retryAfter) * 1_000);
              resolve(response);
            },
            tab,
          );
        });
      });

  // The disk. One change after the other, whichever tab it is of, as transactions on one store are.
  let free = 0;
  const outboxOf = (tab: Tab): Outbox => {
    /** What a killed tab had under way is not done. */
    const change = <T>(work: () => T, isWrite = true): Promise<T> =>
      new Promise((resolve, reject) => {
        if (diskState === 'hang') return;
        if (diskState === 'full' && isWrite) return reject(new DOMException('full', 'QuotaExceededError'));
        free = Math.max(free, time) + WRITE_MS * random();
        const last = isWebKit && isWrite && tab.isLeaving;
        after(free - time, () => {
          if (tab.state === 'dead' || (last && tab.state === 'closed')) return;
          const result = work();
          after(0, () => resolve(result), tab);
        });
      });
    const keyOf = ({ boot, seq }: Pick<OutboxRecord, 'boot' | 'seq'>): string => `${boot}/${seq}`;
    return {
      open: async () => {},
      put(record) {
        const copy = structuredClone(record);
        return change(() => void disk.set(keyOf(copy), copy));
      },
      remove: (batch) => change(() => void disk.delete(keyOf(batch))),
      all: () => change(() => structuredClone([...disk.values()]), false),
      async clear() {
        // A database is deleted when the transactions that were asked for before have ended.
        after(free - time, () => disk.clear());
      },
    };
  };
  class Copies {
    getItem(key: string): string | null {
      return copies.get(key) ?? null;
    }
    setItem(key: string, value: string): void {
      copies.set(key, value);
      Object.defineProperty(this, key, { value, enumerable: true, configurable: true });
    }
    removeItem(key: string): void {
      copies.delete(key);
      delete (this as Record<string, unknown>)[key];
    }
  }
  const localStorage = new Copies();

  const openTab = (): Tab => {
    const window = new EventTarget();
    const document = Object.assign(new EventTarget(), { hidden: false, nodeType: 9 });
    const timers = new Map<number, boolean>();
    const tab = { state: 'shown', told: { own: 0, others: 0 }, refusedAt: -1e9 } as unknown as Tab & {
      gander: Gander;
    };
    const names: string[] = [];
    visitsOf.set(tab, names);
    const setTimeout = (work: () => void, ms: number): number => {
      const id = timers.size + 1;
      timers.set(id, true);
      // As browsers do: what is too long for 32 bits comes at once.
      after(ms > 2 ** 31 - 1 ? 0 : ms, () => timers.get(id) && work(), tab);
      return id;
    };
    const navigator = { locks: locks.of(tab) };
    const own = {
      document,
      fetch: fetchOf(tab),
      setTimeout,
      clearTimeout: (id: number) => timers.set(id, false),
      navigator,
      performance: { now: () => time },
      crypto: {
        getRandomValues() {
          const name = BigInt(++visits) * 7_919n ** 4n;
          names.push(name.toString(36));
          return [name];
        },
      },
      Date: { now: wallClock },
    };
    // Node's own ones cannot be set.
    const page = Object.create(globalThis, Object.getOwnPropertyDescriptors(own));
    const globals = {
      globalThis: page,
      window,
      document,
      navigator,
      localStorage,
      Request: { prototype: { keepalive: true } },
      Math: Object.assign(Object.create(Math), { random }),
      createOutbox: () => outboxOf(tab),
    };
    tab.gander = compileFunction(
      `${code};return sdk.gander`,
      Object.keys(globals),
    )(...Object.values(globals)) as Gander;
    tab.isRunning = () => !!page[SLOT];
    tab.fire = (type, properties = {}) => {
      if (type === 'visibilitychange') document.hidden = tab.state !== 'shown';
      const target = /^(page|online)/.test(type) ? window : document;
      target.dispatchEvent(Object.assign(new Event(type), properties));
    };
    tabs.push(tab);
    return tab;
  };
  /** The tab is gone, and what it held. */
  const end = (tab: Tab, state: 'closed' | 'dead'): void => {
    tab.state = state;
    locks.end(tab);
  };

  return {
    tabs,
    wrongs,
    openTab,
    isGone,
    kill: (tab: Tab) => end(tab, 'dead'),
    /** As a person does it. */
    close(tab: Tab): void {
      tab.state = 'hidden';
      tab.isLeaving = true;
      tab.fire('pagehide', { persisted: false });
      tab.fire('visibilitychange');
      end(tab, 'closed');
    },
    hide(tab: Tab): void {
      tab.state = 'hidden';
      tab.fire('visibilitychange');
    },
    show(tab: Tab): void {
      tab.state = 'shown';
      tab.fire('visibilitychange');
    },
    freeze(tab: Tab): void {
      tab.state = 'hidden';
      tab.fire('visibilitychange');
      tab.fire('freeze');
      tab.state = 'frozen';
    },
    /** Into the back-forward cache. */
    cache(tab: Tab): void {
      tab.state = 'hidden';
      tab.fire('pagehide', { persisted: true });
      tab.fire('visibilitychange');
      tab.state = 'cached';
    },
    /** Back from there, or from being frozen. */
    resume(tab: Tab): void {
      const was = tab.state;
      tab.state = 'shown';
      if (was === 'cached') tab.fire('pageshow', { persisted: true });
      if (was === 'frozen') tab.fire('resume');
      tab.fire('visibilitychange');
    },
    setNetwork(next: Network): void {
      network = next;
    },
    setDisk(next: DiskState): void {
      diskState = next;
    },
    sleep(ms: number): void {
      slept += ms;
    },
    get time() {
      return time;
    },
    kept: () => [...disk.values()],
    copies,
    isAwake,
    /** Moves time on. Tasks of tabs that rest wait for them. */
    async advance(ms: number): Promise<void> {
      const until = time + ms;
      for (;;) {
        await new Promise(setImmediate);
        tasks = tasks.filter(({ tab }) => !tab || !isGone(tab));
        let next: Task | undefined;
        for (const task of tasks)
          if (task.at <= until && (!task.tab || isAwake(task.tab)) && (!next || task.at < next.at))
            next = task;
        if (!next) break;
        tasks.splice(tasks.indexOf(next), 1);
        time = Math.max(time, next.at);
        next.work();
      }
      time = until;
    },
    /** What the lake has. */
    lake: (): (DecodedLog & { session: string; transaction: string })[] =>
      stored.flatMap(({ session, transaction, frame }) =>
        decodeFrame(fromBase64Url(frame)).logs.map((log) => ({ ...log, session, transaction })),
      ),
  };
};

export type SimulatedBrowser = ReturnType<typeof createSimulatedBrowser>;
