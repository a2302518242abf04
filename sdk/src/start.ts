import type { Log } from '@gander/log-codes/encode';
import * as logs from '@gander/log-codes/encode';
import { createRunningBatch } from './batch/running-batch.ts';
import { createSealTimer } from './batch/seal-timer.ts';
import { captureAttention } from './capture/attention.ts';
import { captureAutofill } from './capture/autofill.ts';
import { captureClicks } from './capture/clicks.ts';
import { captureClipboard } from './capture/clipboard.ts';
import { type Context, ms } from './capture/context.ts';
import { captureEnvironment } from './capture/environment.ts';
import { captureErrors } from './capture/errors.ts';
import { captureFieldVisits } from './capture/field-visits.ts';
import { captureFrames, type Frames } from './capture/frames.ts';
import { captureHands } from './capture/hands.ts';
import { captureIdle } from './capture/idle.ts';
import { capturePay } from './capture/pay.ts';
import { captureRoute } from './capture/route.ts';
import { captureSteps } from './capture/steps.ts';
import { captureTyping } from './capture/typing.ts';
import { captureUnload, SHUTDOWN } from './capture/unload.ts';
import { captureViewport } from './capture/viewport.ts';
import { createOrphans, type Orphans } from './deliver/orphans.ts';
import type { Outbox } from './deliver/outbox.ts';
import { createPost } from './deliver/post.ts';
import { createSender, type Waiting } from './deliver/sender.ts';
import { createSession, type Session } from './deliver/session.ts';
import type { Gander } from './gander.ts';
import { BREAKER, createGuard, START } from './guard.ts';
import { createFieldClassifier } from './mask/create-field-classifier.ts';
import {
  AbortController,
  addEventListener,
  clearTimeout,
  fetch,
  now,
  parseJson,
  random,
  sendBeacon,
  setTimeout,
  wallClock,
} from './natives.ts';
import { CONSENTS, DECLINES, type Options, type TransactionOptions, typeOf } from './options.ts';
import { createPage } from './page.ts';

/** The SDK while it runs. */
export interface Running extends Omit<Gander, 'init'> {
  /** For modules that are loaded apart (`integrity`). */
  log(log: Log): void;
}

/** What an entry adds to the SDK. */
export interface Parts {
  /** Value of the attribute `entry`: how the SDK came onto the page. */
  readonly entry: number;
  /** SDK version as major × 10,000 + minor × 100 + patch. */
  readonly version: number;
  /** Keeps batches on the device until they are acknowledged. Only called with full consent. */
  readonly createOutbox?: () => Outbox;
  /** Told about each log as it is made. */
  readonly onLog?: ((log: Log) => void) | undefined;
}

const ESSENTIAL = 1;
const GRANTED = 2;
/** Logs of one session; later ones are dropped and counted, but for those of classes 1xx and 5xx. */
const MAX_SESSION_LOGS = 10_000;
/** Earlier visits' batches are looked for when the page has had its start. */
const SWEEP_MS = 1_000;

/** Values of `drop_reason`. */
const OUTBOX_FULL = 1;
const TOO_OLD = 2;
const SESSION_CAP = 3;
const BAD_LABEL = 5;

/** With `essential` consent: session, outcome, pay, suspicious (but for rhythm) and faults. */
const isEssential = (code: number): boolean =>
  code < 200 || code === 250 || code === 251 || (code > 399 && code !== 404);

/**
 * Starts the SDK on this page: the only place where its parts are put together, in the order data flows. Nothing here or below it
 * throws into the page or waits for the network.
 * @param onStop told when it has stopped, by itself or by `shutdown`
 */
export const startSdk = (options: Options, parts: Parts, onStop: () => void): Running => {
  const boot = random().toString(36).slice(2);
  const readyAt = now();
  const sinceReady = (): number => ms(now() - readyAt);
  let running = false;
  let stopped = false;
  let consent = options.consent
    ? Math.max(0, CONSENTS.indexOf(options.consent))
    : 'globalPrivacyControl' in navigator && navigator.globalPrivacyControl
      ? ESSENTIAL
      : GRANTED;
  let serverOffset = 0;
  let transactionType = 0;
  let transactionNo = 0;
  let stepNo = 0;
  let stepNow = '';
  let overCap = 0;

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
    wallClock,
    () => serverOffset,
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
    if (batch.full) seal();
    else touch();
  };
  const seal = (): void => {
    const sealed = batch.seal();
    if (sealed) {
      const waiting = { ...sealed, boot, session };
      save(waiting);
      sender.use(session);
      sender.push(waiting);
      void sender.pump();
    }
  };
  const touch = createSealTimer({
    now,
    setTimeout: later,
    since: () => batch.since,
    seal,
    writeBehind() {
      const sealed = batch.peek();
      if (sealed) save({ ...sealed, boot, session });
    },
  });
  const leave = (): void => {
    if (!context.left) for (const summarise of context.onLeave) summarise();
    seal();
    sender.leave();
  };

  // Deliver: outbox, session, queue with retries, orphans of pages that are gone.
  let outbox: Outbox | undefined;
  let orphans: Orphans | undefined;
  let storageFaults = 0;
  const storageFailed = (): void => {
    if (!storageFaults++) log(logs.storageFailed({ storage_failure: 2, count: 1 }));
  };
  const save = ({ boot: owner, seq, logs: count, frame, session: { request, token } }: Waiting): void => {
    outbox
      ?.put({ boot: owner, seq, logs: count, frame, at: wallClock(), session: { request, token } })
      .catch(storageFailed);
  };
  const sender = createSender(
    createPost(
      options.collector ?? '',
      fetch!,
      sendBeacon,
      setTimeout!,
      clearTimeout!,
      AbortController!,
      parseJson,
      'keepalive' in Request.prototype,
    ),
    now,
    random,
    // Goes on when capture has stopped: what is sealed still wants to arrive.
    (work, wait) => setTimeout!(guard(work), wait),
    {
      onSave: save,
      onDone: ({ boot: owner, seq }) => void outbox?.remove(owner, seq).catch(storageFailed),
      onLost(count, status) {
        log(status ? logs.refused({ status, count }) : logs.logsDropped({ drop_reason: OUTBOX_FULL, count }));
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
  let session: Session;
  const open = ({ grant, transaction, transactionType: type }: TransactionOptions): boolean => {
    const next = createSession({
      key: options.key,
      grant,
      transaction: transaction && logs.isTransactionReference(transaction) ? transaction : undefined,
      type: typeOf(type, undefined),
    });
    if (!next) return false;
    if (session) seal();
    session = next;
    sender.use(session);
    transactionType = typeOf(type, grant);
    return true;
  };
  const logTransaction = (next: TransactionOptions): void => {
    if (next.transaction && !logs.isTransactionReference(next.transaction))
      log(logs.logsDropped({ drop_reason: BAD_LABEL, count: 1 }));
    else if (next.grant || next.transaction) log(logs.transactionSet({ transaction_no: ++transactionNo }));
  };
  const { locks } = navigator;
  const openOutbox = (): void => {
    // Without Web Locks (no secure context) nobody could tell a dead page's batches from a live one's.
    if (outbox || consent < GRANTED || !parts.createOutbox || !locks) return;
    outbox = parts.createOutbox();
    orphans = createOrphans(
      outbox,
      boot,
      locks,
      wallClock,
      (records) => {
        for (const record of records) sender.push(record);
        const age = wallClock() - Math.min(...records.map((record) => record.at));
        log(logs.recovered({ batches: records.length, age_s: Math.max(0, Math.round(age / 1e3)) }));
        void sender.pump();
      },
      (count) => log(logs.logsDropped({ drop_reason: TOO_OLD, count })),
    );
    orphans.hold();
    later(() => void orphans!.sweep().catch(storageFailed), SWEEP_MS);
  };

  // Capture: one file per signal.
  const abort = new AbortController!();
  const fields = createFieldClassifier({ allow: options.plain });
  const page = createPage(guard, addEventListener!, abort.signal);
  const context: Context = {
    page,
    fields,
    now,
    guard,
    setTimeout: later,
    log,
    leave,
    sinceReady,
    onLeave: [
      () => {
        if (overCap) log(logs.logsDropped({ drop_reason: SESSION_CAP, count: overCap }));
        overCap = 0;
      },
    ],
    keyAt: -1e9,
    pointerAt: -1e9,
    clickAt: -1e9,
    activeAt: readyAt,
    visibleAt: undefined,
    left: false,
    softKeyboard: false,
  };
  let frames: Frames | undefined;
  let exit: ((how: number) => void) | undefined;
  const step = (label: string): void => {
    if (label === stepNow) return;
    stepNow = label;
    log(
      logs.isLabel(label)
        ? logs.step({ step: label, step_no: ++stepNo })
        : logs.logsDropped({ drop_reason: BAD_LABEL, count: 1 }),
    );
  };
  const capture = guard<void>(() => {
    if (running || !consent || !open(options)) return;
    running = true;
    const label = options.page && logs.isLabel(options.page) ? options.page : '-';
    log(logs.ready({ sdk_version: parts.version, entry: parts.entry, page: label, start_ms: ms(readyAt) }));
    if (consent < GRANTED || options.consent)
      log(logs.consentChanged({ consent, consent_source: options.consent ? 1 : 3 }));
    logTransaction(options);
    // A signal that fails on some browser takes none of the others along.
    for (const captureSignal of [captureErrors, captureHands, captureClicks, captureIdle, captureRoute])
      guard(captureSignal, START)(context);
    captureSteps(context, step);
    const visits = captureFieldVisits(context);
    captureTyping(context, visits, captureAutofill(context, visits));
    captureClipboard(context, visits);
    capturePay(context, visits);
    frames = captureFrames(context);
    const activeMs = captureAttention(context, frames);
    exit = captureUnload(context, visits, activeMs, () => batch.total, options.closeAttempt);
    page.watch(document);
    page.on(window, 'online', () => sender.retryNow());
    page.on(window, 'pagehide', () => orphans?.release());
    page.on<PageTransitionEvent>(window, 'pageshow', ({ persisted }) => {
      // Not at the first showing: a second request of the lock would wait for the first one's end and keep it from then on.
      if (persisted) orphans?.hold();
      void sender.pump();
    });
    // What opens a database, asks for the layout or the network can wait for the page's own script to end.
    later(() => {
      openOutbox();
      captureEnvironment(context, outbox ? 1 : 2);
      captureViewport(context);
      void sender.pump();
    }, 0);
  }, START);

  const stop = (): void => {
    if (stopped) return;
    try {
      leave();
    } finally {
      stopped = true;
      abort.abort();
      orphans?.release();
      onStop();
    }
  };
  const forget = (): void => {
    batch.clear();
    sender.clear();
    outbox?.clear().catch(storageFailed);
  };

  capture();
  return {
    log: guard(log),
    transaction: guard((next: TransactionOptions) => {
      if (running && open(next)) logTransaction(next);
    }),
    step: guard(step),
    outcome: (result, reason = 'other') =>
      guard<void>(() => {
        const since_ready_ms = sinceReady();
        if (result === 'declined')
          log(logs.declined({ decline_reason: Math.max(0, DECLINES.indexOf(reason)), since_ready_ms }));
        else log((result === 'approved' ? logs.approved : logs.abandoned)({ since_ready_ms }));
        seal();
      })(),
    async flush() {
      guard<void>(seal)();
      await sender.pump();
    },
    consent: guard((level) => {
      const before = consent;
      consent = Math.max(0, CONSENTS.indexOf(level));
      if (!consent) return forget();
      if (consent < GRANTED) outbox?.clear().catch(storageFailed);
      if (running && before !== consent) log(logs.consentChanged({ consent, consent_source: 2 }));
      capture();
      openOutbox();
    }),
    forget: guard<void>(() => {
      consent = 0;
      forget();
    }),
    shutdown: guard<void>(() => {
      exit?.(SHUTDOWN);
      stop();
    }),
    frame: (element, field, inside) => guard<void>(() => frames?.hosted(element, field, inside))(),
    inspect: (element) => fields.inspect(element),
  };
};
