import type { Log } from '@gander/log-codes/encode';
import type { Frames } from './capture/frames.ts';
import type { FieldVisits } from './capture/visit.ts';
import type { Guard } from './guard.ts';
import type { FieldClassifier } from './mask/create-field-classifier.ts';
import { now } from './natives.ts';
import type { Options } from './options.ts';

/**
 * What the SDK that runs on this page gives to its signals. There is one on a page, so this is a module and not an object that is handed
 * around (docs/decisions/0007-signals.md): a signal imports what it needs, and bundlers see what nobody does.
 */
interface Given {
  readonly options: Options;
  /** Adds a log to the running batch, if consent and caps allow. */
  readonly log: (log: Log) => void;
  /** Contains every fault of what it wraps. */
  readonly guard: Guard;
  /** `setTimeout`, guarded; nothing comes after the SDK was stopped. */
  readonly later: (work: () => void, ms: number) => void;
  /** Seals the batch and sends all there is: the page may be gone the next moment. */
  readonly leave: () => void;
  /** A step is entered, as `gander.step` says. */
  readonly step: (label: string) => void;
  /** Logs of the session so far. */
  readonly logCount: () => number;
}

export let options: Given['options'];
export let log: Given['log'];
export let guard: Given['guard'];
export let later: Given['later'];
export let leave: Given['leave'];
export let step: Given['step'];
export let logCount: Given['logCount'];

/** The few facts that signals share, and what some of them do for others if they are there. Times are those of `now`. */
interface Facts {
  /** Until when the clock of the logs stands still: how long a secret field was stayed in is told in steps. */
  stillUntil: number;
  /** When capture began. */
  readonly readyAt: number;
  /** When a key was last pressed. */
  keyAt: number;
  /** When a pointer was last pressed; 0 where nobody watches it. */
  pointerAt: number;
  /** When a person last did anything but press a key. */
  activeAt: number;
  /** When the tab last came back; undefined when it never left. */
  visibleAt?: number | undefined;
  /** Whether the page was left: between `pagehide` and a return from the back-forward cache. */
  left?: boolean;
  /** Whether batches are kept on the device. */
  stores?: boolean;
  /** What makes summaries when the page may be left. */
  readonly summaries: (() => void)[];
  /** Made by the first signal that asks what a field is. */
  fields?: FieldClassifier | undefined;
  visits?: FieldVisits | undefined;
  frames?: Frames | undefined;
  /** Takes input that neither keys nor paste nor drop explain. */
  unexplained?: ((event: InputEvent) => void) | undefined;
  /** How long the page was visible so far, ms. */
  visibleMs?: (() => number) | undefined;
  /** Logs that the page is left. */
  exit?: ((how: number) => void) | undefined;
}

export let facts: Facts;

/** Begins anew: for `startSdk` alone. */
export const share = (given: Given): void => {
  ({ options, log, guard, later, leave, step, logCount } = given);
  const readyAt = now();
  facts = {
    stillUntil: 0,
    readyAt,
    keyAt: -1e9,
    pointerAt: 0,
    activeAt: readyAt,
    summaries: [],
  };
};

/** Ends what is going on, and summarises it: what follows is told apart from it. */
export const conclude = (): void => {
  facts.visits?.end();
  facts.frames?.leave();
  for (const summarise of facts.summaries) summarise();
};

/** Whole milliseconds, never negative. */
export const ms = (time: number): number => Math.max(0, Math.round(time));

/** The time by which logs are timed, and all that lasts as long as logs can tell. */
export const logNow = (): number => Math.max(now(), facts.stillUntil);

/**
 * How long a secret without a rhythm was stayed in is told in whole steps, also by the times of the logs: a PIN that is typed a little slower than
 * another would else be known from it (docs/decisions/0011-stays-in-steps.md).
 */
const STAY_MS = 4_000;

/**
 * Rounds the end of such a stay up, for the clock of the logs too. One within the standing clock takes none of it, or quick ones would add up.
 * @returns when it ended, as is told
 */
export const standStill = (from: number, until: number): number => {
  const end = from + Math.max(0, Math.ceil((until - from) / STAY_MS)) * STAY_MS;
  facts.stillUntil = Math.max(facts.stillUntil, end);
  return end;
};

/** Whole milliseconds since then, as logs may tell. */
export const since = (then: number): number => ms(logNow() - then);

/**
 * One signal: begins to watch for one thing, until the SDK stops. Listens by `page.ts` only, so that it is guarded, passive, and undone.
 * @example const printed: Signal = () => on(window, 'beforeprint', () => log(printed({ count: ++count })));
 */
export type Signal = () => void;
