import type { Log } from '@gander/log-codes/encode';
import * as logs from '@gander/log-codes/encode';
import { createRunningBatch, type SealedBatch } from './batch/running-batch.ts';
import { createSealTimer } from './batch/seal-timer.ts';
import { SHUTDOWN } from './capture/unload.ts';
import type { Keep } from './deliver/keep.ts';
import { createPost } from './deliver/post.ts';
import { CONSENT, createSender, lossOf, type Sender } from './deliver/sender.ts';
import { createSession, type Session } from './deliver/session.ts';
import type { Gander } from './gander.ts';
import { BREAKER, createGuard, START } from './guard.ts';
import { now, randomName, setTimeout, wallClock } from './natives.ts';
import {
  CONSENTS,
  type Consent,
  DECLINES,
  type DeclineReason,
  type Options,
  type Outcome,
  type TransactionOptions,
  typeOf,
} from './options.ts';
import { on, startListening, watch } from './page.ts';
import { conclude, facts, logNow, ms, type Signal, share, since } from './running.ts';

/** The SDK while it runs. */
export interface Running extends Omit<Gander, 'init'> {
  /** For modules that are loaded apart (`integrity`). */
  log(log: Log): void;
}

/** What an entry makes the SDK of. */
export interface Parts {
  /** Value of the attribute `entry`: how the SDK came onto the page. */
  readonly entry: number;
  /** SDK version as major × 10,000 + minor × 100 + patch. */
  readonly version: number;
  /** What is captured, in the order it begins. */
  readonly signals: readonly Signal[];
  /** Keeps batches on the device until they are acknowledged; with full consent only. */
  readonly keep?: Keep | undefined;
  /** Told about each log as it is made. */
  readonly onLog?: ((log: Log) => void) | undefined;
}

const ESSENTIAL = 1;
const GRANTED = 2;
/** Values of `consent_source`. */
const TAG = 1;
const API = 2;
const GPC = 3;
/** Consent managers say what they remember soon after the page began; what earlier visits left on the device waits that long for them. */
const CLEAR_MS = 10_000;
/** Logs of one session; later ones are dropped and counted, but for those of classes 1xx and 5xx. */
const MAX_SESSION_LOGS = 10_000;

/** Values of `drop_reason`. */
const SESSION_CAP = 3;
const REFUSED = 4;
const BAD_LABEL = 5;

/** What is none of the levels means the lowest. */
const levelOf = (consent: Consent): number => Math.max(0, CONSENTS.indexOf(consent));

/** With `essential` consent: session, outcome, pay, suspicious (but for rhythm) and faults. */
const isEssential = (code: number): boolean =>
  code < 200 || code === 250 || code === 251 || (code > 399 && code !== 404);

/**
 * Starts the SDK on this page: the only place where its parts are put together, in the order data flows. Nothing here or below it
 * throws into the page or waits for the network.
 * @param onStop told when it has stopped, by itself or by `shutdown`
 * @param said consent that was given or refused by the API before; it wins over the options
 * @returns undefined when key and grant are missing or do not look like such: nothing was started
 */
export const startSdk = (
  options: Options,
  parts: Parts,
  onStop: () => void,
  said?: Consent,
): Running | undefined => {
  const boot = randomName();
  let running = false;
  let stopped = false;
  let consentSource = said ? API : options.consent === undefined ? GPC : TAG;
  const asked = said ?? options.consent;
  let consent =
    asked === undefined
      ? (navigator as { globalPrivacyControl?: boolean }).globalPrivacyControl
        ? ESSENTIAL
        : GRANTED
      : levelOf(asked);
  let serverOffset = 0;
  let transactionType = 0;
  let transactionNo = 0;
  let stepNo = 0;
  let stepNow = '';
  let overCap = 0;
  /** Of how many lost logs the running batch tells. */
  let lost = 0;
  /** Logs that were forgotten when consent was withdrawn, and are not told of yet. */
  let forgotten = 0;
  let session: Session;

  // Faults are counted and contained; too many turn the SDK off.
  const guard = createGuard((fault, count) => {
    log(logs.sdkFault({ fault, count }));
    if (fault === BREAKER) stop();
  });
  const later = (work: () => void, wait: number): void => {
    setTimeout!(
      guard(() => stopped || work()),
      wait,
    );
  };

  // Batch: logs are numbers from here on.
  const batch = createRunningBatch(
    now,
    logNow,
    () => wallClock() + serverOffset,
    () => transactionType,
  );
  const log = (entry: Log): void => {
    const [code] = entry;
    if (stopped || (consent < GRANTED && !(consent && isEssential(code)))) return;
    if (batch.total >= MAX_SESSION_LOGS && code > 199 && code < 500) {
      overCap++;
      return;
    }
    batch.add(entry);
    parts.onLog?.(entry);
    // What comes when the page was left, as from its own `pagehide`, has no second to wait.
    if (batch.full || facts.left) seal();
    else touch(code);
  };
  /** A batch that cannot be encoded is dropped and counted: kept, it would stand in the way of all that follow. */
  const encoded = (encode: () => SealedBatch | undefined): SealedBatch | undefined => {
    try {
      return encode();
    } catch {
      log(logs.logsDropped({ drop_reason: REFUSED, count: batch.clear() }));
      return;
    }
  };
  /** Each batch is in the running one, here, or the sender's, wherever Firefox stops the script of a page that is left (see unload.ts). */
  let sealed: SealedBatch | undefined;
  const seal = (): void => {
    for (;;) {
      sealed ??= encoded(batch.seal);
      if (!sealed) return;
      const waiting = { ...sealed, boot, session, lost };
      lost = 0;
      sender.use(session);
      sender.push(waiting);
      sealed = undefined;
      keeper?.save(waiting);
      void sender.pump();
    }
  };
  const touch = createSealTimer(logNow, later, batch, seal, () => {
    const sealed = encoded(batch.peek);
    if (sealed) keeper?.save({ ...sealed, boot, session, lost });
  });
  const leave = (): void => {
    if (!facts.left) for (const summarise of facts.summaries) summarise();
    seal();
    keeper?.leave();
    sender.leave();
    keeper?.earlier.leave();
  };

  // Deliver: session, queue with retries, what is kept on the device.
  const post = createPost((options.collector ?? '').replace(/\/+$/, ''));
  const createQueue = (): Sender =>
    createSender(
      post,
      // Goes on when capture has stopped: what is sealed still wants to arrive.
      (work, wait) => setTimeout!(guard(work), wait),
      {
        onSave: (waiting) => keeper?.save(waiting),
        onDone: (waiting) => keeper?.remove(waiting),
        onLost(waiting, why) {
          // Nobody could tell of it: it stays where it is kept, and the next visit will.
          if (stopped) return;
          keeper?.remove(waiting);
          const count = lossOf(waiting);
          if (consent) lost += count;
          else forgotten += count;
          log(
            why > 99 ? logs.refused({ status: why, count }) : logs.logsDropped({ drop_reason: why, count }),
          );
        },
        onRecovered(attempts, status) {
          log(logs.sendFailed({ send_failure: status ? 3 : 1, attempts }));
        },
        onOpened(serverMs) {
          const offset = serverMs - wallClock();
          // Less is the way there and back; and time must not jump for nothing.
          if (Math.abs(offset) > 5_000) serverOffset = offset;
        },
        onRefused: () => stop(),
      },
    );
  const sender = createQueue();
  const keeper = parts.keep?.(boot, createQueue);
  const open = ({ grant, transaction, transactionType: type }: TransactionOptions): boolean => {
    const reference = `${transaction ?? ''}`;
    const next = createSession({
      key: options.key,
      grant,
      transaction: logs.isTransactionReference(reference) ? reference : undefined,
      type: typeOf(type, undefined),
      visit: boot,
    });
    if (!next) return false;
    if (session) seal();
    session = next;
    transactionType = typeOf(type, grant);
    return true;
  };
  if (!open(options)) return;
  const logTransaction = ({ grant, transaction }: TransactionOptions): void => {
    if (transaction && !logs.isTransactionReference(`${transaction}`))
      log(logs.logsDropped({ drop_reason: BAD_LABEL, count: 1 }));
    else if (grant || transaction) log(logs.transactionSet({ transaction_no: ++transactionNo }));
  };
  const deliver = (): void => {
    if (consent) {
      sender.use(session);
      void sender.pump();
    }
  };

  // Capture: one file per signal.
  const step = (name: string): void => {
    const label = `${name}`;
    if (label === stepNow) return;
    stepNow = label;
    log(
      logs.isLabel(label)
        ? logs.step({ step: label, step_no: ++stepNo })
        : logs.logsDropped({ drop_reason: BAD_LABEL, count: 1 }),
    );
  };
  /** What listens rests without consent. */
  const whileAllowed: typeof guard = (work, fault) =>
    guard((argument) => {
      if (consent) work(argument);
    }, fault);
  const tellConsent = (): void => log(logs.consentChanged({ consent, consent_source: consentSource }));
  share({ options, log, guard: whileAllowed, later, leave, step, logCount: () => batch.total });
  const stopListening = startListening();
  facts.summaries.push(() => {
    if (overCap) log(logs.logsDropped({ drop_reason: SESSION_CAP, count: overCap }));
    overCap = 0;
  });
  const outcome = (result: Outcome, reason: DeclineReason = 'other'): void => {
    const since_ready_ms = since(facts.readyAt);
    if (result === 'declined')
      log(logs.declined({ decline_reason: Math.max(0, DECLINES.indexOf(reason)), since_ready_ms }));
    else if (result === 'approved') log(logs.approved({ since_ready_ms }));
    else if (result === 'abandoned') log(logs.abandoned({ since_ready_ms }));
    seal();
  };
  const capture = guard<void>(() => {
    if (running || !consent) return;
    running = true;
    facts.stores = consent === GRANTED && !!keeper;
    const page = `${options.page}`;
    log(
      logs.ready({
        sdk_version: parts.version,
        entry: parts.entry,
        page: options.page && logs.isLabel(page) ? page : '-',
        start_ms: ms(facts.readyAt),
      }),
    );
    if (consent < GRANTED || consentSource !== GPC) tellConsent();
    logTransaction(options);
    if (options.outcome) outcome(options.outcome, options.declineReason);
    // A signal that fails on some browser takes none of the others along.
    for (const signal of parts.signals) guard<void>(signal, START)();
    watch(document);
    // After the signals, which have something to say before all is sent. Also after `pagehide`, whose listeners Firefox may stop in their midst.
    on(document, 'visibilitychange', () => {
      // Where a frame is called `hidden` that is the frame, and coming back sends, too.
      if (document.hidden) leave();
    });
    on(document, 'freeze', leave);
    on(window, 'pagehide', () => {
      leave();
      keeper?.release();
    });
    on<PageTransitionEvent>(window, 'pageshow', ({ persisted }) => {
      // Not at the first showing: a second request of the lock would wait for the first one's end and keep it from then on.
      if (persisted) {
        keeper?.hold();
        // A tab that looks for batches just now must not find one that still grows.
        seal();
      }
      void sender.pump();
    });
    on(window, 'online', () => {
      sender.retryNow();
      keeper?.earlier.retryNow();
    });
  }, START);

  const stop = (): void => {
    if (stopped) return;
    try {
      leave();
    } finally {
      stopped = true;
      stopListening();
      keeper?.release();
      onStop();
    }
  };
  const begin = (): void => {
    // First: what is sealed at once, as an outcome that the page knew from the start, is kept too.
    if (consent === GRANTED) {
      keeper?.start();
      sender.save();
    }
    capture();
    // What asks for the network can wait for the page's own script to end.
    later(deliver, 0);
  };
  const consentTo = (level: number): void => {
    const before = consent;
    const changes = running && !stopped && level !== before;
    consentSource = API;
    // What was watched so far is told at the lower of both levels, or not at all.
    consent = Math.min(level, before);
    if (changes) conclude();
    consent = level;
    if (level < GRANTED) keeper?.clear();
    if (!level) {
      batch.clear();
      sealed = undefined;
      forgotten += lost + sender.clear() + (keeper?.earlier.clear() ?? 0);
      lost = 0;
    }
    if (!level || stopped) return;
    if (changes) tellConsent();
    if (forgotten) log(logs.logsDropped({ drop_reason: CONSENT, count: forgotten }));
    // The batch that tells of it may be forgotten too.
    lost += forgotten;
    forgotten = 0;
    begin();
  };

  begin();
  later(() => {
    if (consent < GRANTED) keeper?.clear();
  }, CLEAR_MS);
  return {
    log: guard(log),
    transaction: guard((next: TransactionOptions) => {
      if (open(next) && running) logTransaction(next);
    }),
    step: whileAllowed(step),
    outcome: (result, reason) => whileAllowed<void>(() => outcome(result, reason))(),
    async flush() {
      guard<void>(seal)();
      await sender.pump();
    },
    consent: guard((level) => consentTo(levelOf(level))),
    forget: guard<void>(() => consentTo(0)),
    shutdown: guard<void>(() => {
      facts.exit?.(SHUTDOWN);
      stop();
    }),
    frame: (element, field, inside) =>
      whileAllowed<void>(() => facts.frames?.hosted(element, field, inside))(),
    inspect: (element) => (element?.nodeType === 1 ? facts.fields?.inspect(element) : undefined),
  };
};
