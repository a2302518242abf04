import { build } from 'esbuild';
import fc from 'fast-check';
import { beforeAll, expect, it } from 'vitest';
import type { Consent } from '../options.ts';
import {
  createSimulatedBrowser,
  DISKS,
  NETWORKS,
  type SimulatedBrowser,
  type Tab,
} from './simulated-browser.ts';

/**
 * Delivery against a model: whatever tabs, disk, network and collector do, and in whatever order, each log is stored once, or counted as lost, or was
 * made in a killed tab's last second. `GANDER_RUNS=10000` runs many.
 */
const numRuns = Number(process.env.GANDER_RUNS ?? 150);
const timeout = 60_000 + numRuns * 500;

let code: string;
beforeAll(async () => {
  const { outputFiles } = await build({
    stdin: {
      resolveDir: import.meta.dirname,
      loader: 'ts',
      contents: `
        import { unload } from '../capture/unload.ts';
        import { createGander } from '../create-gander.ts';
        import { keepIn } from './keep.ts';
        declare const createOutbox: () => never;
        export const gander = createGander(() => ({ entry: 2, version: 100, signals: [unload], keep: keepIn(createOutbox) }));`,
    },
    bundle: true,
    write: false,
    format: 'iife',
    globalName: 'sdk',
    target: 'es2022',
    conditions: ['@gander/source'],
  });
  code = outputFiles[0]!.text;
});

/** What a person, the merchant's page, the device or the network does. `tab` picks one of those that are there. */
const tab = fc.nat(9);
const op = <K extends string, T>(kind: K, what: fc.Arbitrary<T>) => what.map((value) => ({ kind, value }));
const OPEN = op('openTab', fc.constant(0));
const CLOSE = op('close', tab);
const RESTART = op('restart', tab);
const COMMON = [
  { weight: 12, arbitrary: op('mark', tab) },
  { weight: 6, arbitrary: op('wait', fc.integer({ min: 1, max: 3_000 })) },
  { weight: 3, arbitrary: op('wait', fc.integer({ min: 3_000, max: 100_000 })) },
  { weight: 6, arbitrary: op('network', fc.constantFrom(...NETWORKS)) },
  { weight: 4, arbitrary: op('network', fc.constant('ok' as const)) },
  { weight: 3, arbitrary: OPEN },
  { weight: 3, arbitrary: CLOSE },
  { weight: 2, arbitrary: op('hide', tab) },
  { weight: 2, arbitrary: op('cache', tab) },
  { weight: 1, arbitrary: op('freeze', tab) },
  { weight: 4, arbitrary: op('resume', tab) },
  { weight: 2, arbitrary: op('transaction', tab) },
  { weight: 1, arbitrary: op('flush', tab) },
  { weight: 1, arbitrary: op('online', tab) },
  { weight: 1, arbitrary: RESTART },
  { weight: 1, arbitrary: op('sleep', fc.integer({ min: 1_000, max: 3_600_000 })) },
];
const KILLS = [
  { weight: 2, arbitrary: op('kill', tab) },
  { weight: 1, arbitrary: op('killAll', fc.constant(0)) },
];
const CONSENTS = [
  {
    weight: 2,
    arbitrary: op('consent', fc.record({ tab, level: fc.constantFrom('none', 'essential', 'granted') })),
  },
  { weight: 1, arbitrary: op('forget', tab) },
];
const FAULTS = [{ weight: 1, arbitrary: op('disk', fc.constantFrom(...DISKS)) }];
/** Nothing that a tab has is anywhere else: what it counts is all that is missing. */
const ONE_TAB = COMMON.filter(
  ({ arbitrary }) => arbitrary !== OPEN && arbitrary !== CLOSE && arbitrary !== RESTART,
);
type Op =
  (typeof COMMON | typeof KILLS | typeof CONSENTS | typeof FAULTS)[number]['arbitrary'] extends fc.Arbitrary<
    infer T
  >
    ? T
    : never;

interface Mark {
  readonly label: string;
  readonly tab: Tab;
  readonly at: number;
  readonly transaction: string;
  /** It may be missing. */
  excused: boolean;
  /** It must be missing. */
  readonly forbidden: boolean;
}

const STEP = 103;
/** Codes that own up to logs that are gone, by their `count`. */
const REFUSED = 503;
const DROPPED = 510;

/** Plays the operations, lets all be well again, and has somebody come once more. */
const play = async (ops: readonly Op[], seed: number) => {
  let state = seed;
  const random = (): number => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    return (state + 0.5) / 2 ** 32;
  };
  const browser = createSimulatedBrowser(code, random, seed % 2 > 0);
  const marks: Mark[] = [];
  const transactions = new Map<Tab, string>();
  const consents = new Map<Tab, Consent>();
  const faulty = new Set<Tab>();
  /** What they kept was removed once. */
  const lowered = new Set<Tab>();
  let made = 0;
  let diskOk = true;
  const open = (): Promise<void> => {
    const next = browser.openTab();
    transactions.set(next, `t${made++}`);
    consents.set(next, 'granted');
    if (!diskOk) faulty.add(next);
    next.gander.init({
      key: 'gpk_test',
      collector: 'https://collect.example',
      transaction: transactions.get(next),
    });
    // Else nothing is ever wrong.
    expect(next.isRunning()).toBe(true);
    // No tab is frozen in its first moment.
    return browser.advance(1);
  };
  const excuse = (of: (mark: Mark) => boolean): void => {
    for (const mark of marks) if (of(mark)) mark.excused = true;
  };
  /** A tab that may keep nothing removes also what others kept, ten seconds after its start at the latest. */
  const isRefusedSomewhere = (): boolean =>
    browser.tabs.some((each) => !browser.isGone(each) && consents.get(each) !== 'granted');
  const died = (dead: Tab, lastMs = 0): void => {
    // It may have removed also what tabs kept that were opened after it was refused.
    if (consents.get(dead) !== 'granted')
      for (const each of browser.tabs) if (!browser.isGone(each)) faulty.add(each);
    excuse(
      (mark) =>
        (mark.tab === dead &&
          (faulty.has(dead) || isRefusedSomewhere() || browser.time - mark.at < lastMs)) ||
        // What it had to tell of what was refused.
        browser.time - dead.refusedAt < lastMs,
    );
  };
  const LAST_MS = 1_300;
  const pick = (n: unknown, isFit: (tab: Tab) => boolean): Tab | undefined => {
    const fit = browser.tabs.filter(isFit);
    return fit.length ? fit[Number(n) % fit.length] : undefined;
  };
  const step = async ({ kind, value }: Op): Promise<void> => {
    if (kind === 'wait') return browser.advance(value as number);
    if (kind === 'network') return browser.setNetwork(value as never);
    if (kind === 'sleep') return browser.sleep(value as number);
    if (kind === 'openTab') return open();
    if (kind === 'disk') {
      browser.setDisk(value as never);
      diskOk = value === 'ok';
      if (!diskOk) for (const each of browser.tabs) faulty.add(each);
      return;
    }
    if (kind === 'killAll' || kind === 'kill') {
      const doomed = pick(value, (each) => !browser.isGone(each));
      const all = kind === 'kill' ? [doomed] : browser.tabs.filter((each) => !browser.isGone(each));
      for (const each of all) if (each) died(each, LAST_MS);
      for (const each of all) if (each) browser.kill(each);
      return;
    }
    if (kind === 'resume') {
      const away = pick(value, (each) => each.state === 'cached' || each.state === 'frozen');
      const hidden = away ?? pick(value, (each) => each.state === 'hidden');
      if (hidden) browser[away ? 'resume' : 'show'](hidden);
      return;
    }
    const on = pick(kind === 'consent' ? (value as { tab: number }).tab : value, browser.isAwake);
    if (!on) return;
    const { gander } = on;
    if (kind === 'mark') {
      const label = `m${made++}`;
      const consent = consents.get(on)!;
      const mark = { label, tab: on, at: browser.time, transaction: transactions.get(on)! };
      marks.push({ ...mark, excused: consent === 'none' || !on.isRunning(), forbidden: consent === 'none' });
      gander.step(label);
    } else if (kind === 'transaction') {
      transactions.set(on, `t${made++}`);
      gander.transaction({ transaction: transactions.get(on) });
    } else if (kind === 'consent' || kind === 'forget') {
      const level = kind === 'forget' ? 'none' : (value as { level: Consent }).level;
      consents.set(on, level);
      if (kind === 'forget') gander.forget();
      else gander.consent(level);
      // Takes away what other tabs have on the device too; these go on from memory.
      if (level !== 'granted') for (const each of browser.tabs) if (!browser.isGone(each)) faulty.add(each);
      if (level !== 'granted') lowered.add(on);
      if (level === 'none') excuse((mark) => mark.tab === on);
      if (level !== 'granted') excuse((mark) => browser.isGone(mark.tab));
    } else if (kind === 'flush') void gander.flush();
    else if (kind === 'online') on.fire('online');
    else if (kind === 'restart') {
      gander.shutdown();
      // Two instances send now, and neither knows what the other was told.
      on.told.own = on.told.others = Number.NaN;
      gander.init({
        key: 'gpk_test',
        collector: 'https://collect.example',
        transaction: transactions.get(on),
      });
    } else if (kind === 'close') {
      browser.close(on);
      died(on);
    } else if (kind === 'hide') browser.hide(on);
    else if (kind === 'cache') browser.cache(on);
    else if (kind === 'freeze') browser.freeze(on);
  };
  await open();
  for (const each of ops) await step(each);
  browser.setNetwork('ok');
  browser.setDisk('ok');
  diskOk = true;
  for (const each of browser.tabs)
    if (each.state === 'cached' || each.state === 'frozen') browser.resume(each);
  await browser.advance(130_000);
  const here = browser.tabs.filter((each) => !browser.isGone(each));
  for (const each of here) died(each);
  for (const each of here) browser.close(each);
  await open();
  await browser.advance(130_000);
  /** One that turned itself off leaves what it has to the next visit, if it may be kept so long. */
  const mayTell = [...consents].every(
    ([each, level]) => level !== 'none' && (each.isRunning() || !lowered.has(each)),
  );
  return { browser, marks, mayTell };
};

const findWrongs = (
  browser: SimulatedBrowser,
  marks: readonly Mark[],
  ops: readonly Op[],
  countsHoles: boolean,
  mayTell: boolean,
): string[] => {
  const wrongs = [...browser.wrongs];
  const lake = browser.lake();
  const steps = lake.filter((log) => log.code === STEP);
  const sum = (codes: number[]): number =>
    lake
      .filter((log) => codes.includes(log.code))
      .reduce((total, log) => total + Number(log.attributes.count), 0);
  const counted = sum([REFUSED, DROPPED]);
  let missing = 0;
  for (const { label, transaction, excused, forbidden } of marks) {
    const found = steps.filter((log) => log.attributes.step === label);
    if (found.length > 1)
      wrongs.push(`${label} is stored ${found.length} times, in ${found.map((log) => log.session).join()}`);
    if (found[0] && forbidden) wrongs.push(`${label} was told without consent`);
    if (found[0] && found[0].transaction !== transaction)
      wrongs.push(`${label} is of ${transaction}, and stored under ${found[0].transaction}`);
    if (!found.length && !excused) missing++;
  }
  if (missing > counted) wrongs.push(`${missing} marks are missing, ${counted} logs counted as lost`);
  if (countsHoles) {
    let holes = 0;
    for (const session of new Set(lake.map((log) => log.session))) {
      const seqs = lake.filter((log) => log.session === session).map((log) => log.seq);
      holes += Math.max(...seqs) + 1 - new Set(seqs).size;
      if (new Set(seqs).size < seqs.length) wrongs.push(`${session} has a log twice`);
    }
    if (mayTell && holes > counted) wrongs.push(`${holes} holes, ${counted} logs counted as lost`);
    // What one tab was refused, another that comes back may still bring in; and what was forgotten on its way may arrive.
    if (
      counted > holes &&
      !ops.some(({ kind, value }) => value === '413' || value === '401' || kind === 'consent')
    )
      wrongs.push(`${counted} logs counted as lost, ${holes} holes`);
  }
  const left = browser.kept().length + browser.copies.size;
  if (left) wrongs.push(`${left} batches stay behind`);
  return wrongs;
};

/** A page comes back from the back-forward cache just as another tab looks for what is left. */
const SEEN = [
  { kind: 'network', value: '503' },
  { kind: 'cache', value: 0 },
  { kind: 'openTab', value: 0 },
  { kind: 'wait', value: 1_004 },
] as never;

it.each([
  ['tabs and networks come and go', COMMON, true],
  ['tabs and browsers are killed', [...COMMON, ...KILLS], false],
  ['consent is given and withdrawn', [...ONE_TAB, ...CONSENTS], true],
  ['consent is given and withdrawn, and disks fail', [...COMMON, ...KILLS, ...CONSENTS, ...FAULTS], false],
] as const)(
  'stores each log once, or counts it, while %s',
  async (_, arbitraries, countsHoles) => {
    const ops = fc.array(fc.oneof(...(arbitraries as typeof COMMON)), {
      minLength: 1,
      maxLength: 60,
      size: 'max',
    });
    await fc.assert(
      fc.asyncProperty(ops, fc.nat(), async (some, seed) => {
        const { browser, marks, mayTell } = await play(some as Op[], seed);
        expect(findWrongs(browser, marks, some as Op[], countsHoles, mayTell)).toEqual([]);
      }),
      { numRuns, examples: [[SEEN, 0]] },
    );
  },
  timeout,
);
